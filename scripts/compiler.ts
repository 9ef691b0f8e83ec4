// The C compiler of this machine: which one it is, and whether it can compile a program at all.
import { spawnSync } from "node:child_process";

export interface Compiler {
  command: string;
  /** The first line of `--version`, which names the vendor's build too. */
  version: string;
}

/** How to get what `findCompiler` did not find. */
export const installCompilerHint = "apt-get install gcc libc6-dev";

/**
 * The first of cc, gcc and clang that compiles a program that includes a C library header: a compiler without the
 * library's headers is as good as none.
 */
export function findCompiler(): Compiler | undefined {
  for (const command of ["cc", "gcc", "clang"]) {
    const probe = spawnSync(command, ["-fsyntax-only", "-x", "c", "-"], { input: "#include <stdio.h>\n" });
    if (probe.status !== 0) continue;
    const { stdout } = spawnSync(command, ["--version"], { encoding: "utf8" });
    return { command, version: stdout.split("\n", 1)[0] ?? "" };
  }
  return undefined;
}
