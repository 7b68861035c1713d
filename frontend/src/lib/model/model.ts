/** A model that answers rows, given something that runs its graph. */
import type { Answer, Contract, Explanation, Row } from "./contract";
import { encode, type Feed, warningsOf } from "./encode";
import { explain } from "./explain";

/** Values of an output, flat. */
export type Output = { data: ArrayLike<number> | string[]; dims: readonly number[] };

/** Runs the graph on `n` rows and returns its outputs by name. */
export type RunGraph = (feed: Feed, n: number, outputs: string[]) => Promise<Record<string, Output>>;

// Each column takes a row of all columns: beyond this a browser would stand still for seconds.
const MOST_COLUMNS = 300;

export class Model {
  readonly contract: Contract;
  readonly #run: RunGraph;

  constructor(contract: Contract, run: RunGraph) {
    this.contract = contract;
    this.#run = run;
  }

  /** Answer rows in their order. Raises WrongValue. */
  async answers(rows: readonly Row[]): Promise<Answer[]> {
    const feed = encode(this.contract, rows);
    const { outputs, classes } = this.contract;
    const found = await this.#run(feed, rows.length, Object.values(outputs).filter(Boolean));
    const warnings = (index: number) => warningsOf(this.contract, feed, index);
    if (this.contract.task === "regression") {
      const values = found[outputs.prediction ?? ""]?.data as ArrayLike<number>;
      const ends = found[outputs.interval ?? ""]?.data as ArrayLike<number> | undefined;
      return rows.map((_, index) => ({
        prediction: values[index] ?? Number.NaN,
        probability: null,
        probabilities: null,
        interval: ends ? [ends[2 * index] ?? Number.NaN, ends[2 * index + 1] ?? Number.NaN] : null,
        warnings: warnings(index),
      }));
    }
    const names = classes ?? [];
    const labels = found[outputs.label ?? ""]?.data as string[];
    const shares = found[outputs.probabilities ?? ""]?.data as ArrayLike<number>;
    return rows.map((_, index) => {
      const own = names.map((name, k) => [name, shares[index * names.length + k] ?? Number.NaN] as const);
      const probabilities = Object.fromEntries(own);
      const prediction = labels[index] ?? "";
      return {
        prediction,
        probability: probabilities[prediction] ?? null,
        probabilities,
        interval: null,
        warnings: warnings(index),
      };
    });
  }

  /** Why a row is answered as it is, or null without typical rows and with very many columns; `output` is the class whose chance is explained. */
  async explain(row: Row, output = "", maxRows = 2_000): Promise<Explanation | null> {
    const { background, outputs, classes, task } = this.contract;
    if (!background || background.length === 0 || this.contract.inputs.length > MOST_COLUMNS) return null;
    const width = task === "regression" ? 1 : (classes?.length ?? 1);
    const place = task === "regression" ? 0 : Math.max(0, classes?.indexOf(output) ?? 0);
    const name = (task === "regression" ? outputs.prediction : outputs.probabilities) ?? "";
    const ask = async (feed: Feed, n: number) => {
      const data = (await this.#run(feed, n, [name]))[name]?.data as ArrayLike<number>;
      return Array.from({ length: n }, (_, index) => data[index * width + place] ?? Number.NaN);
    };
    return explain(ask, encode(this.contract, [row]), encode(this.contract, background), { output, maxRows });
  }
}
