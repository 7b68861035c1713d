import { compact, dataDate, number, percent, plural } from "@/lib/format";
import type { Column, Dataset } from "./queries";

/** A column's values in a few words: its range, or how many different ones. */
export function rangeOf(column: Column): string {
  if (column.min !== null && column.min !== undefined && column.max !== null && column.max !== undefined) {
    const write = (value: number | string) =>
      typeof value === "number" ? compact(value) : dataDate(String(value)).slice(0, 10);
    return `${write(column.min)} – ${write(column.max)}`;
  }
  return plural(column.n_distinct, "value");
}

/** How complete a column is. */
export function gapsOf(column: Column): string {
  return column.n_missing === 0 ? "complete" : `${percent(column.missing_share)} empty`;
}

/** What is known of a data set, on one line. */
export function factsOf(dataset: Dataset, size: (bytes: number) => string): string {
  return [
    plural(dataset.n_rows, "row"),
    plural(dataset.n_columns, "column"),
    dataset.missing_share > 0 ? `${percent(dataset.missing_share)} of cells empty` : "no empty cells",
    dataset.n_rejected > 0 ? `${number(dataset.n_rejected)} rows set aside` : "",
    size(dataset.size_bytes),
  ]
    .filter(Boolean)
    .join(" · ");
}
