// The runs of a history: each whole, as the record that it is, and what is shown of it by commit, machine and place. The record is what
// counts: it is read by way of `migrate`, so those of older versions stay readable.
import { createHash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { gunzipSync, gzipSync } from "node:zlib";
import { labelOf, measuresOf } from "../export/measures.ts";
import { comparable } from "../record/comparable.ts";
import type { Environment } from "../record/environment.ts";
import type { MetricRecord } from "../record/metric.ts";
import type { Run } from "../record/run.ts";
import { parseRun } from "../record/validate.ts";
import { inTransaction } from "./database.ts";

/** What became of a run that was to be added. */
export interface Added {
  readonly name: string;
  /** False for one that was there already. */
  readonly isNew: boolean;
}

/** A figure of one place in one run. */
export interface Point {
  readonly run: string;
  readonly startedAt: string;
  readonly commit: string | null;
  readonly dirty: boolean;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly rounds: number;
}

/** All figures of one place and metric on machines that are alike, from the oldest run on. */
export interface Series {
  readonly machine: number;
  readonly scenario: string;
  readonly contender: string;
  readonly level: number;
  /** What it is called: "echo/node/connections=64". */
  readonly place: string;
  readonly metric: Pick<MetricRecord, "id" | "label" | "unit" | "better">;
  readonly points: readonly Point[];
}

/** Which series; all where nothing is said. */
export interface Filter {
  readonly scenarios?: readonly string[];
  readonly contenders?: readonly string[];
  readonly metrics?: readonly string[];
  readonly levels?: readonly number[];
  /** The newest so many runs of each series. */
  readonly last?: number;
}

/** What can be done with an open history. */
export class Store {
  private readonly database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.database = database;
  }

  /** Adds runs: all of them, or on any error none. A run that is there already stays as it is. */
  add(runs: readonly { readonly name: string; readonly run: Run }[]): Added[] {
    return inTransaction(this.database, () => runs.map(({ name, run }) => ({ name, isNew: this.addOne(run) })));
  }

  /** How many runs there are, and the machines that they were made on. */
  size(): { readonly runs: number; readonly machines: number } {
    const count = (table: string): number => Number(this.rows(`SELECT count(*) AS count FROM ${table}`)[0]?.["count"]);
    return { runs: count("runs"), machines: count("machines") };
  }

  /** The environments of the machines, by number. */
  machines(): ReadonlyMap<number, Environment> {
    return new Map(
      this.rows("SELECT id, environment FROM machines ORDER BY id").map(({ id, environment }) => [
        Number(id),
        // Written by `machineOf`, from a record that was valid.
        JSON.parse(String(environment)) as Environment,
      ]),
    );
  }

  /** Every run whole, the oldest first. */
  *runs(): Generator<{ readonly id: string; readonly run: Run }> {
    for (const { id } of this.rows("SELECT id FROM runs ORDER BY started_at, id")) {
      const [row] = this.rows("SELECT record FROM runs WHERE id = ?", [String(id)]);
      const record = row?.["record"];
      if (!(record instanceof Uint8Array)) throw new TypeError("a record is a blob");
      yield { id: String(id), run: parseRun(gunzipSync(record).toString("utf8")) };
    }
  }

  /** The series of the history, in the order of machine, place and metric. */
  series({ scenarios, contenders, metrics, levels, last }: Filter = {}): Series[] {
    const conditions = [
      within("scenario", scenarios),
      within("contender", contenders),
      within("metric", metrics),
      within("level", levels),
    ].flatMap((condition) => condition ?? []);
    const where = conditions.length === 0 ? "" : `WHERE ${conditions.map(({ text }) => text).join(" AND ")}`;
    const rows = this.rows(
      `SELECT points.*, runs.started_at, runs.commit_hash, runs.dirty, runs.machine FROM points JOIN runs ON runs.id = points.run
       ${where} ORDER BY machine, scenario, contender, level, metric, started_at, run`,
      conditions.flatMap(({ values }) => values),
    );
    const groups = Map.groupBy(rows, ({ machine, scenario, contender, level, metric }) =>
      JSON.stringify([machine, scenario, contender, level, metric]),
    );
    return [...groups.values()].flatMap((group) => {
      const newest = group.at(-1);
      return newest === undefined ? [] : [seriesOf(newest, last === undefined ? group : group.slice(-last))];
    });
  }

  private addOne(run: Run): boolean {
    const text = JSON.stringify(run);
    const id = createHash("sha256").update(text).digest("hex").slice(0, 16);
    const { git } = run.environment;
    if (this.rows("SELECT id FROM runs WHERE id = ?", [id]).length > 0) return false;
    this.database
      .prepare("INSERT INTO runs (id, started_at, commit_hash, dirty, machine, record) VALUES (?, ?, ?, ?, ?, ?)")
      .run(
        ...[id, run.startedAt, git?.commit ?? null, git?.dirty === true ? 1 : 0],
        ...[this.machineOf(run.environment), gzipSync(text)],
      );
    const insert = this.database.prepare(
      `INSERT INTO points (run, scenario, contender, level, metric, place, label, unit, better, value, low, high, rounds)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    for (const measure of measuresOf(run)) {
      const { scenario, contender, level, place, metric, estimate, byRound } = measure;
      insert.run(
        ...[id, scenario.name, contender, level, metric.id, place, labelOf(measure), metric.unit, metric.better],
        ...[estimate.value, estimate.low, estimate.high, byRound.size],
      );
    }
    return true;
  }

  /** The number of the machine that is like this one, or a new one. */
  private machineOf(environment: Environment): number {
    const known = [...this.machines()].find(([, other]) => comparable(other, environment).length === 0);
    if (known !== undefined) return known[0];
    const { lastInsertRowid } = this.database
      .prepare("INSERT INTO machines (environment) VALUES (?)")
      .run(JSON.stringify(environment));
    return Number(lastInsertRowid);
  }

  private rows(sql: string, values: readonly (string | number)[] = []): Readonly<Record<string, unknown>>[] {
    return this.database.prepare(sql).all(...values);
  }
}

function within(
  column: string,
  values: readonly (string | number)[] | undefined,
): { readonly text: string; readonly values: readonly (string | number)[] } | undefined {
  if (values === undefined || values.length === 0) return undefined;
  return { text: `${column} IN (${values.map(() => "?").join(", ")})`, values };
}

type Row = Readonly<Record<string, unknown>>;

/** What a metric is called is what the newest run calls it. */
function seriesOf(newest: Row, group: readonly Row[]): Series {
  return {
    machine: Number(newest["machine"]),
    scenario: String(newest["scenario"]),
    contender: String(newest["contender"]),
    level: Number(newest["level"]),
    place: String(newest["place"]),
    // As they were in a valid record.
    metric: {
      id: String(newest["metric"]),
      label: String(newest["label"]),
      unit: String(newest["unit"]) as MetricRecord["unit"],
      better: String(newest["better"]) as MetricRecord["better"],
    },
    points: group.map(({ commit_hash: commit, ...row }) => ({
      run: String(row["run"]),
      startedAt: String(row["started_at"]),
      commit: typeof commit === "string" ? commit : null,
      dirty: row["dirty"] === 1,
      value: Number(row["value"]),
      low: Number(row["low"]),
      high: Number(row["high"]),
      rounds: Number(row["rounds"]),
    })),
  };
}
