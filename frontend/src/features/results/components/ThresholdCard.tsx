"use client";

import { useState } from "react";
import { Mark, Numbers, Plot, path } from "@/components/charts";
import { Button, Card, CardBody, CardHead, Input, Slider } from "@/components/ui";
import type { Evaluation } from "@/features/jobs";
import { compact, fixed, number, percent } from "@/lib/format";
import { cheapest, costOf, rowAt, type ScoreHistogram, type Threshold } from "../lib/evidence";
import { ScoreBars } from "./ScoreBars";

/** Where to draw the line: the threshold, what each mistake costs, and what follows on the test rows. */
export function ThresholdCard({ evaluation, positive }: { evaluation: Evaluation; positive: string }) {
  const table = evaluation.thresholds as Threshold[];
  const start = evaluation.threshold ?? 0.5;
  const [threshold, setThreshold] = useState(start);
  const [miss, setMiss] = useState("1");
  const [alarm, setAlarm] = useState("1");
  const missCost = Math.max(0, Number(miss) || 0);
  const alarmCost = Math.max(0, Number(alarm) || 0);
  const row = rowAt(table, threshold);
  const best = cheapest(table, missCost, alarmCost);
  if (!row || !best) return null;
  const cost = costOf(row, missCost, alarmCost);
  const least = costOf(best, missCost, alarmCost);
  return (
    <Card label="Where to draw the line">
      <CardHead title="Where to draw the line" sub="Move the threshold; the table and the cost follow" />
      <CardBody className="grid gap-x-6 gap-y-5 md:grid-cols-2">
        <div className="min-w-0">
          <div className="flex items-baseline justify-between gap-3">
            <span className="text-table text-ink-2">
              Say “<bdi>{positive}</bdi>” from a chance of
            </span>
            <output className="num text-[22px] leading-7 font-semibold tracking-[-0.02em]">
              {fixed(threshold, 2)}
            </output>
          </div>
          <Slider
            label={`Threshold for ${positive}`}
            words={`${fixed(threshold, 2)}: catches ${percent(row.recall, 0)}, ${percent(row.precision, 0)} of flags right`}
            min={0}
            max={1}
            step={0.01}
            value={threshold}
            onChange={(event) => setThreshold(Number(event.target.value))}
          />
          <p className="m-0 flex justify-between text-meta text-ink-3">
            <span>catch more</span>
            <span>bother fewer</span>
          </p>
          <div className="mt-4 grid grid-cols-2 gap-2.5">
            <Input
              label="A missed case costs"
              type="number"
              inputMode="decimal"
              min={0}
              unit="×"
              className="num text-right"
              value={miss}
              onChange={(event) => setMiss(event.target.value)}
            />
            <Input
              label="A false alarm costs"
              type="number"
              inputMode="decimal"
              min={0}
              unit="×"
              className="num text-right"
              value={alarm}
              onChange={(event) => setAlarm(event.target.value)}
            />
          </div>
          <CostCurve
            table={table}
            miss={missCost}
            alarm={alarmCost}
            threshold={threshold}
            best={best}
            rows={evaluation.n_rows}
          />
          <div className="flex flex-wrap items-center gap-2 text-table text-ink-2">
            <span aria-live="polite">
              Cost now <b className="num font-[550] text-ink">{number(cost, 1)}</b> · lowest{" "}
              <b className="num font-[550] text-ink">{number(least, 1)}</b> at {fixed(best.threshold, 2)}
            </span>
            <Button
              size="sm"
              className="ml-auto"
              disabled={cost === least}
              onClick={() => setThreshold(best.threshold)}
            >
              Use the lowest
            </Button>
          </div>
        </div>
        <div className="min-w-0">
          <Cells row={row} positive={positive} classes={evaluation.classes ?? []} />
          <p className="m-0 mt-3 text-table text-ink-2">
            {row.recall !== null ? `Of 100 such cases it catches ${Math.round(row.recall * 100)}. ` : ""}
            {row.precision !== null
              ? `Of 100 flags, ${Math.round(row.precision * 100)} are right.`
              : "It flags nothing here."}
          </p>
          {evaluation.histogram ? (
            <ScoreBars
              histogram={evaluation.histogram as ScoreHistogram}
              positive={positive}
              threshold={threshold}
            />
          ) : null}
        </div>
      </CardBody>
    </Card>
  );
}

