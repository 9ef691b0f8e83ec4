// Finds and loads a package's native addon, or says why there is none.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

/** A package's native addon is not there, or cannot be loaded. Its `cause`, if any, is the dynamic linker's error. */
export class AddonMissingError extends Error {
  override readonly name = "AddonMissingError";
  readonly code = "ERR_ADDON_MISSING";
  readonly path: string;

  constructor(path: string, cause?: Error) {
    super(
      cause === undefined
        ? `the native addon ${path} is missing: no C compiler was found when this package was built; ` +
            "install gcc and run `npx -y pnpm@12 build`"
        : `the native addon ${path} cannot be loaded here: ${cause.message}; ` +
            "delete it and run `npx -y pnpm@12 build` on this machine",
      { cause },
    );
    this.path = path;
  }
}

/**
 * Loads `build/<name>.node` of a package. Call it when the addon is first needed, not on import, so that a package without
 * its addon can still be imported and named. The type argument is the caller's promise about what the addon exports.
 *
 * @param packageUrl the package's folder, ending in a slash, such as `new URL("../", import.meta.url)`
 * @throws AddonMissingError
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the promise is made where it can be compared with the C
export function loadAddon<T>(packageUrl: string | URL, name: string): T {
  const path = fileURLToPath(new URL(`build/${name}.node`, packageUrl));
  if (!existsSync(path)) throw new AddonMissingError(path);
  try {
    return createRequire(path)(path) as T;
  } catch (error) {
    // The dynamic linker's complaint; an addon that throws something else while it loads is none of ours.
    if (error instanceof Error) throw new AddonMissingError(path, error);
    throw error;
  }
}
