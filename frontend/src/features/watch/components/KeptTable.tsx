import { Scroll } from "@/components/ui";
import { cx } from "@/lib/cx";
import { cell, moment, percent, significant, utc } from "@/lib/format";
import { columnsOf } from "../lib/kept";
import type { KeptPrediction } from "../queries";

const HEAD =
  "sticky top-0 z-[1] border-b border-line bg-surface px-3 py-2 text-left text-meta font-medium whitespace-nowrap text-ink-3 first:pl-4 md:first:pl-5";
const CELL = "max-w-52 border-b border-line px-3 py-1.5 first:pl-4 md:first:pl-5";

/** Kept predictions, each with its answer first and then the values that were sent. */
export function KeptTable({ items }: { items: readonly KeptPrediction[] }) {
  const columns = columnsOf(items);
  const hasRange = items.some((item) => item.interval);
  return (
    <Scroll
      label="Kept predictions, newest first"
      className="max-h-[560px] overflow-auto border-t border-line"
    >
      <table className="num w-full border-separate border-spacing-0 text-table">
        <thead>
          <tr>
            <th scope="col" className={HEAD}>
              Asked
            </th>
            <th scope="col" className={cx(HEAD, "bg-accent-soft")}>
              Answer
            </th>
            <th scope="col" className={cx(HEAD, "bg-accent-soft")}>
              {hasRange ? "90 % range" : "How sure"}
            </th>
            {columns.map((column) => (
              <th
                key={column.name}
                scope="col"
                title={column.name}
                className={cx(HEAD, "max-w-44 truncate font-mono", column.isNumber && "text-right")}
              >
                <bdi>{column.name}</bdi>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: kept predictions have no other key
            <tr key={place} className="hover:bg-hover">
              <td className={cx(CELL, "whitespace-nowrap text-ink-2")}>
                <time dateTime={item.at} title={utc(item.at)}>
                  {moment(item.at)}
                </time>
              </td>
              <td className={cx(CELL, "bg-accent-soft/60 font-[550]")}>
                <bdi className="block truncate" title={String(item.prediction)}>
                  {typeof item.prediction === "number" && hasRange
                    ? significant(item.prediction, 4)
                    : cell(item.prediction)}
                </bdi>
              </td>
              <td className={cx(CELL, "bg-accent-soft/60 whitespace-nowrap")}>
                <Sureness item={item} />
              </td>
              {columns.map((column) => (
                <td key={column.name} className={cx(CELL, column.isNumber && "text-right")}>
                  <Sent value={item.features[column.name]} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function Sureness({ item }: { item: KeptPrediction }) {
  const [low, high] = item.interval ?? [];
  if (low !== undefined && high !== undefined) return `${significant(low, 4)} to ${significant(high, 4)}`;
  if (item.probability === null) return null;
  return (
    <span className="flex items-center gap-2">
      <span aria-hidden="true" className="h-1.5 w-14 rounded-full bg-line">
        <span className="block h-full rounded-full bg-c1" style={{ width: `${item.probability * 100}%` }} />
      </span>
      {percent(item.probability, 1)}
    </span>
  );
}

function Sent({ value }: { value: unknown }) {
  if (value === null || value === undefined || value === "") return <span className="text-ink-3">empty</span>;
  return (
    <bdi className="block truncate" title={String(value)}>
      {cell(value)}
    </bdi>
  );
}
