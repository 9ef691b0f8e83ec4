// Where a function stands in the sources: an engine knows the compiled file, whose source map knows the source.
import { readFileSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));

export interface Place {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** Looks places up, and reads each source map once. */
export class SourcePlaces {
  private readonly maps = new Map<string, SourceMap | null>();

  /**
   * @param url a path, or an address such as "file:///…" and "node:net"
   * @param line from 1
   * @param column from 1
   */
  find(url: string, line: number, column: number): Place {
    const path = pathOf(url);
    if (path === undefined) return { file: url, line };
    const entry = this.mapOf(path)?.findEntry(line - 1, column - 1);
    if (entry === undefined || !("originalSource" in entry)) return { file: fromRoot(path), line };
    return { file: fromRoot(resolve(dirname(path), entry.originalSource)), line: entry.originalLine + 1 };
  }

  private mapOf(path: string): SourceMap | null {
    const known = this.maps.get(path);
    if (known !== undefined) return known;
    const read = readMap(`${path}.map`);
    this.maps.set(path, read);
    return read;
  }
}

function pathOf(url: string): string | undefined {
  if (url.startsWith("/")) return url;
  if (!url.startsWith("file:")) return undefined;
  try {
    return fileURLToPath(url);
  } catch {
    return undefined;
  }
}

/** Null where there is none, or what is there is none. */
function readMap(path: string): SourceMap | null {
  try {
    // What else it may be makes no map, and is caught below.
    return new SourceMap(JSON.parse(readFileSync(path, "utf8")) as SourceMapPayload);
  } catch {
    return null;
  }
}

function fromRoot(path: string): string {
  const short = relative(ROOT, path);
  return short.startsWith("..") ? path : short;
}
