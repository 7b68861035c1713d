"use client";

import { Target as TargetIcon } from "lucide-react";
import { Problem, Scroll, Skeleton } from "@/components/ui";
import { cx } from "@/lib/cx";
import { cell, plural } from "@/lib/format";
import { gapsOf, rangeOf } from "../lib";
import { type Column, type DatasetDetail, usePreview } from "../queries";
import { ColumnSketch, KindLabel } from "./ColumnSketch";

const SHOWN_COLUMNS = 24;
const ROWS = 6;

/** The head of the table under a card per column; the target stands first. */
export function PreviewTable({
  dataset,
  target,
  dropped,
  onShowAll,
}: {
  dataset: DatasetDetail;
  target: string;
  dropped: readonly string[];
  onShowAll: () => void;
}) {
  const { data, error, refetch } = usePreview(dataset.id, ROWS, dataset.status === "ready");
  const first = dataset.columns.filter((column) => column.name === target);
  const rest = dataset.columns.filter((column) => column.name !== target);
  const columns = [...first, ...rest].slice(0, SHOWN_COLUMNS);
  const places = new Map(data?.columns.map((name, index) => [name, index]));
  return (
    <>
      <Scroll label="First rows of the table" className="border-t border-line">
        <table className="num border-collapse text-table">
          <thead>
            <tr>
              {columns.map((column) => (
                <ColumnHead
                  key={column.name}
                  column={column}
                  isTarget={column.name === target}
                  isDropped={dropped.includes(column.name)}
                />
              ))}
            </tr>
          </thead>
          <tbody>
            {(data?.rows ?? Array.from({ length: ROWS }, () => null)).map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows of a file have no other key
              <tr key={index} className="group/row">
                {columns.map((column) => (
                  <Cell
                    key={column.name}
                    value={row?.[places.get(column.name) ?? -1]}
                    isLoading={!row && !error}
                    column={column}
                    isTarget={column.name === target}
                    isDropped={dropped.includes(column.name)}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {error ? (
        <div className="p-3">
          <Problem error={error} retry={refetch} />
        </div>
      ) : null}
      <div className="card-pad flex flex-wrap gap-x-4 gap-y-1 border-t border-line py-2.5 text-meta text-ink-3">
        <span>
          First {data?.rows.length ?? ROWS} of {plural(dataset.n_rows, "row")}
          {dataset.columns.length > SHOWN_COLUMNS
            ? `, ${SHOWN_COLUMNS} of ${plural(dataset.columns.length, "column")}`
            : ""}
        </span>
        <button type="button" className="ml-auto text-accent-ink hover:underline" onClick={onShowAll}>
          Show all columns as a list
        </button>
      </div>
    </>
  );
}

const PLACE = "min-w-[112px] max-w-[180px] border-r border-line px-3 text-left last:border-r-0";

function ColumnHead({
  column,
  isTarget,
  isDropped,
}: {
  column: Column;
  isTarget: boolean;
  isDropped: boolean;
}) {
  return (
    <th
      scope="col"
      className={cx(
        PLACE,
        "border-b border-line py-2.5 align-top font-normal",
        isTarget && "sticky left-0 z-[1] bg-accent-soft",
        isDropped && "opacity-60",
      )}
    >
      <span className="flex items-center gap-1 font-[550]">
        <bdi className={cx("truncate", isDropped && "line-through")} title={column.name}>
          {column.name}
        </bdi>
        {isTarget ? <TargetIcon aria-label="target" className="size-3.5 shrink-0 text-accent-ink" /> : null}
      </span>
      <span className="mt-0.5 block">
        <KindLabel kind={column.kind} />
      </span>
      <span className="mt-1.5 block">
        <ColumnSketch column={column} isTarget={isTarget} />
      </span>
      <span className="mt-1.5 block truncate text-meta text-ink-3">{rangeOf(column)}</span>
      <span className={cx("block text-meta", column.missing_share > 0.2 ? "text-warn" : "text-ink-3")}>
        {gapsOf(column)}
      </span>
    </th>
  );
}

function Cell({
  value,
  isLoading,
  column,
  isTarget,
  isDropped,
}: {
  value: unknown;
  isLoading: boolean;
  column: Column;
  isTarget: boolean;
  isDropped: boolean;
}) {
  const isNumber = column.kind === "number" || column.kind === "integer";
  return (
    <td
      className={cx(
        PLACE,
        "border-b border-line py-1.5 group-last/row:border-b-0",
        isNumber && "text-right",
        isTarget && "sticky left-0 z-[1] bg-accent-soft",
        isDropped && "opacity-60",
      )}
    >
      {isLoading ? (
        <Skeleton className="h-4" />
      ) : value === null || value === undefined || value === "" ? (
        <span className="text-ink-3">empty</span>
      ) : (
        <bdi className="block truncate" title={String(value)}>
          {cell(value)}
        </bdi>
      )}
    </td>
  );
}
