// `bench history`: runs over time. Its first word says what is done with them: without one, how their figures moved.
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  type Filter,
  formatHistory,
  formatHistoryPage,
  HistoryError,
  openHistory,
  readHistory,
  Store,
  trendOf,
} from "../../history/index.ts";
import type { Run } from "../../record/run.ts";
import { type Arguments, hint } from "../arguments.ts";
import type { Command } from "../command.ts";
import { REPORTS } from "../measuring.ts";
import { expectWritable, writeOutput } from "../output-file.ts";
import { readRun } from "../read-run.ts";
import { recordPath } from "../record-path.ts";
import { UsageError } from "../usage-error.ts";
import { prepareFolder, timeStamp } from "../write-reports.ts";

const DEFAULT = join(REPORTS, "history", "history.sqlite");
const MOST_LAST = 1_000_000;

type Action = (args: Arguments, words: readonly string[]) => () => number;

const ACTIONS: Readonly<Record<string, Action>> = { add, import: importRuns, export: exportRuns, page };

export const history: Command = {
  name: "history",
  usage: "history [SCENARIO...] | add RUN... | import PATH... | export FOLDER | page FILE",
  summary: "How the figures of runs that were added moved over time, and since when they are different.",
  flags: {
    db: { type: "string", value: "FILE", help: "the history (reports/history/history.sqlite)" },
    contender: { type: "string", value: "NAME", help: "that contender alone; several times for several" },
    metric: {
      type: "string",
      value: "ID",
      help: "that metric alone, such as throughput or time; several times for several",
    },
    level: { type: "string", value: "N", help: "that level alone; several times for several" },
    last: { type: "string", value: "N", help: "the newest N runs of each series" },
    changed: { type: "boolean", help: "only what changed" },
  },
  prepare(args) {
    const [first = "", ...rest] = args.positionals;
    const action = Object.hasOwn(ACTIONS, first) ? ACTIONS[first] : undefined;
    if (action === undefined) return show(args, args.positionals);
    const filters = action === page ? [] : FILTERS.filter((flag) => args.has(flag));
    if (filters.length > 0) throw new UsageError(`--${filters[0]} is for what is shown, not for history ${first}`);
    return action(args, rest);
  },
};

const FILTERS = ["contender", "metric", "level", "last", "changed"];

/** What stands in a terminal. */
function show(args: Arguments, scenarios: readonly string[]): () => number {
  const filter = { ...filterOf(args), scenarios };
  return () =>
    reading(args, (store) => {
      refuseUnknown(store, filter);
      const trends = store.series(filter).map(trendOf);
      const shown = args.has("changed") ? trends.filter(({ changes }) => changes.length > 0) : trends;
      process.stdout.write(formatHistory(shown, store.machines()));
      return 0;
    });
}

function page(args: Arguments, [file, ...scenarios]: readonly string[]): () => number {
  if (file === undefined) throw new UsageError("history page expects a file to write, such as trends.html");
  const filter = { ...filterOf(args), scenarios };
  return () => {
    expectWritable(file);
    return reading(args, (store) => {
      refuseUnknown(store, filter);
      const trends = store.series(filter).map(trendOf);
      const shown = args.has("changed") ? trends.filter(({ changes }) => changes.length > 0) : trends;
      writeOutput(file, formatHistoryPage(shown, store.machines()));
      process.stdout.write(`${file}\n`);
      return 0;
    });
  };
}

function add(args: Arguments, files: readonly string[]): () => number {
  if (files.length === 0) throw new UsageError("history add expects runs: each a run.json or the folder of one");
  return () => adding(args, files.map(recordPath));
}

/** All records of folders, or single ones: what `history export` wrote, or the folders of runs. */
function importRuns(args: Arguments, paths: readonly string[]): () => number {
  if (paths.length === 0) throw new UsageError("history import expects folders of records, or records");
  return () => adding(args, paths.flatMap(recordsIn));
}

