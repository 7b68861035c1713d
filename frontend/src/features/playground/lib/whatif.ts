/** One column varied, the rest kept: the values to ask for and what the answers say. */
import { compact, dataDate, fixed, list, percent, significant } from "@/lib/format";
import type { Answer, Contract, InputColumn, Value } from "@/lib/model";
import { hasTime } from "./form";

const STEPS = 32;
const LEVELS = 10;

export type Step = { value: Value; text: string };
export type Sweep = { column: InputColumn; steps: Step[]; isLine: boolean };

/** Whether there is something to vary. */
export function canVary(column: InputColumn): boolean {
  if (column.kind === "text") return false;
  if (column.type === "float")
    return typeof rangeOf(column)[0] === "number" && rangeOf(column)[0] !== rangeOf(column)[1];
  if (column.kind === "datetime") return typeof column.min === "string" && typeof column.max === "string";
  return (column.values?.length ?? 0) > 1 || column.kind === "boolean";
}

/** The values that a column is asked with: even steps of its usual range, or its most frequent levels. */
export function sweepOf(column: InputColumn, own: string): Sweep {
  if (column.type === "float") return { column, isLine: true, steps: numbers(column, own) };
  if (column.kind === "datetime") return { column, isLine: true, steps: moments(column) };
  const levels = column.kind === "boolean" ? ["false", "true"] : (column.values ?? []).slice(0, LEVELS);
  const all = own === "" || levels.includes(own) ? levels : [...levels.slice(0, LEVELS - 1), own];
  return {
    column,
    isLine: false,
    steps: all.map((level) => ({ value: column.kind === "boolean" ? level === "true" : level, text: level })),
  };
}

/** Where most of a numeric column's values lie, 1 to 99 %; its whole range where that is not known. */
export function rangeOf(column: InputColumn): [number | undefined, number | undefined] {
  const quantiles = column.quantiles ?? [];
  const low = quantiles[0] ?? column.min;
  const high = quantiles[quantiles.length - 1] ?? column.max;
  const whole: [unknown, unknown] = low === high ? [column.min, column.max] : [low, high];
  return whole.map((value) => (typeof value === "number" ? value : undefined)) as [
    number | undefined,
    number | undefined,
  ];
}

function numbers(column: InputColumn, own: string): Step[] {
  const [low = 0, high = 1] = rangeOf(column);
  const given = own === "" ? Number.NaN : Number(own);
  const from = Number.isFinite(given) ? Math.min(low, given) : low;
  const to = Number.isFinite(given) ? Math.max(high, given) : high;
  const count = column.integer && to - from < STEPS ? Math.round(to - from) : STEPS;
  const values = Array.from({ length: count + 1 }, (_, step) => {
    const value = from + ((to - from) * step) / count;
    return column.integer ? Math.round(value) : Number(value.toPrecision(6));
  });
  return [...new Set(values)].map((value) => ({ value, text: String(value) }));
}

function moments(column: InputColumn): Step[] {
  const from = Date.parse(`${String(column.min).slice(0, 19)}Z`);
  const to = Date.parse(`${String(column.max).slice(0, 19)}Z`);
  return Array.from({ length: STEPS + 1 }, (_, step) => {
    const iso = new Date(from + ((to - from) * step) / STEPS).toISOString().slice(0, 19);
    const text = hasTime(column) ? iso : iso.slice(0, 10);
    return { value: text, text };
  });
}

/** The step that lies nearest to what stands in the field; −1 for an empty field. */
export function nearest(sweep: Sweep, own: string): number {
  if (own === "") return -1;
  if (!sweep.isLine) return sweep.steps.findIndex((step) => step.text === own);
  const place = (text: string) =>
    sweep.column.kind === "datetime" ? Date.parse(`${text}${text.length > 10 ? "Z" : ""}`) : Number(text);
  const target = place(own);
  let best = -1;
  for (const [index, step] of sweep.steps.entries()) {
    const isCloser =
      best < 0 ||
      Math.abs(place(step.text) - target) < Math.abs(place(sweep.steps[best]?.text ?? "") - target);
    if (isCloser) best = index;
  }
  return best;
}

/** The one number of an answer that is drawn: the chance of `output`, or the estimate. */
export function figureOf(answer: Answer, output: string): number {
  if (typeof answer.prediction === "number" && !answer.probabilities) return answer.prediction;
  return answer.probabilities?.[output] ?? Number.NaN;
}

/** What a sweep says in a sentence: where the answer flips, or how far it moves. */
export function sentenceOf(
  sweep: Sweep,
  answers: readonly Answer[],
  output: string,
  task: Contract["task"],
): string {
  if (answers.length === 0 || answers.length !== sweep.steps.length) return "";
  const figures = answers.map((answer) => figureOf(answer, output));
  const low = Math.min(...figures);
  const high = Math.max(...figures);
  if (task === "regression") {
    if (high - low < Math.abs(high) * 0.005) return "Hardly changes the answer.";
    return `Moves the answer between ${significant(low)} and ${significant(high)}.`;
  }
  const labels = answers.map((answer) => String(answer.prediction));
  if (new Set(labels).size === 1) {
    return high - low < 0.01
      ? "Hardly changes the answer."
      : `Between ${percent(low, 0)} and ${percent(high, 0)}; the answer stays.`;
  }
  return sweep.isLine ? flips(sweep, labels) : levels(sweep, labels);
}

function flips(sweep: Sweep, labels: readonly string[]): string {
  const at = labels.flatMap((label, index) => (index > 0 && label !== labels[index - 1] ? [index] : []));
  const first = at[0] ?? 0;
  if (at.length === 1)
    return `From about ${stepText(sweep, first)} on it says “${labels[first]}”, below that “${labels[0]}”.`;
  return `The answer changes ${at.length} times along the way, first at about ${stepText(sweep, first)}.`;
}

function levels(sweep: Sweep, labels: readonly string[]): string {
  const [rarest] = [...new Set(labels)].sort((a, b) => count(labels, a) - count(labels, b));
  const names = sweep.steps.filter((_, index) => labels[index] === rarest).map((step) => `“${step.text}”`);
  return `Says “${rarest}” for ${list(names.slice(0, 3))}${names.length > 3 ? " and others" : ""}.`;
}

function count(labels: readonly string[], label: string): number {
  return labels.filter((other) => other === label).length;
}

/** A step's value as people write it. */
export function stepText(sweep: Sweep, index: number): string {
  return ownText(sweep, sweep.steps[index]?.text ?? "");
}

/** What stands in the field, as people write it. */
export function ownText(sweep: Sweep, text: string): string {
  if (sweep.column.kind === "datetime") return dataDate(text);
  return sweep.column.type === "float" ? significant(Number(text)) : text;
}

/** A figure in the unit of the answer. */
export function figureText(value: number | null | undefined, task: Contract["task"], digits = 0): string {
  return task === "regression" ? compact(value) : percent(value, digits);
}

/** A row's value as people write it. */
export function valueText(contract: Pick<Contract, "inputs">, name: string, value: Value): string {
  if (value === null || value === "") return "empty";
  if (typeof value === "number") return significant(value, 4);
  const kind = contract.inputs.find((column) => column.name === name)?.kind;
  if (kind === "boolean") return String(value) === "true" ? "yes" : "no";
  return kind === "datetime" ? dataDate(String(value)) : String(value);
}

/** A contribution with its sign: points of a chance, or the target's unit. */
export function effectText(value: number, task: Contract["task"]): string {
  const text = task === "regression" ? significant(Math.abs(value)) : fixed(Math.abs(value) * 100, 1);
  return `${value < 0 ? "−" : "+"}${text}`;
}
