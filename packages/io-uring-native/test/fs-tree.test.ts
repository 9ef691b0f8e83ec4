// Names and folders: the same random programs over io_uring and over node:fs/promises leave the same trees and fail in the same way.
import { map } from "@pollab/runtime-core/combinators";
import type { Future } from "@pollab/runtime-core/future";
import {
  readdirSync,
  readFileSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  promises,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { UringFileSystem } from "../src/fs/file-system.ts";
import { missing } from "./support/machine.ts";
import { Random } from "./support/random.ts";
import { TestRuntime } from "./support/test-runtime.ts";

const SEEDS = 60;
const STEPS = 40;
const NAMES = ["a", "b", "c"];
const CONTENTS = ["", "one", "x".repeat(5000)];
const COPYFILE_EXCL = 1;

/** One step, by both file systems: what is compared is what they return, or how they fail. */
interface Step {
  readonly what: string;
  readonly uring: (fs: UringFileSystem, root: string) => Future<unknown>;
  readonly node: (root: string) => Promise<unknown>;
}

function randomPath(random: Random): string {
  const depth = 1 + random.below(3);
  return Array.from({ length: depth }, () => random.pick(NAMES) ?? "a").join("/");
}

/** The methods that both have, with the arguments that come after the path. */
function onePath(random: Random): Step {
  const path = randomPath(random);
  const content = random.pick(CONTENTS) ?? "";
  const at = (root: string): string => join(root, path);
  const kind = ({ size, mode, nlink }: { size: number; mode: number; nlink: number }): object => ({
    mode,
    nlink,
    size: (mode & 0o170000) === 0o100000 ? size : 0,
  });
  const steps: readonly Step[] = [
    {
      what: "writeFile",
      uring: (fs, root) => fs.writeFile(at(root), content),
      node: (root) => promises.writeFile(at(root), content),
    },
    {
      what: "appendFile",
      uring: (fs, root) => fs.appendFile(at(root), content),
      node: (root) => promises.appendFile(at(root), content),
    },
    {
      what: "readFile",
      uring: (fs, root) => fs.readFile(at(root), "utf8"),
      node: (root) => promises.readFile(at(root), "utf8"),
    },
    { what: "mkdir", uring: (fs, root) => fs.mkdir(at(root)), node: (root) => promises.mkdir(at(root)) },
    {
      what: "mkdir with a mode",
      uring: (fs, root) => fs.mkdir(at(root), 0o750),
      node: (root) => promises.mkdir(at(root), 0o750),
    },
    {
      what: "mkdir recursive",
      uring: (fs, root) => relativeTo(root, fs.mkdir(at(root), { recursive: true })),
      node: async (root) => shorten(root, await promises.mkdir(at(root), { recursive: true })),
    },
    { what: "rmdir", uring: (fs, root) => fs.rmdir(at(root)), node: (root) => promises.rmdir(at(root)) },
    { what: "unlink", uring: (fs, root) => fs.unlink(at(root)), node: (root) => promises.unlink(at(root)) },
    { what: "truncate", uring: (fs, root) => fs.truncate(at(root), 2), node: (root) => promises.truncate(at(root), 2) },
    {
      what: "stat",
      uring: (fs, root) => mapped(fs.stat(at(root)), kind),
      node: async (root) => kind(await promises.stat(at(root))),
    },
    {
      what: "lstat",
      uring: (fs, root) => mapped(fs.lstat(at(root)), kind),
      node: async (root) => kind(await promises.lstat(at(root))),
    },
    { what: "access", uring: (fs, root) => fs.access(at(root)), node: (root) => promises.access(at(root)) },
    { what: "readlink", uring: (fs, root) => fs.readlink(at(root)), node: (root) => promises.readlink(at(root)) },
    {
      what: "readdir",
      uring: (fs, root) => mapped(fs.readdir(at(root)), (names) => names.toSorted()),
      node: async (root) => (await promises.readdir(at(root))).toSorted(),
    },
    { what: "rm", uring: (fs, root) => fs.rm(at(root)), node: (root) => promises.rm(at(root)) },
    {
      what: "rm force",
      uring: (fs, root) => fs.rm(at(root), { force: true }),
      node: (root) => promises.rm(at(root), { force: true }),
    },
    {
      what: "rm recursive",
      uring: (fs, root) => fs.rm(at(root), { recursive: true }),
      node: (root) => promises.rm(at(root), { recursive: true }),
    },
    { what: "chmod", uring: (fs, root) => fs.chmod(at(root), 0o700), node: (root) => promises.chmod(at(root), 0o700) },
  ];
  const step = steps[random.below(steps.length)] ?? steps[0];
  if (step === undefined) throw new Error("there are steps");
  return { ...step, what: `${step.what} ${path}` };
}

function twoPaths(random: Random): Step {
  const [from, to] = [randomPath(random), randomPath(random)];
  const pair = (root: string): [string, string] => [join(root, from), join(root, to)];
  const steps: readonly Step[] = [
    { what: "rename", uring: (fs, root) => fs.rename(...pair(root)), node: (root) => promises.rename(...pair(root)) },
    { what: "link", uring: (fs, root) => fs.link(...pair(root)), node: (root) => promises.link(...pair(root)) },
    {
      what: "symlink",
      uring: (fs, root) => fs.symlink(from, join(root, to)),
      node: (root) => promises.symlink(from, join(root, to)),
    },
    {
      what: "copyFile",
      uring: (fs, root) => fs.copyFile(...pair(root)),
      node: (root) => promises.copyFile(...pair(root)),
    },
    {
      what: "copyFile excl",
      uring: (fs, root) => fs.copyFile(...pair(root), COPYFILE_EXCL),
      node: (root) => promises.copyFile(...pair(root), COPYFILE_EXCL),
    },
  ];
  const step = steps[random.below(steps.length)] ?? steps[0];
  if (step === undefined) throw new Error("there are steps");
  return { ...step, what: `${step.what} ${from} ${to}` };
}

describe.skipIf(missing !== undefined)(`names and folders ${missing ?? ""}`, () => {
  let base = "";
  let runtime: TestRuntime;

  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), "pollab-"));
    runtime = new TestRuntime({ bufferBytes: 1024 });
  });

  afterEach(() => {
    runtime.close();
    rmSync(base, { recursive: true });
  });

  it("are after random programs as node:fs leaves them, and fail as it does", async () => {
    const outcomes = new Set<string>();
    for (let seed = 0; seed < SEEDS; seed++) {
      const random = new Random(seed);
      const roots = { uring: join(base, `uring-${seed}`), node: join(base, `node-${seed}`) };
      mkdirSync(roots.uring);
      mkdirSync(roots.node);
      for (let step = 0; step < STEPS; step++) {
        const { what, uring, node } = random.chance(0.7) ? onePath(random) : twoPaths(random);
        const expected = await outcomeOf(roots.node, () => node(roots.node));
        const found = await outcomeOf(roots.uring, () =>
          Promise.resolve(runtime.run(uring(runtime.driver.fs, roots.uring))),
        );
        expect({ seed, step, what, outcome: found }).toEqual({ seed, step, what, outcome: expected });
        outcomes.add(`${what.split(" ")[0]} ${"code" in found ? String(found.code) : "worked"}`);
      }
      expect({ seed, tree: treeOf(roots.uring) }).toEqual({ seed, tree: treeOf(roots.node) });
    }
    // The programs come by what matters.
    expect(outcomes.size).toBeGreaterThan(50);
  });

  it("mkdtemp makes a folder of its own each time, for its user alone", () => {
    const { fs } = runtime.driver;
    const prefix = join(base, "temporary-");
    const made = Array.from({ length: 20 }, () => runtime.run(fs.mkdtemp(prefix)));
    expect(new Set(made).size).toBe(20);
    for (const path of made) {
      expect(path).toMatch(/temporary-[A-Za-z0-9]{6}$/);
      expect(lstatSync(path).mode & 0o777).toBe(0o700);
    }
    const absent = join(base, "absent", "x");
    expect(() => runtime.run(fs.mkdtemp(absent))).toThrow(
      expect.objectContaining({ code: "ENOENT", syscall: "mkdtemp", path: `${absent}XXXXXX` }),
    );
  });

  it("rm removes a deep and wide tree, and follows no link out of it", () => {
    const outside = join(base, "outside");
    const root = join(base, "root");
    mkdirSync(outside);
    writeFileSync(join(outside, "kept"), "");
    mkdirSync(join(root, "1/2/3/4/5/6/7/8"), { recursive: true });
    for (let index = 0; index < 200; index++) writeFileSync(join(root, "1/2", `file-${index}`), "");
    runtime.run(runtime.driver.fs.symlink(outside, join(root, "1/link")));
    runtime.run(runtime.driver.fs.rm(root, { recursive: true }));
    expect(readdirSync(base)).toEqual(["outside"]);
    expect(readdirSync(outside)).toEqual(["kept"]);
  });

  it("readdir says what each entry is if asked, and lets others run between batches", () => {
    const { fs, counters } = runtime.driver;
    for (let index = 0; index < 300; index++) writeFileSync(join(base, `file-${index}`), "");
    mkdirSync(join(base, "folder"));
    const entries = runtime.run(fs.readdir(base, { withFileTypes: true }));
    expect(entries.length).toBe(301);
    expect(entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)).toEqual(["folder"]);
    expect(counters.fallbacks["getdents64"]).toEqual({ count: 5, code: "ENOSYS" });
  });

  it("errors have what Node's have", async () => {
    const [from, to] = [join(base, "absent"), join(base, "other")];
    const node = await promises.rename(from, to).catch((error: unknown) => error);
    const found = await Promise.resolve()
      .then(() => runtime.run(runtime.driver.fs.rename(from, to)))
      .catch((error: unknown) => error);
    for (const key of ["code", "errno", "syscall", "path", "dest", "message"] as const) {
      expect(Reflect.get(Object(found), key)).toEqual(Reflect.get(Object(node), key));
    }
  });
});

