"use client";

import { Lock } from "lucide-react";
import { useState } from "react";
import { extent, RangeMark } from "@/components/charts";
import { Button, Card, CardFoot, CardHead, Chip } from "@/components/ui";
import type { JobDetail } from "@/features/jobs";
import { cx } from "@/lib/cx";
import { duration, percent } from "@/lib/format";
import { greaterIsBetter, metricLabel, metricValue } from "@/lib/metrics";

const SHOWN = 8;

/** The models that were tried; rows wrap instead of scrolling on phones. */
export function Leaderboard({ job }: { job: JobDetail }) {
  const [isAll, setAll] = useState(false);
  const rows = isAll ? job.leaderboard.slice(0, 200) : job.leaderboard.slice(0, SHOWN);
  if (rows.length === 0) return null;
  const better = greaterIsBetter(job.metric) ? "higher is better" : "lower is better";
  const [low, high] = extent(rows.map((row) => row.score));
  const pad = (high - low) * 0.12 || Math.abs(high) * 0.02 || 0.01;
  return (
    <Card label="Leaderboard" className="overflow-hidden">
      <CardHead title="Leaderboard" sub={`${metricLabel(job.metric)}, on rows held out in turn; ${better}`} />
      <table role="table" className="mt-2.5 block w-full text-table">
        <caption className="sr-only">Models tried, best first</caption>
        <thead role="rowgroup" className="block text-meta text-ink-3">
          <tr role="row" className={cx(GRID, "border-b border-line pb-2 font-medium")}>
            {["Model", "Place", metricLabel(job.metric), "In the blend", "Fit time"].map((head, index) => (
              <th
                key={head}
                role="columnheader"
                scope="col"
                className={cx(
                  "truncate font-medium",
                  index === 0 ? "text-left" : "text-right",
                  (index === 1 || index === 4) && "max-md:hidden",
                  index === 1 && "text-left",
                )}
              >
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup" className="block">
          {rows.map((row) => (
            <tr
              key={row.name}
              role="row"
              className={cx(
                GRID,
                "border-b border-line py-2.5 last:border-b-0",
                row.weight > 0 && "bg-accent-soft",
              )}
            >
              <th role="rowheader" scope="row" className="min-w-0 text-left font-normal">
                <span className="break-anywhere font-[550]">{row.name}</span>{" "}
                {row.family !== row.name ? <span className="text-meta text-ink-3">{row.family}</span> : null}
              </th>
              <td role="cell" className="max-md:hidden">
                <RangeMark
                  value={row.score}
                  low={null}
                  high={null}
                  domain={[low - pad, high + pad]}
                  color={row.weight > 0 ? "var(--c1)" : "var(--c6)"}
                />
              </td>
              <td role="cell" className="num text-right font-semibold">
                {metricValue(job.metric, row.score)}
              </td>
              <td role="cell" className="num text-right">
                {row.weight > 0 ? (
                  <Chip tone="accent">{percent(row.weight, 0)}</Chip>
                ) : (
                  <span className="text-ink-3">–</span>
                )}
              </td>
              <td role="cell" className="num text-right text-ink-2 max-md:hidden">
                {duration(row.seconds)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <CardFoot>
        <Lock aria-hidden="true" className="size-3.5 text-ink-3" strokeWidth={1.75} />
        <span className="min-w-0 flex-1 basis-56">
          The order was fixed by cross-validation before the test; the test rows chose nothing.
        </span>
        {job.leaderboard.length > SHOWN ? (
          <Button size="sm" onClick={() => setAll(!isAll)}>
            {isAll ? "Show fewer" : `Show all ${job.leaderboard.length}`}
          </Button>
        ) : null}
      </CardFoot>
    </Card>
  );
}

const GRID =
  "card-pad grid grid-cols-[minmax(0,1fr)_auto_72px] items-center gap-x-3 md:grid-cols-[minmax(0,1fr)_120px_150px_84px_64px]";
