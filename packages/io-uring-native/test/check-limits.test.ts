// What is made of the files in which the system says what it allows.
import { describe, expect, it } from "vitest";
import { type Limit, readLimits } from "../src/check/limits.ts";
import { problemOf } from "../src/check/problem.ts";
import { IoUringUnavailableError } from "../src/unavailable.ts";

const LIMITS = `Limit                     Soft Limit           Hard Limit           Units
Max processes             100                  100                  processes
Max open files            1024                 524288               files
Max locked memory         65536                65536                bytes`;

const STATUS = `Name:\tnode
Gid:\t1000\t1000\t1000\t1000
FDSize:\t256
Groups:\t4 27 999
CapEff:\t0000000000000000
Seccomp:\t2
Seccomp_filters:\t3`;

const FILES: Readonly<Record<string, string>> = {
  "/proc/self/limits": LIMITS,
  "/proc/self/status": STATUS,
  "/proc/sys/kernel/io_uring_disabled": "0",
  "/proc/sys/kernel/io_uring_group": "-1",
};

function limitsWith(changes: Readonly<Record<string, string | undefined>> = {}): Readonly<Record<string, Limit>> {
  const files = { ...FILES, ...changes };
  return Object.fromEntries(readLimits((path) => files[path]).map((limit) => [limit.name, limit]));
}

const DISABLED = "kernel.io_uring_disabled";

function disabled(value: string | undefined, group: string, status: string = STATUS): Limit | undefined {
  return limitsWith({
    "/proc/sys/kernel/io_uring_disabled": value,
    "/proc/sys/kernel/io_uring_group": group,
    "/proc/self/status": status,
  })[DISABLED];
}

describe("limits", () => {
  it("are those of this process, with the command that raises each", () => {
    const limits = limitsWith();
    expect(limits["RLIMIT_NOFILE"]).toEqual({
      name: "RLIMIT_NOFILE",
      value: "1024 descriptors",
      level: "low",
      remedy: "ulimit -n 65536 (systemd: LimitNOFILE=65536; Docker: --ulimit nofile=65536)",
    });
    expect(limits["RLIMIT_MEMLOCK"]).toMatchObject({
      level: "low",
      remedy: expect.stringMatching(/^ulimit -l 65536 /),
    });
    expect(limits["RLIMIT_MEMLOCK"]?.value).toMatch(/^64 KiB/);
  });

  it("that are unlimited, or unknown, need nothing", () => {
    const unlimited = LIMITS.replace("65536                65536", "unlimited            unlimited");
    expect(limitsWith({ "/proc/self/limits": unlimited })["RLIMIT_MEMLOCK"]).toMatchObject({
      level: "fine",
      remedy: null,
    });
    expect(limitsWith({ "/proc/self/limits": undefined })["RLIMIT_NOFILE"]?.level).toBe("fine");
  });

  it("name the state of seccomp", () => {
    expect(limitsWith()["seccomp"]?.value).toBe("2: a filter (3 in all)");
    expect(limitsWith({ "/proc/self/status": "Seccomp:\t0\nSeccomp_filters:\t0" })["seccomp"]?.value).toBe("0: off");
  });

  it.each([undefined, "0"])("let everybody use io_uring where the switch is %s", (value) => {
    expect(disabled(value, "-1")).toMatchObject({ level: "fine", remedy: null });
  });

  it("forbid it to everybody where it is 2", () => {
    expect(disabled("2", "-1")).toMatchObject({ level: "blocks", remedy: "sudo sysctl kernel.io_uring_disabled=0" });
  });

  it.each(["1000", "27"])("allow it to the members of the group %s where it is 1", (group) => {
    expect(disabled("1", group)).toMatchObject({ level: "fine" });
  });

  it("allow it to an administrator where it is 1", () => {
    expect(disabled("1", "-1", STATUS.replace(/CapEff:.*/, "CapEff:\t000001ffffffffff"))).toMatchObject({
      level: "fine",
    });
  });

  it("say how to join the group, or to name one", () => {
    expect(disabled("1", "28")).toMatchObject({
      level: "blocks",
      remedy: expect.stringContaining("usermod --append --groups $(getent group 28"),
    });
    expect(disabled("1", "-1")).toMatchObject({
      level: "blocks",
      remedy: "sudo sysctl kernel.io_uring_group=$(id -g)",
    });
  });
});

describe("EPERM at set-up", () => {
  const error = new IoUringUnavailableError(-1);

  it("is the switch's doing where that forbids it", () => {
    const limits = Object.values(limitsWith({ "/proc/sys/kernel/io_uring_disabled": "2" }));
    expect(problemOf(error, limits).remedy).toBe("sudo sysctl kernel.io_uring_disabled=0");
  });

  it("is seccomp's where there is a filter, and a security module's otherwise", () => {
    expect(problemOf(error, Object.values(limitsWith())).remedy).toMatch(/seccomp profile/);
    const unfiltered = limitsWith({ "/proc/self/status": STATUS.replace("Seccomp:\t2", "Seccomp:\t0") });
    expect(problemOf(error, Object.values(unfiltered)).remedy).toMatch(/^a security module/);
  });
});
