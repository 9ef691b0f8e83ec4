// What the compiler takes for a module of so many functions in one style: the TypeScript compiler checks its types and emits it.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runOnce } from "../micro/harness.ts";

export interface Style {
  /** What stands above the functions. */
  readonly head: string;
  /** The source of one function; all of them are alike but for their number. */
  readonly source: (index: number) => string;
  /** ES2022 unless the compiler is to take the style apart. */
  readonly target?: "ES2015" | "ES2022";
}

const require = createRequire(import.meta.url);
const TSC = join(dirname(require.resolve("typescript/package.json")), "bin/tsc");
/** Where imports of the generated module are found. */
const PACKAGE = fileURLToPath(new URL("../../../", import.meta.url));

/** Compiles so many functions in a process of the compiler's, and says how large the result is. */
export async function compiling({ head, source, target = "ES2022" }: Style): Promise<void> {
  const build = join(PACKAGE, "build");
  mkdirSync(build, { recursive: true });
  const folder = mkdtempSync(join(build, "compile-"));
  try {
    const compilerOptions = {
      ...{ strict: true, skipLibCheck: true, noEmitOnError: true, module: "nodenext", types: [] },
      ...{ target, lib: ["ES2024", "ESNext.Disposable"] },
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["input.ts"] }));
    const compileNs = (functions: number): number => {
      const text = `${head}\n${Array.from({ length: functions }, (_, index) => source(index)).join("\n")}\n`;
      writeFileSync(join(folder, "input.ts"), text);
      const began = performance.now();
      execFileSync(process.execPath, [TSC, "-p", folder], { stdio: ["ignore", "inherit", "inherit"] });
      return (performance.now() - began) * 1e6;
    };
    // The first also finds the compiler in the cache of files, or brings it there.
    compileNs(1);
    const startNs = compileNs(1);
    await runOnce((_level, functions) => {
      const netNs = compileNs(functions) - startNs;
      const outputBytes = readFileSync(join(folder, "input.js")).length;
      return { result: functions, counters: { netNs, outputBytes } };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
