// The command and its tools: small profiles for real, and what is said where a tool is missing, fails or sees nothing. The tools that are
// packages are played by scripts; the command lines that they get are those that the real ones take.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { prepare } from "../src/cli/prepare.ts";
import { UsageError } from "../src/cli/usage-error.ts";
import { makeProfile, type ProfileOptions } from "../src/profile/profile.ts";
import { Toolbox } from "../src/profile/tools/toolbox.ts";
import { MachineError } from "../src/runner/machine-error.ts";
import { type Cell, select } from "../src/runner/plan.ts";
import { scenarios } from "../src/scenarios/index.ts";

const parent = mkdtempSync(join(tmpdir(), "pollab-profile-"));
afterAll(() => rmSync(parent, { recursive: true }));

let made = 0;
const newFolder = (): string => {
  const folder = join(parent, String(made++));
  mkdirSync(folder);
  return folder;
};

/** Programs of the system, and these scripts before them. */
function toolbox(scripts: Readonly<Record<string, string>> = {}): Toolbox {
  const folder = newFolder();
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}`);
    chmodSync(join(folder, name), 0o755);
  }
  return new Toolbox(folder, newFolder());
}

function cellOf(scenarioName: string, name: string, level: number): Cell {
  const scenario = scenarios.find((each) => each.name === scenarioName);
  if (scenario === undefined) throw new Error(`there is no scenario ${scenarioName}`);
  const { cells, skipped } = select([{ scenario, contenders: new Set([name]), levels: [level] }]);
  const [cell] = cells;
  if (cell === undefined) throw new Error(skipped[0]?.reason ?? "it takes no part");
  return cell;
}

const small = (options: Partial<ProfileOptions>): ProfileOptions => ({
  ...{ cell: cellOf("yield-many", "coroutine", 1), tool: "cpuprofile", times: 0.05, install: false },
  ...{ toolbox: toolbox(), folder: join(newFolder(), "profile"), signal: new AbortController().signal },
  ...options,
});

describe("a mistake on the command line", () => {
  it.each([
    [["profile"], "profile expects a scenario, such as echo"],
    [["profile", "ecko"], 'there is no scenario "ecko"; did you mean echo?'],
    [["profile", "echo", "file-read"], 'profile takes one scenario, but was given "echo" "file-read"'],
    [["profile", "echo"], "profile expects --contender NAME: in echo there are blocking, "],
    [["profile", "echo", "--contender", "nod"], 'no contender "nod" takes part in echo; did you mean node?'],
    [["profile", "echo", "--contender", "node", "--level", "3"], 'echo has no level "3"; known are 1, 2, 4'],
    [["profile", "echo", "--contender", "node", "--tool", "0y"], 'there is no tool "0y"; did you mean 0x?'],
    [["profile", "echo", "--contender", "node", "--against", "x"], 'no contender "x" takes part in echo'],
    [["profile", "echo", "--contender", "node", "--times", "0"], "--times expects a whole number from 1 to 100"],
    [
      ["profile", "echo", "--contender", "node", "--tool", "perf", "--against", "blocking"],
      "--against compares profiles of V8, not perf's",
    ],
  ])("%j is told with what was expected", (args, message) => {
    expect(() => prepare(args)).toThrow(UsageError);
    expect(() => prepare(args)).toThrow(message);
  });
});

describe("a profile of the echo scenario", () => {
  it("shows the functions of this project, and leaves everything that it was made of", async () => {
    const options = small({ cell: cellOf("echo", "single+epoll", 8), times: 0.2 });
    const { text, files } = await makeProfile(options);
    expect(text).toContain("echo, single+epoll, 8 connections: the hottest functions, by node --cpu-prof");
    expect(text).toContain("Not a timing");
    expect(files).toEqual(["flamegraph.html", "speedscope/index.html", "hottest.txt", "profile.cpuprofile"]);
    for (const file of files) expect(existsSync(join(options.folder, file))).toBe(true);
    const list = readFileSync(join(options.folder, "hottest.txt"), "utf8");
    expect(list).toMatch(/ resume +packages\/runtime-core\/src\/future\/stack\.ts:\d+$/m);
    expect(list).toMatch(/ next +packages\/io-epoll\/src\/stream\/read\.ts:\d+$/m);
    expect(readFileSync(join(options.folder, "flamegraph.html"), "utf8")).toMatch(
      /<title>\(anonymous\), packages\/bench\/src\/programs\/echo\/tasks\.ts:\d+:/,
    );
  });

  it("has a profile of each thread, the busiest first", async () => {
    const { text, files } = await makeProfile(small({ cell: cellOf("echo", "threads", 2), times: 0.2 }));
    expect(files.filter((file) => file.endsWith(".cpuprofile"))).toEqual(
      expect.arrayContaining(["profile.cpuprofile", "profile-2.cpuprofile"]),
    );
    expect(text).toMatch(/ readSlab /);
  });
});

describe("two contenders", () => {
  it("give a differential flamegraph beside the files of both", async () => {
    const options = small({ against: cellOf("yield-many", "native-async", 1), times: 0.2 });
    const { files } = await makeProfile(options);
    expect(files).toEqual([
      ...["difference.html", "against-flamegraph.html", "against-speedscope/index.html", "against.cpuprofile"],
      ...["flamegraph.html", "speedscope/index.html", "hottest.txt", "profile.cpuprofile"],
    ]);
    const page = readFileSync(join(options.folder, "difference.html"), "utf8");
    expect(page).toContain("<h1>yield-many: coroutine against native-async</h1>");
    expect(page).toMatch(/<g class="more3">/);
    expect(page).toMatch(/<g class="less3">/);
  });
});

const PROGRAM = 'while [ "$1" != "--" ]; do shift; done; shift; "$@"\n';
const DEST = 'dest=$(echo "$*" | sed "s/.*--dest \\([^ ]*\\).*/\\1/")\n';
const complete = (tool: string, ending: string, content: string): string => `case "$*" in
  *--collect-only*) echo "To stop data collection press: Ctrl + C"
    ${DEST} mkdir -p "$dest/p.clinic-${tool}" && printf '${content}' >"$dest/p.clinic-${tool}/p.clinic-${tool}-${ending}"
    ${PROGRAM} ;;
  *) test "$NO_INSIGHT" = 1 && test "$3" != "" && echo drawn >"$3.html" ;;