function exportRuns(args: Arguments, [folder, ...rest]: readonly string[]): () => number {
  if (folder === undefined || rest.length > 0) throw new UsageError("history export expects one folder to write to");
  return () =>
    reading(args, (store) => {
      prepareFolder(folder);
      let count = 0;
      for (const { id, run } of store.runs()) {
        const commit = run.environment.git?.commit.slice(0, 7) ?? "no-git";
        writeFileSync(join(folder, `${timeStamp(run)}-${commit}-${id.slice(0, 8)}.json`), `${JSON.stringify(run)}\n`);
        count += 1;
      }
      process.stdout.write(`${count} ${count === 1 ? "run" : "runs"} in ${folder}\n`);
      return 0;
    });
}

/** Every run is read before the first is added. @throws UsageError that names the file where one is none; none is added then */
function adding(args: Arguments, files: readonly string[]): number {
  const runs = files.map((name): { name: string; run: Run } => ({ name, run: readRun(name) }));
  const path = pathOf(args);
  if (path === DEFAULT || !existsSync(dirname(path))) prepareFolder(dirname(path));
  return refusing(() => {
    const database = openHistory(path);
    try {
      const store = new Store(database);
      const added = store.add(runs);
      for (const { name, isNew } of added) process.stdout.write(`${isNew ? "added" : "there already"}: ${name}\n`);
      const { runs: count, machines } = store.size();
      process.stdout.write(
        `${count} ${count === 1 ? "run" : "runs"} on ${machines} ${machines === 1 ? "machine" : "machines"} in ${path}\n`,
      );
      return 0;
    } finally {
      database.close();
    }
  });
}

function reading(args: Arguments, work: (store: Store) => number): number {
  return refusing(() => {
    const database = readHistory(pathOf(args));
    try {
      return work(new Store(database));
    } finally {
      database.close();
    }
  });
}

/** @throws UsageError that names the file where it is no history */
function refusing(work: () => number): number {
  try {
    return work();
  } catch (error) {
    if (error instanceof HistoryError) throw new UsageError(error.message);
    throw error;
  }
}

function pathOf(args: Arguments): string {
  return args.text("db", "a file") ?? DEFAULT;
}

function filterOf(args: Arguments): Filter {
  const last = args.integer("last", 1, MOST_LAST);
  return {
    contenders: args.texts("contender", "a name"),
    metrics: args.texts("metric", "an id"),
    levels: args.texts("level", "a number").map((text) => {
      const level = Number(text);
      if (!(level > 0)) throw new UsageError(`--level expects a positive number, but was given "${text}"`);
      return level;
    }),
    ...(last === undefined ? {} : { last }),
  };
}

/** @throws UsageError that names the nearest, where the history has nothing of that name */
function refuseUnknown(store: Store, { scenarios = [], contenders = [], metrics = [], levels = [] }: Filter): void {
  const all = store.series();
  const asked: readonly (readonly [string, readonly string[], (series: (typeof all)[number]) => string])[] = [
    ["scenario", scenarios, ({ scenario }) => scenario],
    ["contender", contenders, ({ contender }) => contender],
    ["metric", metrics, ({ metric }) => metric.id],
    ["level", levels.map(String), ({ level }) => String(level)],
  ];
  for (const [what, names, of] of asked) {
    const known = [...new Set(all.map(of))];
    const actions = what === "scenario" ? Object.keys(ACTIONS) : [];
    for (const name of names) {
      if (known.includes(name)) continue;
      throw new UsageError(`the history has no ${what} "${name}"${hint(name, [...known, ...actions])}`);
    }
  }
}

/** The records that a path means: itself, a folder's run.json, or all of a folder's files that end in .json. */
function recordsIn(path: string): string[] {
  const record = recordPath(path);
  if (record === path || existsSync(record)) return [record];
  const files = readdirSync(path, { withFileTypes: true });
  const records = files
    .filter((file) => file.isFile() && file.name.endsWith(".json"))
    .map(({ name }) => join(path, name));
  if (records.length === 0) throw new UsageError(`${path} has no records: files that end in .json`);
  return records.toSorted();
}
