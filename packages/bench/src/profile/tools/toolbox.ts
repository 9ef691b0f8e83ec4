// Where profilers that are packages are found, and how they are installed: they are heavy, and no dependency of this project.
import { spawnSync } from "node:child_process";
import { accessSync, constants, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { MachineError } from "../../runner/machine-error.ts";

/** A package with a program of the same name. */
export interface ToolPackage {
  readonly name: string;
  /** The version that this was written for. */
  readonly version: string;
}

const INSTALL_TIMEOUT_MS = 600_000;

/** The folders of programs, and the one that tools are installed into. */
export class Toolbox {
  private readonly path: string;
  private readonly folder: string;

  /** @param path folders as in the variable PATH; they come first */
  constructor(path: string, folder: string) {
    this.path = path;
    this.folder = folder;
  }

  /** That of this process, and a folder of this package. */
  static ofProcess(): Toolbox {
    const folder = fileURLToPath(new URL("../../../build/tools", import.meta.url));
    return new Toolbox(process.env["PATH"] ?? "", folder);
  }

  /** The path of a program; undefined where it is not installed. */
  find(name: string): string | undefined {
    return [...this.path.split(delimiter), join(this.folder, "node_modules", ".bin")]
      .filter((folder) => folder !== "")
      .map((folder) => join(folder, name))
      .find(isExecutable);
  }

  /** The path of a package's program, which is installed first where that was allowed. @throws MachineError with what to do */
  provide(tool: ToolPackage, mayInstall: boolean): string {
    const found = this.find(tool.name);
    if (found !== undefined) return found;
    if (!mayInstall) {
      throw new MachineError(
        `${tool.name} is not installed. Give --install to put ${tool.name}@${tool.version} into ${this.folder} (several hundred packages), ` +
          `or put it on the PATH: npm install --global ${tool.name}@${tool.version}.`,
      );
    }
    this.install(tool);
    const installed = this.find(tool.name);
    if (installed === undefined)
      throw new MachineError(`npm installed ${tool.name}, but it has no program of that name`);
    return installed;
  }

  private install({ name, version }: ToolPackage): void {
    process.stderr.write(`installing ${name}@${version} into ${this.folder}\n`);
    mkdirSync(this.folder, { recursive: true });
    const manifest = join(this.folder, "package.json");
    try {
      writeFileSync(manifest, '{ "private": true }\n', { flag: "wx" });
    } catch {
      // There is one from the last time, with what was installed then.
    }
    // Nothing that is installed runs a script of its own.
    const args = ["install", "--prefix", this.folder, "--ignore-scripts", "--no-audit", "--no-fund", "--save-exact"];
    const { status, stderr, error } = spawnSync("npm", [...args, `${name}@${version}`], {
      env: { ...process.env, PATH: this.path },
      encoding: "utf8",
      timeout: INSTALL_TIMEOUT_MS,
    });
    if (status === 0) return;
    const said = (error?.message ?? stderr).trim().split("\n").slice(-3).join(" ");
    throw new MachineError(`npm could not install ${name}@${version}: ${said}`);
  }
}

/** What tools are started with: they find the Node.js of the lab first, tell nobody that they were used, and look for no newer version. */
export function toolEnvironment(): Record<string, string> {
  const path = `${dirname(process.execPath)}${delimiter}${process.env["PATH"] ?? ""}`;
  return { PATH: path, NO_INSIGHT: "1", NO_UPDATE_NOTIFIER: "1" };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
