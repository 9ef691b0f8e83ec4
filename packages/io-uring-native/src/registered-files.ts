// The ring's table of files. Some of its places are for files that are open in the process as well: an entry that names the place spares
// the kernel looking the descriptor up, and counting who uses the file. The others are for direct descriptors, whose places the kernel
// chooses (see direct.ts).
//
//     0                     files                files + directDescriptors
//     ├─ registered here ────┼─ chosen by the kernel ─┤
import { constants } from "node:os";
import type { Features } from "./features.ts";
import type { Registrar } from "./registrar.ts";

/** How a table is shared out. */
export interface FileTable {
  /** Places for files that are open in the process. */
  readonly files: number;
  readonly directDescriptors: number;
}

const NO_TABLE: FileTable = { files: 0, directDescriptors: 0 };

/** Registers a table. Returns what is to be had of it. */
export function registerTable(registrar: Registrar, features: Features, wanted: FileTable): FileTable {
  const { files, directDescriptors } = wanted;
  if (files + directDescriptors === 0) return NO_TABLE;
  const registered = registrar.registerFiles(files + directDescriptors);
  if (registered < 0) {
    // The limit of open descriptors is that of the table as well: what is left out of it stays usable.
    if (registered === -constants.errno.EMFILE && files > 0 && directDescriptors > 0) {
      features.count("registered files", registered);
      return registerTable(registrar, features, { files: 0, directDescriptors });
    }
    features.refuse("registered files", registered);
    return NO_TABLE;
  }
  if (files === 0 || directDescriptors === 0) return wanted;
  const limited = registrar.limitFileChoice(files, directDescriptors);
  if (limited >= 0) return wanted;
  // The kernel would choose places that are taken.
  features.count("registered files", limited);
  return { files: 0, directDescriptors };
}

/** The places of files that are open in the process. */
export class RegisteredFiles {
  readonly #registrar: Registrar;
  readonly #features: Features;
  readonly #free: number[];

  /** @param count how many places there are, the first ones of the table */
  constructor(registrar: Registrar, features: Features, count: number) {
    this.#registrar = registrar;
    this.#features = features;
    this.#free = Array.from({ length: count }, (_, index) => count - 1 - index);
  }

  /** Gives a file a place until `remove`. Returns the place, or -1 where there is none: then its descriptor serves. */
  add(fd: number): number {
    const place = this.#free.pop();
    if (place === undefined) {
      this.#features.count("registered files", -constants.errno.ENFILE);
      return -1;
    }
    const updated = this.#registrar.updateFile(place, fd);
    if (updated >= 0) return place;
    this.#free.push(place);
    this.#features.count("registered files", updated);
    return -1;
  }

  /** Nothing of the file may be in flight. */
  remove(place: number): void {
    this.#registrar.updateFile(place, -1);
    this.#free.push(place);
  }
}
