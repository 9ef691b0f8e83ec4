// What a listener needs to know of a connection that nobody wanted.
export interface Closable {
  close(): void;
}
