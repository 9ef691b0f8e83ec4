// Another commit of this repository, checked out and built in a temporary folder that goes away again, whatever ends the session short of
// killing it.
import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MachineError } from "../../runner/machine-error.ts";
import { runStep, type Step } from "./step.ts";

const QUICK_MS = 60_000;
const INSTALL_MS = 10 * 60_000;
const BUILD_MS = 20 * 60_000;

/** A commit that a user named. */
export interface Commit {
  readonly hash: string;
  /** The top folder of the repository. */
  readonly repository: string;
}

/** @returns undefined where there is no such commit @throws MachineError outside of a repository */
export function findCommit(ref: string, within: string): Commit | undefined {
  const git = (...args: string[]): string =>
    execFileSync("git", args, { cwd: within, stdio: ["ignore", "pipe", "ignore"], encoding: "utf8" }).trim();
  let repository: string;
  try {
    repository = git("rev-parse", "--show-toplevel");
  } catch {
    throw new MachineError(`${within} is in no git repository, so there is no other commit to compare with`);
  }
  try {
    return { hash: git("rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`), repository };
  } catch {
    return undefined;
  }
}

/** The values of a trailer in the messages of all commits since `base`. */
export function trailersSince({ hash, repository }: Commit, trailer: string): string[] {
  const format = `--format=%(trailers:key=${trailer},valueonly,unfold)`;
  const text = execFileSync("git", ["log", format, `${hash}..HEAD`], { cwd: repository, encoding: "utf8" });
  return text.split("\n").filter((line) => line.trim() !== "");
}

/** The tree of the other commit, for as long as it is there. */
export class BaseTree implements AsyncDisposable {
  /** The top folder of the tree. */
  readonly path: string;
  private readonly folder: string;
  private readonly repository: string;

  private constructor(folder: string, repository: string) {
    this.folder = folder;
    this.path = join(folder, "base");
    this.repository = repository;
  }

  /**
   * Checks the commit out, installs what it depends on, from pnpm's store as far as that has it, and builds the lab with all below it.
   *
   * @param say is told what is being done
   * @throws MachineError when a step fails; the signal's reason when it was aborted. Nothing is left behind then.
   */
  static async build(
    { hash, repository }: Commit,
    signal: AbortSignal,
    say: (what: string) => void,
  ): Promise<BaseTree> {
    const tree = new BaseTree(mkdtempSync(join(tmpdir(), "pollab-base-")), repository);
    const name = hash.slice(0, 7);
    const step = (what: string, timeoutMs: number, [file = "", ...args]: readonly string[], cwd = tree.path): Step => {
      return { what: `${what} ${name}`, file, args, cwd, timeoutMs };
    };
    try {
      say(`checking out ${name}`);
      // Hooks are for who works in a tree; this one is only built.
      const add = ["git", "-c", "core.hooksPath=/dev/null", "worktree", "add", "--detach", tree.path, hash];
      await runStep(step("checking out", QUICK_MS, add, repository), signal);
      say(`installing what ${name} depends on`);
      const install = [...pnpm(), "install", "--frozen-lockfile"];
      await runStep(step("installing", INSTALL_MS, [...install, "--offline"]), signal).catch(async () => {
        await runStep(step("installing", INSTALL_MS, [...install, "--prefer-offline"]), signal);
      });
      say(`building ${name}`);
      const build = ["node", "scripts/turbo.ts", "build", "--filter=@pollab/bench", "--output-logs=errors-only"];
      await runStep(step("building", BUILD_MS, [...pnpm(), "exec", ...build]), signal);
      return tree;
    } catch (error) {
      await tree[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Where the tree has this package. */
  get bench(): string {
    return join(this.path, "packages/bench");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
    try {
      // The folder is gone, so git forgets the tree.
      execFileSync("git", ["worktree", "prune"], { cwd: this.repository, stdio: "ignore", timeout: QUICK_MS });
    } catch {
      // It forgets by itself, later.
    }
  }
}

/** The pnpm that started this process, or the one that the README names. */
function pnpm(): string[] {
  const started = process.env["npm_execpath"];
  if (started === undefined || !/pnpm/.test(started)) return ["npx", "-y", "pnpm@12"];
  return /\.[cm]?js$/.test(started) ? [process.execPath, started] : [started];
}
