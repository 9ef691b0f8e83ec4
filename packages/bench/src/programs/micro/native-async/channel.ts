// What one writes where there is no channel: a bounded queue of one consumer in promises, which makes one only when it has to wait.

export class Channel<T> {
  private readonly capacity: number;
  private items: T[] = [];
  private head = 0;
  private readonly producers: (() => void)[] = [];
  private consumer: (() => void) | null = null;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  async send(value: T): Promise<void> {
    while (this.items.length - this.head >= this.capacity) {
      await new Promise<void>((resolve) => this.producers.push(resolve));
    }
    this.items.push(value);
    const { consumer } = this;
    this.consumer = null;
    consumer?.();
  }

  async receive(): Promise<T> {
    while (this.head === this.items.length) {
      await new Promise<void>((resolve) => (this.consumer = resolve));
    }
    const value = this.items[this.head++];
    if (this.head === this.items.length) {
      this.items = [];
      this.head = 0;
      for (const resume of this.producers.splice(0)) resume();
    }
    return value;
  }
}
