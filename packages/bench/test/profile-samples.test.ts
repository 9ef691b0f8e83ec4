// From what profilers write to lists and trees, on recordings that are written by hand, with exact numbers.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { callTree } from "../src/profile/call-tree.ts";
import { readCpuProfile, UnusableProfileError } from "../src/profile/cpuprofile.ts";
import {
  differenceGrid,
  differencePage,
  differenceStyle,
  FLAME_COLOURS,
  flamePage,
} from "../src/profile/flame-page.ts";
import { formatHottest, hottest, kernelShare } from "../src/profile/hottest.ts";
import { foldLoading } from "../src/profile/loading.ts";
import { readPerfScript } from "../src/profile/perf-script.ts";
import type { Frame, Sample, Samples } from "../src/profile/samples.ts";
import { SourcePlaces } from "../src/profile/source-places.ts";
import { speedscopeProfile } from "../src/profile/speedscope.ts";

const places = new SourcePlaces();
const js = (name: string, line = 1): Frame => ({ name, file: "a.ts", line, kind: "javascript" });
const profileOf = (...samples: readonly (readonly [stack: readonly Frame[], weight: number])[]): Samples => ({
  unit: "microseconds",
  threads: [{ name: "main", samples: samples.map(([stack, weight]): Sample => ({ stack, weight })) }],
});

const callFrame = (functionName: string, url = "", lineNumber = -1): object => ({
  ...{ functionName, scriptId: "0", url, lineNumber, columnNumber: lineNumber },
});
const written = {
  nodes: [
    { id: 1, callFrame: callFrame("(root)"), children: [2, 3, 6] },
    { id: 2, callFrame: callFrame("(idle)") },
    { id: 3, callFrame: callFrame("run", "file:///app/run.js", 9), children: [4] },
    { id: 4, callFrame: callFrame("", "node:net", 4), children: [5] },
    { id: 5, callFrame: callFrame("write") },
    { id: 6, callFrame: callFrame("(garbage collector)") },
  ],
  startTime: 1000,
  endTime: 1600,
  samples: [3, 5, 2, 6, 5],
  timeDeltas: [50, 100, 150, 100, 120],
};
const read = (value: unknown): Sample[] => [...readCpuProfile(JSON.stringify(value), "main", places).samples];

describe("a profile of V8", () => {
  it("gives each sample the time until the next one, and the last the time until the end", () => {
    // Seen at 1050, 1150, 1300, 1400 and 1520, and over at 1600.
    expect(read(written).map(({ weight }) => weight)).toEqual([100, 150, 100, 120, 80]);
  });

  it("gives each sample its stack from the outermost function inwards, without the root", () => {
    expect(read(written).map(({ stack }) => stack.map(({ name }) => name))).toEqual([
      ["run"],
      ["run", "(anonymous)", "write"],
      ["(idle)"],
      ["(garbage collector)"],
      ["run", "(anonymous)", "write"],
    ]);
  });

  it("says where a function stands, from line 1 on, and whose code it is", () => {
    expect(read(written)[1]?.stack).toEqual([
      { name: "run", file: "/app/run.js", line: 10, kind: "javascript" },
      { name: "(anonymous)", file: "node:net", line: 5, kind: "javascript" },
      { name: "write", kind: "native" },
    ]);
  });

  it("takes no time from clocks that go backwards", () => {
    expect(read({ ...written, timeDeltas: [50, 100, -30, 100, 120] }).map(({ weight }) => weight)).toEqual([
      100, 0, 100, 120, 260,
    ]);
  });

  it.each([
    ["no JSON", "{", "it is not JSON"],
    ["something else", JSON.stringify({ nodes: [] }), "it is not a profile of V8"],
    ["nodes that are none", JSON.stringify({ ...written, nodes: [{ id: 1 }] }), "it is not a profile of V8"],
    ["no sample", JSON.stringify({ ...written, samples: [], timeDeltas: [] }), "it has no sample"],
    ["a sample of nothing", JSON.stringify({ ...written, samples: [99] }), "sample 0 is of node 99"],
    [
      "a child that is not there",
      JSON.stringify({ ...written, nodes: [{ id: 1, callFrame: callFrame("(root)"), children: [9] }] }),
      "node 1 has a child 9",
    ],
  ])("of %s is refused", (_, text, message) => {
    expect(() => readCpuProfile(text, "main", places)).toThrow(UnusableProfileError);
    expect(() => readCpuProfile(text, "main", places)).toThrow(message);
  });
});

