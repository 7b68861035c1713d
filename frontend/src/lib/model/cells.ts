/** One value as a form, JSON or a file holds it → what the graph takes. The rules are those of the Python package. */
import type { InputColumn, Value } from "./contract";

const FLOAT32_MAX = 3.4028234663852886e38;
const NOTHING = new Set(["", "na", "n/a", "#n/a", "nan", "nat", "none", "null", "<na>"]);
const TRUE = new Set(["true", "t", "yes", "y", "on", "1", "1.0"]);
const FALSE = new Set(["false", "f", "no", "n", "off", "0", "0.0"]);
const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/;

/** A value that its column cannot hold; the message names the column and what is expected. */
export class WrongValue extends Error {
  readonly column: string;
  readonly hint: string;

  constructor(column: string, value: Value, expected: string, hint = "") {
    super(`${column} must be ${expected}, not “${String(value).slice(0, 60)}”.`);
    this.name = "WrongValue";
    this.column = column;
    this.hint = hint;
  }
}

/** A float within the range of float32; NaN for a missing value. Raises WrongValue. */
export function toFloat(value: Value | undefined, column: InputColumn): number {
  if (value === null || value === undefined) return Number.NaN;
  let found = value;
  if (typeof found === "boolean") {
    if (![0, 1].includes(column.min as number) || ![0, 1].includes(column.max as number)) {
      throw new WrongValue(column.name, value, "a number");
    }
    return Number(found);
  }
  if (typeof found === "string") {
    const text = found.trim();
    if (NOTHING.has(text.toLowerCase())) return Number.NaN;
    found = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
    if (Number.isNaN(found)) {
      throw new WrongValue(column.name, value, "a number", "Write it with a decimal point, such as 1234.5.");
    }
  }
  if (!Number.isFinite(found)) return Number.NaN;
  return Math.min(FLOAT32_MAX, Math.max(-FLOAT32_MAX, found));
}

/** Text as the graph takes it; "" for a missing value. Raises WrongValue. */
export function toText(value: Value | undefined, column: InputColumn): string {
  if (value === null || value === undefined || (typeof value === "number" && Number.isNaN(value))) return "";
  if (column.kind === "boolean") return truth(value, column);
  if (column.kind === "datetime") return moment(value, column);
  if (typeof value === "string") return value;
  const spellings =
    typeof value === "boolean"
      ? [value ? "True" : "False", String(value), String(value).toUpperCase(), String(Number(value))]
      : [String(value), Number.isInteger(value) ? `${value}.0` : String(value)];
  return spellings.find((text) => column.values?.includes(text)) ?? spellings[0] ?? "";
}

function truth(value: Value, column: InputColumn): string {
  const text = String(value).trim().toLowerCase();
  if (NOTHING.has(text)) return "";
  if (TRUE.has(text)) return "true";
  if (FALSE.has(text)) return "false";
  throw new WrongValue(column.name, value, "yes or no", "true, false, yes, no, 1 and 0 are understood.");
}

function moment(value: Value, column: InputColumn): string {
  const text = String(value).trim();
  if (NOTHING.has(text.toLowerCase())) return "";
  const parts = ISO.exec(text);
  const wrong = () =>
    new WrongValue(column.name, value, "a date", "Write it as 2024-01-31 or 2024-01-31T08:30:00.");
  if (!parts) throw wrong();
  const [
    ,
    year = "",
    month = "",
    day = "",
    hour = "00",
    minute = "00",
    second = "00",
    fraction = "",
    zone = "",
  ] = parts;
  const at = new Date(0);
  at.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  at.setUTCHours(Number(hour), Number(minute), Number(second));
  const isReal =
    at.getUTCDate() === Number(day) &&
    at.getUTCMonth() === Number(month) - 1 &&
    Number(hour) < 24 &&
    Number(minute) < 60 &&
    Number(second) < 60;
  if (!isReal || Number.isNaN(at.getTime())) throw wrong();
  if (zone && zone !== "Z") {
    const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
    at.setTime(at.getTime() - (zone.startsWith("-") ? -minutes : minutes) * 60_000);
  }
  const micro = fraction.padEnd(6, "0").slice(0, 6);
  return at.toISOString().slice(0, 19) + (Number(micro) > 0 ? `.${micro}` : "");
}
