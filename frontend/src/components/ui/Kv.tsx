import type { ReactNode } from "react";

/** Names and values in two columns. */
export function Kv({ rows }: { rows: [ReactNode, ReactNode][] }) {
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-[7px] text-table">
      {rows.map(([name, value], row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows are a fixed list
        <div key={row} className="contents">
          <dt className="text-ink-3">{name}</dt>
          <dd className="num break-anywhere m-0 min-w-0 text-right">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