describe("a place in the sources", () => {
  it("is that of the source where a source map knows it", () => {
    const compiled = new URL("../dist/profile/hottest.js", import.meta.url);
    const text = readFileSync(compiled, "utf8").split("\n");
    const source = readFileSync(new URL("../src/profile/hottest.ts", import.meta.url), "utf8").split("\n");
    const line = text.findIndex((each) => each.startsWith("export function kernelShare")) + 1;
    expect(places.find(compiled.href, line, "export function ".length + 1)).toEqual({
      file: "packages/bench/src/profile/hottest.ts",
      line: source.findIndex((each) => each.startsWith("export function kernelShare")) + 1,
    });
  });

  it("is what the engine says where there is no map", () => {
    expect(places.find("node:net", 7, 1)).toEqual({ file: "node:net", line: 7 });
    expect(places.find("/nowhere/at/all.js", 7, 1)).toEqual({ file: "/nowhere/at/all.js", line: 7 });
  });
});

const PERF = `MainThread 27853     500250 
	ffffffff81632333 tcp_sendmsg ([kernel.kallsyms])
	ffffffff821ef691 do_syscall_64 ([kernel.kallsyms])
	          1a06390 node::Write(v8::Local<v8::Value>, int) (/opt/node/bin/node)
	    7f1eb00ace62 JS:*'run file:///app/run.js:101:8 (/tmp/perf-27853.map)
	    7f1eb0000594 Script:~ file:///app/main.js:1:1 (/tmp/perf-27853.map)
	 4d7c6d005c75dff [unknown] ([unknown])

MainThread 27853     500250 
	    7f1eb00ace62 JS:^run file:///app/run.js:101:8 (/tmp/perf-27853.map)

V8Worker 27861     500250 
	            99d4 [unknown] (/usr/lib/libstdc++.so.6)

V8Worker 27861     500250 

`;

describe("a recording of perf", () => {
  const samples = readPerfScript(PERF, places);

  it("is read by thread, the outermost function first, without what is no address", () => {
    expect(samples.threads.map(({ name }) => name)).toEqual(["MainThread 27853", "V8Worker 27861"]);
    expect(samples.threads[0]?.samples[0]?.stack).toEqual([
      { name: "(anonymous)", file: "/app/main.js", line: 1, kind: "javascript" },
      { name: "run", file: "/app/run.js", line: 101, kind: "javascript" },
      { name: "node::Write(v8::Local<v8::Value>, int)", file: "node", kind: "native" },
      { name: "do_syscall_64", kind: "kernel" },
      { name: "tcp_sendmsg", kind: "kernel" },
    ]);
    expect(samples.threads[1]?.samples).toEqual([
      { stack: [{ name: "[unknown in libstdc++.so.6]", file: "libstdc++.so.6", kind: "native" }], weight: 1 },
    ]);
  });

  it("counts a function once, whichever compiler made its code, and the share of the kernel", () => {
    const run = hottest(samples).find(({ frame }) => frame.name === "run");
    expect(run).toMatchObject({ self: 1 / 3, total: 2 / 3 });
    expect(kernelShare(samples)).toBe(1 / 3);
  });
});

