import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AddonMissingError, loadAddon } from "../src/index.ts";

describe("loading an addon", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "io-sys-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function load(): unknown {
    return loadAddon<unknown>(pathToFileURL(`${folder}/`), "x");
  }

  test("says what to install when it was not built", () => {
    expect(load).toThrow(AddonMissingError);
    expect(load).toThrow(
      /no C compiler was found when this package was built; install gcc and run `npx -y pnpm@12 build`/,
    );
    expect(load).toThrow(join(folder, "build", "x.node"));
  });

  test("gives the linker's reason when it is there and cannot be loaded", () => {
    mkdirSync(join(folder, "build"));
    writeFileSync(join(folder, "build", "x.node"), "not a shared object");
    expect(load).toThrow(AddonMissingError);
    expect(load).toThrow(/cannot be loaded here: .*x\.node/);
  });
});