esac`;

describe("a tool that is missing", () => {
  it.each([
    ["0x", "0x is not installed. Give --install to put 0x@6.0.0 into "],
    ["clinic-flame", "clinic is not installed. Give --install to put clinic@13.0.0 into "],
    ["perf", "perf is not installed (apt-get install linux-perf)."],
  ] as const)("is named with what to do: %s", async (tool, message) => {
    const options = small({ tool });
    await expect(makeProfile(options)).rejects.toThrow(MachineError);
    await expect(makeProfile(options)).rejects.toThrow(message);
  });

  it("is installed where that was allowed, in its pinned version and without scripts of its own", async () => {
    const npm = `for prefix; do [ "$before" = --prefix ] && break; before=$prefix; done
echo "$@" >"$prefix/asked"
/bin/mkdir -p "$prefix/node_modules/.bin"
printf '#!/bin/sh\\nwhile [ "$1" != --output-html ]; do shift; done; echo drawn >"$2"' >"$prefix/node_modules/.bin/0x"
/bin/chmod 755 "$prefix/node_modules/.bin/0x"`;
    const programs = newFolder();
    writeFileSync(join(programs, "npm"), `#!/bin/sh\n${npm}`);
    chmodSync(join(programs, "npm"), 0o755);
    const tools = join(newFolder(), "tools");
    const options = small({ tool: "0x", install: true, toolbox: new Toolbox(programs, tools) });
    const { files } = await makeProfile(options);
    expect(files[0]).toBe("0x.html");
    expect(readFileSync(join(tools, "asked"), "utf8")).toMatch(/^install .*--ignore-scripts .* 0x@6\.0\.0\n$/);
    expect(JSON.parse(readFileSync(join(tools, "package.json"), "utf8"))).toEqual({ private: true });
  });
});

describe("a tool that fails", () => {
  it("is told with what it said: 0x", async () => {
    const options = small({ tool: "0x", toolbox: toolbox({ "0x": "echo no such thing >&2; exit 3" }) });
    await expect(makeProfile(options)).rejects.toThrow(/0x failed \(exit code 3\): no such thing$/);
  });

  it("is told with what it said: Clinic.js", async () => {
    const options = small({ tool: "clinic-flame", toolbox: toolbox({ clinic: "echo no such thing >&2; exit 3" }) });
    await expect(makeProfile(options)).rejects.toThrow(
      /^yield-many of coroutine failed under clinic-flame: .* ended without the expected output .*no such thing$/,
    );
  });

  it("is told with what the kernel allows: perf", async () => {
    const options = small({ tool: "perf", toolbox: toolbox({ perf: "echo no permission >&2; exit 255" }) });
    await expect(makeProfile(options)).rejects.toThrow(/no permission\n.*\/proc\/sys\/kernel\/perf_event_paranoid/);
  });
});