function mapped<T, U>(future: Future<T>, change: (value: T) => U): Future<U> {
  return map(future, change);
}

function relativeTo(root: string, future: Future<string | undefined>): Future<string | undefined> {
  return map(future, (path) => shorten(root, path));
}

function shorten(root: string, path: string | undefined): string | undefined {
  return path === undefined ? undefined : relative(root, path);
}

interface Failure {
  readonly code: unknown;
  readonly syscall: unknown;
  readonly path: string | undefined;
  readonly dest: string | undefined;
}

/** What is compared: the value, or the error without what differs between two folders. */
async function outcomeOf(root: string, act: () => Promise<unknown>): Promise<{ readonly value: unknown } | Failure> {
  try {
    return { value: await act() };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { code, syscall, path, dest } = error as NodeJS.ErrnoException & { dest?: string };
    if (code === undefined) throw error;
    return { code, syscall, path: shorten(root, path), dest: shorten(root, dest) };
  }
}

/** Every name below a folder, with its kind, its rights and its content. */
function treeOf(root: string): Record<string, string> {
  const tree: Record<string, string> = {};
  for (const name of readdirSync(root, { recursive: true, encoding: "utf8" }).toSorted()) {
    const path = join(root, name);
    const stats = lstatSync(path);
    const content = stats.isSymbolicLink() ? readlinkSync(path) : stats.isFile() ? readFileSync(path, "latin1") : "";
    tree[name] = `${stats.mode.toString(8)} ${stats.nlink} ${content}`;
  }
  return tree;
}
