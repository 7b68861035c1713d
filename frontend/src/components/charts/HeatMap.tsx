import type { ReactNode } from "react";
import { Scroll } from "@/components/ui";
import { cx } from "@/lib/cx";

export type HeatCell = { step: 0 | 1 | 2 | 3; text: string };
export type HeatRow = { name: string; cells: HeatCell[]; now?: ReactNode };

// From “as it was” to “far away”; each step is also taller, so that it can be told without its colour.
const STEPS = [
  { look: "bg-[var(--heat-0)] h-1.5" },
  { look: "bg-[var(--heat-1)] h-2.5" },
  { look: "bg-[var(--heat-2)] h-4" },
  { look: "bg-[var(--heat-3)] h-[22px]" },
] as const;

/** Rows by moments as a real table: what a cell says stands in it for screen readers and as its tooltip. */
export function HeatMap({
  label,
  heads,
  rows,
  nowHead,
  chosen,
  onChoose,
}: {
  label: string;
  heads: { key: string; text: string; title: string }[];
  rows: HeatRow[];
  nowHead?: string;
  chosen?: string;
  onChoose?: (name: string) => void;
}) {
  return (
    <Scroll label={label}>
      <table className="num w-full border-separate border-spacing-x-[3px] border-spacing-y-0 text-table">
        <caption className="sr-only">{label}</caption>
        <thead>
          <tr>
            <th scope="col" className="text-left">
              <span className="sr-only">Column</span>
            </th>
            {heads.map((head) => (
              <th
                key={head.key}
                scope="col"
                title={head.title}
                className="min-w-7 pb-1.5 text-left text-meta font-normal whitespace-nowrap text-ink-3"
              >
                <span aria-hidden="true">{head.text}</span>
                <span className="sr-only">{head.title}</span>
              </th>
            ))}
            {nowHead ? (
              <th scope="col" className="pb-1.5 pl-2 text-right text-meta font-normal text-ink-3">
                {nowHead}
              </th>
            ) : null}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name} className={cx(row.name === chosen && "bg-accent-soft")}>
              <th
                scope="row"
                className="sticky left-0 z-[1] max-w-44 bg-surface py-0.5 pr-2 text-left font-normal"
              >
                {onChoose ? (
                  <button
                    type="button"
                    aria-pressed={row.name === chosen}
                    title={row.name}
                    className={cx(
                      "block w-full truncate rounded-sm text-left font-mono text-[0.93em] hover:underline",
                      row.name === chosen ? "font-semibold text-accent-ink" : "text-ink",
                    )}
                    onClick={() => onChoose(row.name)}
                  >
                    <bdi>{row.name}</bdi>
                  </button>
                ) : (
                  <bdi className="block truncate font-mono text-[0.93em]" title={row.name}>
                    {row.name}
                  </bdi>
                )}
              </th>
              {row.cells.map((cell, place) => (
                <td key={heads[place]?.key} title={cell.text} className="h-7 p-0 align-middle">
                  <span className="flex h-[22px] items-end rounded-[3px] bg-sunken">
                    <span aria-hidden="true" className={cx("w-full rounded-[3px]", STEPS[cell.step].look)} />
                  </span>
                  <span className="sr-only">{cell.text}</span>
                </td>
              ))}
              {nowHead ? <td className="pl-2 text-right whitespace-nowrap">{row.now}</td> : null}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** What the steps of a heat map stand for, from the first on. */
export function HeatLegend({ steps }: { steps: readonly string[] }) {
  return (
    <ul className="m-0 flex list-none flex-wrap gap-x-3.5 gap-y-1 p-0 text-meta text-ink-2">
      {steps.map((text, step) => (
        <li key={text} className="flex items-center gap-1.5">
          <span aria-hidden="true" className="flex h-[22px] w-5 items-end rounded-[3px] bg-sunken">
            <span className={cx("w-full rounded-[3px]", STEPS[step as 0 | 1 | 2 | 3]?.look)} />
          </span>
          {text}
        </li>
      ))}
    </ul>
  );
}
