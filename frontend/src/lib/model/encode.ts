/** Rows → one array per input of the graph, and what a user should know about the values. */
import { own, record } from "@/lib/record";
import { toFloat, toText } from "./cells";
import type { Contract, InputColumn, Row, Warning } from "./contract";

/** Arrays by input name, each of shape [rows, 1]. */
export type Feed = Record<string, Float32Array | string[]>;

/** Encode rows; absent and null are missing. Raises WrongValue. */
export function encode(contract: Contract, rows: readonly Row[]): Feed {
  const feed: Feed = record();
  for (const column of contract.inputs) {
    feed[column.name] =
      column.type === "float"
        ? Float32Array.from(rows, (row) => toFloat(own(row, column.name), column))
        : rows.map((row) => toText(own(row, column.name), column));
  }
  return feed;
}

/** What lies outside of what training saw in one encoded row; it is answered all the same. */
export function warningsOf(contract: Contract, feed: Feed, row: number): Warning[] {
  return contract.inputs.flatMap((column) => {
    const message = odd(column, feed[column.name]?.[row]);
    return message ? [{ column: column.name, message }] : [];
  });
}

function odd(column: InputColumn, value: number | string | undefined): string {
  if (value === undefined || value === "") return "";
  const { min, max } = column;
  if (typeof value === "number") {
    if (typeof min !== "number" || typeof max !== "number") return "";
    // The range as float32 knows it: the largest training value must not lie outside of its own range.
    if (value >= Math.fround(min) && value <= Math.fround(max)) return "";
    if (Number.isNaN(value)) return "";
    return `${plain(value)} lies outside of what training saw (${plain(min)} to ${plain(max)}).`;
  }
  if (column.kind === "datetime") {
    if (typeof min !== "string" || typeof max !== "string" || (value >= min && value <= max)) return "";
    return `${value.replace("T00:00:00", "")} lies outside of what training saw (${min.slice(0, 10)} to ${max.slice(0, 10)}).`;
  }
  const isWhole = column.values && (column.n_values ?? column.values.length) <= column.values.length;
  if ((column.kind === "category" || column.kind === "id") && isWhole && !column.values?.includes(value)) {
    return `“${value.slice(0, 60)}” was not in the training data.`;
  }
  return "";
}

function plain(value: number): string {
  return Number(value.toPrecision(6))
    .toLocaleString("en-GB", { maximumSignificantDigits: 6 })
    .replace("-", "−");
}
