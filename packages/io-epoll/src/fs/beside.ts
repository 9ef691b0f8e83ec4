// Modules that are loaded by URL, as the code of other threads is.

/** The URL of a module in this folder, whether it runs compiled or, as Node.js can, from its source. */
export function beside(name: string): string {
  const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
  return new URL(name + extension, import.meta.url).href;
}
