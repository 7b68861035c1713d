"use client";

import { Table2 } from "lucide-react";
import { useState } from "react";
import { Scroll } from "@/components/ui";

export type NumbersTable = { head: string[]; rows: (string | number)[][] };

/** The figures behind a chart as a table, for people who cannot see it and for those who want to copy it. */
export function Numbers({ name, table }: { name: string; table: () => NumbersTable }) {
  const [open, setOpen] = useState(false);
  return (
    <details className="mt-2 text-meta" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="inline-flex items-center gap-1.5 rounded-sm text-ink-3 hover:text-ink">
        <Table2 aria-hidden="true" className="size-3.5" strokeWidth={1.75} />
        {open ? "Hide the numbers" : "Show the numbers"}
        <span className="sr-only"> of {name}</span>
      </summary>
      {open ? <NumbersBody name={name} {...table()} /> : null}
    </details>
  );
}

function NumbersBody({ name, head, rows }: NumbersTable & { name: string }) {
  return (
    <Scroll label={`${name}: numbers`} className="mt-2 max-h-64 overflow-y-auto">
      <table className="num w-full border-collapse text-meta">
        <thead>
          <tr>
            {head.map((cell) => (
              <th
                key={cell}
                scope="col"
                className="py-1 pr-4 text-left font-medium whitespace-nowrap text-ink-3"
              >
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows never move
            <tr key={index} className="border-t border-line">
              {row.map((cell, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: cells never move
                <td key={column} className="py-1 pr-4 whitespace-nowrap text-ink-2">
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