describe("a tool that returns nothing", () => {
  it("is named: 0x", async () => {
    const options = small({ tool: "0x", toolbox: toolbox({ "0x": "exit 0" }) });
    await expect(makeProfile(options)).rejects.toThrow(/^0x drew nothing from .*profile\.cpuprofile/);
  });

  it.each([
    ["clinic-doctor", complete("doctor", "processstat", ""), "looks from Node's event loop"],
    ["clinic-flame", complete("flame", "samples", ""), "give more time with --times 4"],
    ["clinic-bubbleprof", complete("bubbleprof", "traceevent", ""), "looks from Node's event loop"],
    [
      "clinic-heap",
      `${DEST} echo '{"head":{},"samples":[]}' >"$dest/p.clinic-heapprofiler"; ${PROGRAM}`,
      "start the program with node --heap-prof",
    ],
  ] as const)("is named with what to do: %s", async (tool, clinic, message) => {
    const result = makeProfile(small({ tool, toolbox: toolbox({ clinic }) }));
    await expect(result).rejects.toThrow(MachineError);
    await expect(result).rejects.toThrow(`${tool} collected nothing. `);
    await expect(result).rejects.toThrow(message);
  });

  it("is named: perf", async () => {
    const perf = `case "$1" in record) ${PROGRAM} ;; esac`;
    await expect(makeProfile(small({ tool: "perf", toolbox: toolbox({ perf }) }))).rejects.toThrow(
      /^perf recorded nothing\.\n/,
    );
  });
});

describe("a tool of Clinic.js", () => {
  it("leaves its page beside a profile of V8, and nothing of what it was made from", async () => {
    const clinic = complete("flame", "samples", "[]");
    const options = small({ tool: "clinic-flame", toolbox: toolbox({ clinic }) });
    const { text, files } = await makeProfile(options);
    expect(files).toEqual([
      ...["clinic-flame.html", "flamegraph.html", "speedscope/index.html", "hottest.txt", "profile.cpuprofile"],
    ]);
    expect(text).toContain("clinic-flame.html is of an observation of its own");
    expect(readFileSync(join(options.folder, "clinic-flame.html"), "utf8")).toBe("drawn\n");
    expect(readdirSync(options.folder).filter((file) => file.startsWith("p."))).toEqual([]);
  });

  it("that closes a server's input has it passed on, so that the server serves until it is asked to stop", async () => {
    const heap = `case "$*" in
  *--collect-only*) ${DEST} echo '{"samples":[{}]}' >"$dest/p.clinic-heapprofiler"
    while [ "$1" != "--" ]; do shift; done; shift; "$@" </dev/null ;;
  *) echo drawn >"$3.html" ;;
esac`;
    const cell = cellOf("echo", "single+epoll", 2);
    const { files } = await makeProfile(small({ cell, tool: "clinic-heap", toolbox: toolbox({ clinic: heap }) }));
    expect(files[0]).toBe("clinic-heap.html");
  });
});

describe("a program that is not JavaScript", () => {
  it("is refused by the profilers of V8, with the tool that can profile it", async () => {
    const options = small({ cell: cellOf("echo", "c-epoll", 2) });
    await expect(makeProfile(options)).rejects.toThrow(
      "c-epoll is no JavaScript but the program echo-epoll: --tool perf can profile it.",
    );
  });
});

const perfIsThere = Toolbox.ofProcess().find("perf") !== undefined && process.getuid?.() === 0;
const reason = perfIsThere ? "" : " (skipped: there is no perf, or this user may not record the kernel)";

describe.skipIf(!perfIsThere)(`perf${reason}`, () => {
  it("shows functions of JavaScript beside those of the kernel, and leaves no map or log behind", async () => {
    const leavings = (): string[] =>
      ["/tmp", "."].flatMap((folder) => readdirSync(folder)).filter((file) => /^perf-\d+\.map$|v8\.log$/.test(file));
    const before = leavings();
    const cell = cellOf("echo", "single+epoll", 8);
    const { text, files } = await makeProfile(small({ cell, tool: "perf", times: 0.3, toolbox: Toolbox.ofProcess() }));
    expect(text).toMatch(/\d+ samples of \d+ threads; the kernel has \d+\.\d % of them/);
    expect(files).toEqual(["flamegraph.html", "speedscope/index.html", "hottest.txt", "perf.data"]);
    expect(leavings().filter((file) => !before.includes(file))).toEqual([]);
  });

  it("profiles a program in C, which a signal asks to stop", async () => {
    const cell = cellOf("echo", "c-epoll", 8);
    const options = small({ cell, tool: "perf", times: 0.3, toolbox: Toolbox.ofProcess() });
    const { text } = await makeProfile(options);
    expect(text).toMatch(/the kernel has (?:[1-9]\d|100)\.\d % of them/);
    expect(readFileSync(join(options.folder, "hottest.txt"), "utf8")).toMatch(/ tcp_sendmsg\w* +kernel$/m);
  });
});
