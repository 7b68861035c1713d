/** The form's texts and the row that they mean. */

import { dataDate } from "@/lib/format";
import { type Contract, encode, type InputColumn, type Row, type Value, WrongValue } from "@/lib/model";
import { own, record } from "@/lib/record";

/** What stands in the fields, by column; "" is an empty field: a missing value. */
export type Texts = Record<string, string>;

/** A row as texts, for the fields. */
export function textsOf(inputs: readonly InputColumn[], row: Row): Texts {
  return Object.fromEntries(inputs.map((column) => [column.name, textOf(column, own(row, column.name))]));
}

function textOf(column: InputColumn, value: Value | undefined): string {
  if (value === null || value === undefined) return "";
  if (column.kind === "boolean")
    return ["true", "1", "yes", "t", "y", "on"].includes(String(value).toLowerCase()) ? "true" : "false";
  if (column.kind === "datetime")
    return hasTime(column) ? String(value).slice(0, 19) : String(value).slice(0, 10);
  if (typeof value === "number") return String(Number(value.toPrecision(7)));
  return String(value);
}

/** The row that the fields mean; numbers as numbers, so that every client of the API is asked alike. */
export function rowOf(inputs: readonly InputColumn[], texts: Texts): Row {
  return Object.fromEntries(
    inputs.map((column) => [column.name, cellOf(column, own(texts, column.name) ?? "")]),
  );
}

function cellOf(column: InputColumn, text: string): Value {
  if (text === "") return null;
  if (column.type === "float") {
    const value = Number(text);
    return text.trim() === "" ? null : Number.isFinite(value) ? value : text;
  }
  if (column.kind === "boolean") return text === "true";
  return text;
}

/** What is wrong with each field, by column; empty if nothing is. */
export function problemsOf(contract: Pick<Contract, "inputs">, texts: Texts): Record<string, string> {
  const found = record<string>();
  for (const column of contract.inputs) {
    try {
      encode({ inputs: [column] } as Contract, [{ [column.name]: own(texts, column.name) || null }]);
    } catch (error) {
      if (!(error instanceof WrongValue)) throw error;
      found[column.name] =
        column.kind === "datetime"
          ? "Not a date"
          : column.type === "float"
            ? "Not a number"
            : "Not possible here";
    }
  }
  return found;
}

/** Whether a date column has times of day. */
export function hasTime(column: InputColumn): boolean {
  return [column.min, column.max, column.median].some(
    (value) => typeof value === "string" && !dataDate(value).match(/^\d{4}-\d{2}-\d{2}$/),
  );
}

/** Columns, the ones that matter most first, as far as that was measured. */
export function byImportance<Column extends { name: string }>(
  columns: readonly Column[],
  importance: readonly { column: string; mean: number }[] = [],
): Column[] {
  const rank = new Map(importance.map((item) => [item.column, item.mean]));
  return [...columns].sort((a, b) => (rank.get(b.name) ?? 0) - (rank.get(a.name) ?? 0));
}
