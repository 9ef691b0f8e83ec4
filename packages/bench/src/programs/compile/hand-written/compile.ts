import { compiling } from "../compile.ts";

await compiling({
  head:
    `import { type Context, Future, Pending, type Poll } from "@pollab/runtime-core/future";\n` +
    "declare function load(id: number): Future<number>;",
  source: (index) => `
export class Total${index} extends Future<number> {
  private readonly count: number;
  private sum = 0;
  private i = 0;
  private loading: Future<number> | null = null;

  constructor(count: number) {
    super();
    this.count = count;
  }

  override poll(cx: Context): Poll<number> {
    while (this.i < this.count) {
      this.loading ??= load(this.i);
      const value = this.loading.poll(cx);
      if (value === Pending) return Pending;
      this.loading = null;
      this.i++;
      if (value > ${index}) this.sum += value;
    }
    return this.sum;
  }
}`,
});
