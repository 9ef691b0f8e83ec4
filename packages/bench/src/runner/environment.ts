// What the machine is, found out before a run. Everything that cannot be read is left out, never guessed.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { cpus, loadavg, release, tmpdir, totalmem } from "node:os";
import type { Environment } from "../record/environment.ts";
import { cautionsAbout } from "./machine-warnings.ts";

const VULNERABILITIES = "/sys/devices/system/cpu/vulnerabilities";

export function describeEnvironment(pinning: Environment["pinning"]): Environment {
  const governor = textOf("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
  const ioUringDisabled = textOf("/proc/sys/kernel/io_uring_disabled");
  const cc = outputOf("cc", ["--version"])?.split("\n")[0];
  const [oneMinute = 0, fiveMinutes = 0, fifteenMinutes = 0] = loadavg();
  const processors = cpus();
  const environment = {
    cpu: {
      model: processors[0]?.model ?? "unknown",
      logicalCores: processors.length,
      ...(governor === undefined ? {} : { governor }),
    },
    memoryBytes: totalmem(),
    kernel: {
      release: release(),
      ...(ioUringDisabled === undefined ? {} : { ioUringDisabled: Number(ioUringDisabled) }),
    },
    mitigations: mitigations(),
    virtualisation: virtualisation(),
    load: [oneMinute, fiveMinutes, fifteenMinutes] as const,
    versions: {
      node: process.versions.node,
      v8: process.versions.v8,
      libuv: process.versions.uv,
      ...(cc === undefined ? {} : { cc }),
    },
    git: gitState(),
    pinning,
    dataFileSystem: outputOf("stat", ["--file-system", "--format=%T", tmpdir()]) ?? "unknown",
  };
  return { ...environment, warnings: cautionsAbout(environment) };
}

function mitigations(): Record<string, string> {
  try {
    return Object.fromEntries(
      readdirSync(VULNERABILITIES).map((name) => [name, textOf(`${VULNERABILITIES}/${name}`) ?? "unknown"]),
    );
  } catch {
    return {};
  }
}

function virtualisation(): string {
  // It exits with 1 when it finds nothing, and says "none".
  const found = outputOf("systemd-detect-virt", []);
  if (found !== undefined) return found;
  const flags = /^flags\s*:.*\bhypervisor\b/m.test(textOf("/proc/cpuinfo") ?? "");
  return flags ? (textOf("/sys/class/dmi/id/sys_vendor") ?? "a hypervisor") : "none";
}

function gitState(): Environment["git"] {
  const commit = outputOf("git", ["rev-parse", "HEAD"]);
  const status = outputOf("git", ["status", "--porcelain"]);
  return commit === undefined || status === undefined ? null : { commit, dirty: status !== "" };
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return undefined;
  }
}

function outputOf(command: string, args: readonly string[]): string | undefined {
  try {
    // Asked of this repository, wherever the command was started from.
    const output = execFileSync(command, args, { cwd: import.meta.dirname, stdio: ["ignore", "pipe", "ignore"] });
    return output.toString().trim();
  } catch {
    return undefined;
  }
}
