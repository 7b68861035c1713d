/** Tables made of the example of loans: as it is, drifted, broken, with and without the true answers. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./server";

export type Row = Record<string, string>;

/** Rows of an example file, from one place to another. */
export function exampleRows(name: string, from: number, to: number): Row[] {
  const [head = "", ...lines] = readFileSync(join(ROOT, "examples", name), "utf8")
    .trim()
    .split("\n");
  const names = head.split(",");
  return lines.slice(from, to).map((line) => {
    const cells = line.split(",");
    return Object.fromEntries(names.map((column, place) => [column, cells[place] ?? ""]));
  });
}

export function without(rows: Row[], column: string): Row[] {
  return rows.map(({ [column]: _, ...rest }) => rest);
}

/** Incomes fall by a third, and a tenth of the people have a job that nobody had before. */
export function drifted(rows: Row[]): Row[] {
  return rows.map((row, place) => ({
    ...row,
    Income:
      row.Income && Number.isFinite(Number(row.Income))
        ? String(Math.round(Number(row.Income) * 0.67))
        : (row.Income ?? ""),
    Job: place % 10 === 0 ? "contract" : (row.Job ?? ""),
  }));
}

export function csv(rows: Row[]): string {
  const names = Object.keys(rows[0] ?? {});
  return [names.join(","), ...rows.map((row) => names.map((name) => row[name]).join(","))].join("\n");
}

/** What a file chooser is given. */
export const file = (name: string, rows: Row[]) => ({
  name,
  mimeType: "text/csv",
  buffer: Buffer.from(csv(rows)),
});
