// Getting a pinned runtime, when a run asks for it: with npm, into a folder of its own below build, where it stays.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { once, type Requirement } from "../requirements.ts";
import type { PinnedRuntime } from "./pinned.ts";

const RUNTIMES = fileURLToPath(new URL("../../../build/runtimes", import.meta.url));
const DOWNLOAD_TIMEOUT_MS = 600_000;
/** Of what npm says when it fails. */
const TOLD_LINES = 4;

/** A runtime with its place on this machine. */
export interface Runtime extends PinnedRuntime {
  readonly folder: string;
  /** Path of the program. */
  readonly file: string;
  /** Installs it, unless it is there. */
  readonly install: Requirement;
}

/** @param parent of the folders of all runtimes */
export function installable(pinned: PinnedRuntime, parent: string = RUNTIMES): Runtime {
  const folder = join(parent, `${pinned.name}-${pinned.version}`);
  const published = pinned.packages[process.arch];
  const file = join(folder, "node_modules", published ?? "", pinned.program);
  return {
    ...pinned,
    folder,
    file,
    install: once(() => {
      if (published === undefined) {
        return `${pinned.title} ${pinned.version} for ${process.arch}, which the lab has no package of`;
      }
      return existsSync(file) ? undefined : download(`${published}@${pinned.version}`, pinned, folder);
    }),
  };
}

function download(spec: string, { title, version }: PinnedRuntime, folder: string): string | undefined {
  process.stderr.write(`downloading ${title} ${version} from npm (${spec}) into ${folder}, once\n`);
  // What is there under the runtime's own name is complete.
  const partial = `${folder}.partial`;
  try {
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    const args = [
      "install",
      "--prefix",
      partial,
      "--no-save",
      "--ignore-scripts",
      "--no-audit",
      "--no-fund",
      "--loglevel=error",
    ];
    const { status, error, stderr } = spawnSync("npm", [...args, spec], {
      encoding: "utf8",
      stdio: ["ignore", "ignore", "pipe"],
      timeout: DOWNLOAD_TIMEOUT_MS,
    });
    if (status !== 0) return failed(title, version, spec, error?.message ?? lastLines(stderr));
    renameSync(partial, folder);
    return undefined;
  } catch (error) {
    return failed(title, version, spec, error instanceof Error ? error.message : String(error));
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

function failed(title: string, version: string, spec: string, why: string): string {
  return (
    `${title} ${version}: "npm install ${spec}" failed (${why}). ` +
    "It needs npm and its registry; ask again once both can be reached, or leave --runtimes out"
  );
}

function lastLines(text: string): string {
  return text.trim().split("\n").slice(-TOLD_LINES).join(" ");
}