describe("the hottest functions", () => {
  const samples = profileOf(
    [[js("main"), js("read", 7)], 300],
    [[js("main"), js("walk", 3), js("walk", 3)], 500],
    [[js("main")], 200],
    [[{ name: "(idle)", kind: "idle" }], 9000],
  );

  it("have their shares of what was done, and a function that calls itself is counted once", () => {
    expect(hottest(samples)).toEqual([
      { frame: js("walk", 3), self: 0.5, total: 0.5 },
      { frame: js("read", 7), self: 0.3, total: 0.3 },
      { frame: js("main"), self: 0.2, total: 1 },
    ]);
  });

  it("are a list in plain text", () => {
    expect(formatHottest(hottest(samples), 2)).toBe(
      [
        "   self    total  function  where",
        " 50.0 %   50.0 %  walk      a.ts:3",
        " 30.0 %   30.0 %  read      a.ts:7",
        "",
      ].join("\n"),
    );
  });

  it("are none where nothing was done", () => {
    expect(hottest(profileOf([[{ name: "(idle)", kind: "idle" }], 5]))).toEqual([]);
    expect(kernelShare(profileOf())).toBe(0);
  });
});

describe("a tree of calls", () => {
  it("has the shares of each profile, whatever the order of its samples", () => {
    const one = profileOf([[js("main"), js("a")], 1], [[js("main"), js("b")], 3]);
    const other = profileOf([[js("main"), js("b")], 1], [[js("main"), js("c")], 1]);
    const share = (self: number[], total: number[]): object => ({ self, total });
    expect(callTree([one, other])).toMatchObject([
      {
        ...{ frame: js("main"), ...share([0, 0], [1, 1]) },
        calls: [
          { frame: js("a"), ...share([0.25, 0], [0.25, 0]), calls: [] },
          { frame: js("b"), ...share([0.75, 0.5], [0.75, 0.5]), calls: [] },
          { frame: js("c"), ...share([0, 0.5], [0, 0.5]), calls: [] },
        ],
      },
    ]);
  });
});

describe("loading of modules", () => {
  const node = (name: string, file = "internal/modules/esm/loader"): Frame => ({ ...js(name), file: `node:${file}` });
  const start = [node("main", "internal/main"), node("import"), node("trace", "diagnostics_channel"), node("link")];
  const loading = { ...js("(loading modules)"), file: "node:internal/modules", line: undefined };

  it("is one call, however deep it is, and what it calls remains", () => {
    const compile: Frame = { name: "compile", kind: "native" };
    const deep = [...start, ...start, ...start];
    const [thread] = foldLoading(profileOf([[...deep, compile], 3])).threads;
    expect(thread?.samples).toEqual([{ stack: [loading, compile], weight: 3 }]);
  });

  it("is left as it is in a program that is run by it, or that calls other modules of Node.js", () => {
    const running = [node("run"), js("program"), node("write", "net"), node("flush", "net"), node("a", "net")];
    const calling = [js("program"), ...["a", "b", "c", "d", "e"].map((name) => node(name, "net"))];
    const samples = profileOf([running, 1], [calling, 1]);
    expect(foldLoading(samples)).toEqual(samples);
  });
});

describe("a profile for speedscope", () => {
  it("is what its schema asks for, with a profile for each thread", () => {
    const schema = JSON.parse(
      readFileSync(createRequire(import.meta.url).resolve("speedscope/dist/release/file-format-schema.json"), "utf8"),
    ) as object;
    const validate = new Ajv({ strict: false, allErrors: true }).compile(schema);
    const value = speedscopeProfile({ unit: "microseconds", threads: [{ name: "main", samples: read(written) }] }, "x");
    validate(value);
    expect(validate.errors).toBeNull();
    expect(value).toMatchObject({
      shared: {
        frames: [
          { name: "run", file: "/app/run.js", line: 10 },
          { name: "(anonymous)", file: "node:net", line: 5 },
          { name: "write" },
          { name: "(idle)" },
          { name: "(garbage collector)" },
        ],
      },
      profiles: [{ samples: [[0], [0, 1, 2], [3], [4], [0, 1, 2]], weights: [100, 150, 100, 120, 80], endValue: 550 }],
    });
    expect(validate({ ...value, profiles: [{}] })).toBe(false);
  });
});