function CostCurve({
  table,
  miss,
  alarm,
  threshold,
  best,
  rows,
}: {
  table: Threshold[];
  miss: number;
  alarm: number;
  threshold: number;
  best: Threshold;
  rows: number;
}) {
  const costs = table.map((row) => costOf(row, miss, alarm));
  const top = Math.max(...costs, 1);
  const least = costOf(best, miss, alarm);
  return (
    <>
      <Plot
        height={104}
        alt={`Cost by threshold: lowest ${number(least, 1)} at ${fixed(best.threshold, 2)}.`}
        x={{
          domain: [0, 1],
          label: "threshold",
          format: (value) => number(value, 2),
          ticks: [0, 0.25, 0.5, 0.75, 1],
        }}
        y={{
          domain: [0, top],
          label: `cost on ${number(rows)} test rows`,
          format: (value) => compact(value),
          ticks: [0, top / 2, top].map((tick) => Number(tick.toPrecision(2))),
        }}
        notes={[
          {
            x: best.threshold,
            y: least,
            align: best.threshold > 0.6 ? "right" : "left",
            color: "var(--accent-ink)",
            text: <span className="relative -top-2.5 px-2">lowest at {fixed(best.threshold, 2)}</span>,
          },
        ]}
      >
        {({ x, y }) => (
          <>
            <path
              className="mark-line"
              stroke="var(--c1)"
              d={path(table.map((row, index) => [x(row.threshold), y(costs[index] ?? 0)]))}
            />
            <line
              x1={x(threshold)}
              x2={x(threshold)}
              y1="0"
              y2="100"
              stroke="var(--ink)"
              strokeWidth="1.5"
              strokeDasharray="3 3"
            />
            <Mark x={x(best.threshold)} y={y(least)} size={8} color="var(--c1)" />
          </>
        )}
      </Plot>
      <Numbers
        name="Cost by threshold"
        table={() => ({
          head: ["Threshold", "Caught", "Missed", "False alarms", "Cost"],
          rows: table.map((row) => [
            fixed(row.threshold, 2),
            row.tp,
            row.fn,
            row.fp,
            number(costOf(row, miss, alarm), 1),
          ]),
        })}
      />
      <div className="h-3" />
    </>
  );
}

function Cells({ row, positive, classes }: { row: Threshold; positive: string; classes: string[] }) {
  const other = classes.find((name) => name !== positive) ?? `not ${positive}`;
  const cells = [
    { count: row.tn, words: `rightly “${other}”`, isRight: true },
    { count: row.fp, words: "false alarm", isRight: false },
    { count: row.fn, words: "missed", isRight: false },
    { count: row.tp, words: "caught", isRight: true },
  ];
  return (
    <table className="w-full table-fixed border-separate border-spacing-1 text-table">
      <caption className="sr-only">Test rows by what they are and what the model says</caption>
      <thead>
        <tr>
          <td className="w-[72px]" />
          <th scope="col" className="truncate px-1 text-left text-meta font-medium text-ink-2">
            said <bdi>{other}</bdi>
          </th>
          <th scope="col" className="truncate px-1 text-left text-meta font-medium text-ink-2">
            said <bdi>{positive}</bdi>
          </th>
        </tr>
      </thead>
      <tbody>
        {[other, positive].map((name, index) => (
          <tr key={name}>
            <th scope="row" className="truncate pr-1 text-left text-meta font-normal text-ink-2" title={name}>
              really <bdi className="block truncate font-semibold text-ink">{name}</bdi>
            </th>
            {cells.slice(index * 2, index * 2 + 2).map((cell) => (
              <td
                key={cell.words}
                className={`rounded-sm px-2.5 py-2 ${cell.isRight ? "bg-accent-soft" : "bg-wrong-soft"}`}
              >
                <span className="num block text-[18px] leading-6 font-semibold tracking-[-0.02em]">
                  {number(cell.count)}
                </span>
                <span className="block truncate text-meta text-ink-2">{cell.words}</span>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
