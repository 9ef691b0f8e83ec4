// What on this machine limits a process that uses io_uring, as /proc says it, and how each limit is raised.
import { readFileSync } from "node:fs";

/** One limit. */
export interface Limit {
  readonly name: string;
  /** As the system says it. */
  readonly value: string;
  /** Whether it stands in the way: of everything ("blocks"), of many connections or large rings ("low"), of nothing. */
  readonly level: "fine" | "low" | "blocks";
  /** The command that changes it; null where there is nothing to change. */
  readonly remedy: string | null;
}

/** Reads a file of the system; undefined where there is none, or it may not be read. */
export type ReadText = (path: string) => string | undefined;

/** What most systems allow since 2021. It holds the rings, where they count, and 512 registered buffers of 16 KiB. */
const ENOUGH_LOCKED_BYTES = 8 * 1024 * 1024;
const MORE_LOCKED_BYTES = 64 * 1024 * 1024;
/** For ten thousand connections and what a process has besides. */
const ENOUGH_DESCRIPTORS = 10_240;
const MORE_DESCRIPTORS = 65_536;

const readSystemText: ReadText = (path) => {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return undefined;
  }
};

/** @param readText the system's files; this machine's unless given */
export function readLimits(readText: ReadText = readSystemText): Limit[] {
  const limits = readText("/proc/self/limits") ?? "";
  const status = readText("/proc/self/status") ?? "";
  return [disabled(readText), seccomp(status), lockedMemory(limits), descriptors(limits)];
}

function disabled(readText: ReadText): Limit {
  const name = "kernel.io_uring_disabled";
  const value = readText("/proc/sys/kernel/io_uring_disabled");
  const group = readText("/proc/sys/kernel/io_uring_group") ?? "-1";
  switch (value) {
    case undefined:
      return {
        name,
        value: "no such setting, which came with Linux 6.6: nothing is switched off",
        level: "fine",
        remedy: null,
      };
    case "0":
      return { name, value: "0: allowed to everybody", level: "fine", remedy: null };
    case "1":
      return disabledButFor(name, group, readText("/proc/self/status") ?? "");
    default:
      return {
        name,
        value: `${value}: forbidden to everybody`,
        level: "blocks",
        remedy: "sudo sysctl kernel.io_uring_disabled=0",
      };
  }
}

/** 1 leaves it to the members of a group, and to who has CAP_SYS_ADMIN. */
function disabledButFor(name: string, group: string, status: string): Limit {
  const value = `1: allowed to the group ${group} (kernel.io_uring_group) and to CAP_SYS_ADMIN`;
  if (isMember(status, group) || hasSysAdmin(status)) return { name, value, level: "fine", remedy: null };
  const remedy =
    group === "-1"
      ? "sudo sysctl kernel.io_uring_group=$(id -g)"
      : `sudo usermod --append --groups $(getent group ${group} | cut -d: -f1) $(id -un), and log in again`;
  return { name, value, level: "blocks", remedy };
}

function isMember(status: string, group: string): boolean {
  const [, primary = "", others = ""] = /^Gid:\s*(\d+).*[^]*?^Groups:\s*(.*)$/m.exec(status) ?? [];
  return [primary, ...others.split(/\s+/)].includes(group);
}

const CAP_SYS_ADMIN = 21n;

function hasSysAdmin(status: string): boolean {
  const [, effective = "0"] = /^CapEff:\s*([\da-f]+)$/m.exec(status) ?? [];
  return ((BigInt(`0x${effective}`) >> CAP_SYS_ADMIN) & 1n) === 1n;
}

const SECCOMP_MODES: Readonly<Record<string, string>> = { 0: "off", 1: "strict", 2: "a filter" };

/** That there is a filter does not say what it filters: what was tried does. */
function seccomp(status: string): Limit {
  const [, mode = "unknown"] = /^Seccomp:\s*(\d+)$/m.exec(status) ?? [];
  const [, filters] = /^Seccomp_filters:\s*(\d+)$/m.exec(status) ?? [];
  const value = `${mode}: ${SECCOMP_MODES[mode] ?? "not known"}${filters === undefined || filters === "0" ? "" : ` (${filters} in all)`}`;
  return { name: "seccomp", value, level: "fine", remedy: null };
}

function lockedMemory(limits: string): Limit {
  const bytes = softLimit(limits, "Max locked memory");
  const name = "RLIMIT_MEMLOCK";
  if (bytes === Infinity) return { name, value: "unlimited", level: "fine", remedy: null };
  const value = `${bytes / 1024} KiB, of registered buffers, and before Linux 5.12 of the rings too`;
  const remedy = raise("-l", MORE_LOCKED_BYTES / 1024, "MEMLOCK=64M", `memlock=${MORE_LOCKED_BYTES}`);
  return { name, value, level: bytes < ENOUGH_LOCKED_BYTES ? "low" : "fine", remedy };
}

function descriptors(limits: string): Limit {
  const count = softLimit(limits, "Max open files");
  const name = "RLIMIT_NOFILE";
  if (count === Infinity) return { name, value: "unlimited", level: "fine", remedy: null };
  const remedy = raise("-n", MORE_DESCRIPTORS, `NOFILE=${MORE_DESCRIPTORS}`, `nofile=${MORE_DESCRIPTORS}`);
  return { name, value: `${count} descriptors`, level: count < ENOUGH_DESCRIPTORS ? "low" : "fine", remedy };
}

function raise(option: string, value: number, systemd: string, docker: string): string {
  return `ulimit ${option} ${value} (systemd: Limit${systemd}; Docker: --ulimit ${docker})`;
}

/** A line of /proc/self/limits: the name, the soft and the hard limit. */
function softLimit(limits: string, name: string): number {
  const line = limits.split("\n").find((candidate) => candidate.startsWith(name));
  const [soft] = line?.slice(name.length).trim().split(/\s+/) ?? [];
  return soft === undefined || soft === "unlimited" ? Infinity : Number(soft);
}
