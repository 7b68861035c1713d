/**
 * How much each column moved an answer: Shapley values by antithetic permutation sampling, as the server computes them
 * (Štrumbelj & Kononenko 2014, doi:10.1007/s10115-013-0679-x; Mitchell et al. 2022, JMLR 23:43).
 */
import { record } from "@/lib/record";
import type { Contribution, Explanation } from "./contract";
import type { Feed } from "./encode";

type Walk = { background: number; order: number[] };

/** Mulberry32: small, seeded, good enough to shuffle. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Explain the answer of one encoded row against encoded background rows; `ask` answers many rows with one number each.
 * At most about `maxRows` rows are asked. The contributions add up: base + all of them = value.
 */
export async function explain(
  ask: (feed: Feed, n: number) => Promise<ArrayLike<number>>,
  row: Feed,
  background: Feed,
  { output = "", maxRows = 2_000, seed = 0 }: { output?: string; maxRows?: number; seed?: number } = {},
): Promise<Explanation> {
  const names = Object.keys(row);
  const nBackground = Object.values(background)[0]?.length ?? 0;
  const differing = Array.from({ length: nBackground }, (_, b) =>
    names.flatMap((name, column) => (Object.is(row[name]?.[0], background[name]?.[b]) ? [] : [column])),
  );
  const walks = plan(differing, maxRows, random(seed));
  const used = [...new Set(walks.map((walk) => walk.background))];
  const { feed, n } = assemble(row, background, names, walks, used);
  const answers = await ask(feed, n);

  const value = answers[0] ?? Number.NaN;
  const starts = new Map(used.map((b, index) => [b, answers[index + 1] ?? Number.NaN]));
  const byWalk = walks.map(() => new Float64Array(names.length));
  let at = used.length + 1;
  walks.forEach((walk, index) => {
    let before = starts.get(walk.background) ?? 0;
    walk.order.forEach((column, step) => {
      const after = step === walk.order.length - 1 ? value : (answers[at++] ?? 0);
      const effects = byWalk[index];
      if (effects) effects[column] = after - before;
      before = after;
    });
  });
  return summarise(names, row, walks, used, byWalk, { output, value, starts, n });
}

// Pairs of an order and its reverse for each background row, as many as fit; a column that is alike needs no step.
function plan(differing: number[][], maxRows: number, next: () => number): Walk[] {
  const cost = (b: number) => 2 * Math.max(0, (differing[b]?.length ?? 0) - 1) + 1;
  const walks: Walk[] = [];
  let left = maxRows - 1;
  for (let b = 0; b < differing.length; b++) {
    if (b > 0 && left < cost(b)) break;
    left -= cost(b);
    const order = shuffled(differing[b] ?? [], next);
    walks.push({ background: b, order }, { background: b, order: [...order].reverse() });
  }
  const used = walks.length / 2;
  for (let b = 0; used > 0 && left >= cost(b % used) - 1 && cost(b % used) > 1; b++) {
    left -= cost(b % used) - 1;
    const order = shuffled(differing[b % used] ?? [], next);
    walks.push({ background: b % used, order }, { background: b % used, order: [...order].reverse() });
  }
  return walks;
}

function shuffled(items: readonly number[], next: () => number): number[] {
  const mixed = [...items];
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [mixed[i], mixed[j]] = [mixed[j] as number, mixed[i] as number];
  }
  return mixed;
}

// Rows to ask: the row itself, each background row, then every step between the two except the ends.
function assemble(
  row: Feed,
  background: Feed,
  names: string[],
  walks: Walk[],
  used: number[],
): { feed: Feed; n: number } {
  const sources: { background: number; taken: Set<number> | "all" }[] = [{ background: 0, taken: "all" }];
  for (const b of used) sources.push({ background: b, taken: new Set() });
  for (const walk of walks) {
    const taken = new Set<number>();
    for (const column of walk.order.slice(0, -1)) {
      taken.add(column);
      sources.push({ background: walk.background, taken: new Set(taken) });
    }
  }
  const feed: Feed = record();
  names.forEach((name, column) => {
    const own = row[name]?.[0];
    const theirs = background[name];
    const cells = sources.map((source) =>
      source.taken === "all" || source.taken.has(column) ? own : theirs?.[source.background],
    );
    feed[name] =
      row[name] instanceof Float32Array ? Float32Array.from(cells as number[]) : (cells as string[]);
  });
  return { feed, n: sources.length };
}

function summarise(
  names: string[],
  row: Feed,
  walks: Walk[],
  used: number[],
  byWalk: Float64Array[],
  { output, value, starts, n }: { output: string; value: number; starts: Map<number, number>; n: number },
): Explanation {
  const perBackground = used.map((b) => byWalk.filter((_, index) => walks[index]?.background === b));
  const contributions: Contribution[] = names.map((column, j) => {
    const means = perBackground.map((effects) => mean(effects.map((effect) => effect[j] ?? 0)));
    const own = row[column]?.[0];
    const isMissing = own === undefined || own === "" || Number.isNaN(own);
    return {
      column,
      value: isMissing ? null : (own ?? null),
      contribution: mean(means),
      standard_error: errorOf(means),
    };
  });
  return {
    output,
    base: mean([...starts.values()]),
    value,
    contributions: contributions.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution)),
    n_rows: n,
    n_background: used.length,
  };
}

function mean(values: readonly number[]): number {
  return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : 0;
}

function errorOf(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const centre = mean(values);
  return Math.sqrt(
    values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1) / values.length,
  );
}
