// What the sections of a page share: the run, how its contenders look, and where on the page raw samples are.
import type { SamplePointer } from "../../claims/index.ts";
import type { Run } from "../../record/run.ts";
import type { Analysis } from "../analysis.ts";
import type { Appearance } from "./palette.ts";
import { appearances } from "./palette.ts";

/** One page of one run. */
export class Page {
  readonly run: Run;
  readonly analysis: Analysis;
  readonly looks: ReadonlyMap<string, Appearance>;
  readonly #scenarios: ReadonlyMap<string, number>;
  readonly #contenders: ReadonlyMap<string, number>;

  constructor(run: Run, analysis: Analysis) {
    this.run = run;
    this.analysis = analysis;
    this.looks = appearances(run.contenders);
    this.#scenarios = new Map(run.scenarios.map(({ name }, index) => [name, index]));
    this.#contenders = new Map(run.contenders.map(({ name }, index) => [name, index]));
  }

  /** The colour of a contender; that of text where it was never part of the run. */
  colour(contender: string): string {
    return this.looks.get(contender)?.colour ?? "var(--ink)";
  }

  /** The id of a scenario's section: names may hold anything, ids may not. */
  scenarioId(name: string): string {
    return `scenario-${this.#scenarios.get(name) ?? "none"}`;
  }

  /** The id of the row that has a cell's raw samples; undefined where nothing was observed. */
  rawId({ scenario, contender, level }: SamplePointer): string | undefined {
    const found = this.analysis.scenarios.find((each) => each.scenario.name === scenario);
    const column = found?.scenario.levels.indexOf(level) ?? -1;
    const isThere = found?.tables.some(({ rows }) =>
      rows.some((row) => row.contender.name === contender && row.cells[column] !== undefined),
    );
    if (isThere !== true) return undefined;
    return `raw-${this.#scenarios.get(scenario)}-${this.#contenders.get(contender)}-${column}`;
  }
}
