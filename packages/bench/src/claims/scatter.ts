// How much the quantities of one kind scatter, over all questions that are asked of a run. It is gathered while the claims are judged
// for the first time, and then lent to each question when they are judged again.
import type { CommonScatter } from "../statistics/index.ts";
import { commonScatter } from "../statistics/index.ts";

export class Scatter {
  private readonly noted = new Map<string, (readonly number[])[]>();
  private readonly common: ReadonlyMap<string, CommonScatter>;
  private readonly known = new Map<string, ReadonlyMap<number, number>>();

  /** @param common by kind of quantity; nothing is lent unless it is given */
  constructor(common: ReadonlyMap<string, CommonScatter> = new Map()) {
    this.common = common;
  }

  /** What is lent to a question about this kind. */
  of(kind: string): CommonScatter | undefined {
    return this.common.get(kind);
  }

  /** Takes the values of a question, by round, on the scale on which they scatter evenly. */
  note(kind: string, values: readonly number[]): void {
    const own = this.noted.get(kind) ?? [];
    own.push(values);
    this.noted.set(kind, own);
  }

  /** The noise floors by level of one metric of one scenario, which many questions share: found once. */
  floors(scenario: string, metric: string, find: () => ReadonlyMap<number, number>): ReadonlyMap<number, number> {
    const key = JSON.stringify([scenario, metric]);
    const found = this.known.get(key) ?? find();
    this.known.set(key, found);
    return found;
  }

  /** One that lends what this one has gathered. */
  gathered(): Scatter {
    return new Scatter(
      new Map(
        [...this.noted].flatMap(([kind, questions]) => {
          const common = commonScatter(questions);
          return common === undefined ? [] : [[kind, common] as const];
        }),
      ),
    );
  }
}