describe("a flamegraph", () => {
  const samples = profileOf([[js("main"), js("<img src=x>")], 3], [[js("main")], 1]);

  it("draws each call as wide as its share, below its caller, and says its share when pointed at", () => {
    const page = flamePage("a page", { name: "it", samples });
    expect(page).toContain(
      '<g class="javascript"><title>main, a.ts:1: 100.0\u00a0%, itself 25.0\u00a0%</title><rect x="0" y="0" width="1199" height="18"/>',
    );
    expect(page).toContain('<rect x="0" y="19" width="899" height="18"/>');
  });

  it("lets no name act as markup, and loads nothing", () => {
    const page = flamePage("<script>", { name: "<b>", samples });
    expect(page).not.toMatch(/<img|<script|<b>/);
    expect(page).toContain("&lt;img src=x&gt;");
    expect(page).toContain("default-src 'none'");
  });

  it("leaves out what is too narrow to be seen", () => {
    const page = flamePage("a page", { name: "it", samples: profileOf([[js("wide")], 9999], [[js("narrow")], 1]) });
    expect(page.match(/<rect /g)).toHaveLength(1);
  });

  it("does not care how deep a stack is", () => {
    const deep = Array.from({ length: 3000 }, (_, depth) => js(`at ${depth}`));
    expect(flamePage("a page", { name: "it", samples: profileOf([deep, 1]) }).match(/<rect /g)).toHaveLength(3000);
  });
});

describe("a differential flamegraph", () => {
  const one = { name: "coroutine", samples: profileOf([[js("main"), js("a")], 60], [[js("main"), js("b")], 40]) };
  const other = { name: "native", samples: profileOf([[js("main"), js("b")], 46], [[js("main"), js("c")], 54]) };
  const page = differencePage("one against other", one, other);

  it("is coloured by the difference of shares, in three steps each way", () => {
    expect([0.3, 0.15, 0.05, 0.01, 0.009, 0, -0.01, -0.06, -0.5].map(differenceStyle)).toEqual([
      ...["more3", "more3", "more2", "more1", "same", "same", "less1", "less2", "less3"],
    ]);
    const styles = [...page.matchAll(/<g class="(\w+)"><title>(\w+),/g)].map(([, style, name]) => [name, style]);
    expect(styles).toEqual([
      ["main", "same"],
      ["a", "more3"],
      ["b", "less2"],
      ["c", "less3"],
    ]);
  });

  it("draws the mean of both shares, so that what only one calls is there", () => {
    expect([...page.matchAll(/<rect x="([\d.]+)" y="19" width="([\d.]+)"/g)].map(([, x, width]) => [x, width])).toEqual(
      [
        ["0", "359"],
        ["360", "515"],
        ["876", "323"],
      ],
    );
  });

  it("has a table of the functions behind it, the largest difference first", () => {
    const rows = differenceGrid(one, other).rows.map((row) => row.map(({ text }) => text));
    expect(rows).toEqual([
      ["a", "+60.0 %", "60.0 %", "0.0 %", "60.0 %", "0.0 %", "a.ts:1"],
      ["c", "−54.0 %", "0.0 %", "54.0 %", "0.0 %", "54.0 %", "a.ts:1"],
      ["b", "−6.0 %", "40.0 %", "46.0 %", "40.0 %", "46.0 %", "a.ts:1"],
      ["main", "0.0 %", "0.0 %", "0.0 %", "100.0 %", "100.0 %", "a.ts:1"],
    ]);
  });

  it("is the same page for the same profiles, to the last byte", () => {
    const shuffled = { ...one, samples: profileOf([[js("main"), js("b")], 40], [[js("main"), js("a")], 60]) };
    expect(differencePage("one against other", shuffled, other)).toBe(page);
  });
});

describe("the colours", () => {
  it("let what is written on them be read, at 4.5 to 1", () => {
    const { ink = "", ...fills } = FLAME_COLOURS;
    for (const fill of Object.values(fills)) {
      expect((luminance(fill) + 0.05) / (luminance(ink) + 0.05)).toBeGreaterThanOrEqual(4.5);
    }
  });
});

/** Relative luminance (WCAG 2.2). */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return c <= 0.040_45 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
