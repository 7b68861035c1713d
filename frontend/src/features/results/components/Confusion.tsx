"use client";

import { useState } from "react";
import { Numbers, RangeMark } from "@/components/charts";
import { Button, Card, CardBody, CardHead, Input, Scroll } from "@/components/ui";
import type { Evaluation } from "@/features/jobs";
import { number, percent, plural } from "@/lib/format";
import { confusions, type PerClass } from "../lib/evidence";

const MAX_MATRIX = 12;
const SHOWN = 8;

/** Which classes are taken for which: a matrix for few classes, the largest mix-ups for many. */
export function Confusion({ evaluation }: { evaluation: Evaluation }) {
  const { confusion } = evaluation;
  if (!confusion) return null;
  const pairs = confusions(confusion.labels, confusion.matrix);
  const isSmall = confusion.labels.length <= MAX_MATRIX;
  return (
    <Card label="What is taken for what">
      <CardHead
        title="What is taken for what"
        sub={`${plural(confusion.labels.length, "class", "classes")} on ${number(evaluation.n_rows)} test rows`}
      />
      <CardBody className="grid gap-x-8 gap-y-5 md:grid-cols-2">
        <div className="min-w-0">
          {isSmall ? <Matrix {...confusion} /> : <MixUps pairs={pairs.slice(0, 12)} />}
          {isSmall && pairs[0] ? (
            <p className="m-0 mt-3 text-table text-ink-2">
              Most often mixed up: <bdi className="font-[550] text-ink">{pairs[0].real}</bdi> taken for{" "}
              <bdi className="font-[550] text-ink">{pairs[0].said}</bdi>, {plural(pairs[0].count, "row")} (
              {percent(pairs[0].share, 0)} of them).
            </p>
          ) : null}
          <Numbers
            name="Mix-ups"
            table={() => ({
              head: ["Really", "Said", "Rows", "Share of the class"],
              rows: pairs
                .slice(0, 500)
                .map((pair) => [pair.real, pair.said, pair.count, percent(pair.share)]),
            })}
          />
        </div>
        <ByClass rows={evaluation.per_class as PerClass[]} />
      </CardBody>
    </Card>
  );
}

function Matrix({ labels, matrix }: { labels: string[]; matrix: number[][] }) {
  const totals = matrix.map((row) => row.reduce((sum, count) => sum + count, 0));
  return (
    <Scroll label="Confusion matrix">
      <table className="w-full border-separate border-spacing-[2px] text-meta">
        <caption className="sr-only">Rows: what test rows really are. Columns: what the model says.</caption>
        <thead>
          <tr>
            <td className="pr-1 text-left align-bottom text-ink-3">really ↓ said →</td>
            {labels.map((name) => (
              <th
                key={name}
                scope="col"
                title={name}
                className="max-w-16 truncate px-0.5 pb-1 text-center font-medium text-ink-2"
              >
                <bdi>{name}</bdi>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {labels.map((name, real) => (
            <tr key={name}>
              <th
                scope="row"
                title={name}
                className="max-w-24 truncate pr-1.5 text-left font-medium text-ink-2"
              >
                <bdi>{name}</bdi>
              </th>
              {(matrix[real] ?? []).map((count, said) => {
                const share = count / Math.max(1, totals[real] ?? 0);
                const color = real === said ? "var(--c1)" : "var(--c2)";
                return (
                  <td
                    key={labels[said]}
                    className="num h-8 min-w-8 rounded-sm text-center"
                    style={{
                      background:
                        count > 0
                          ? `color-mix(in oklab, ${color} ${Math.round(8 + share * 30)}%, var(--surface))`
                          : "var(--sunken)",
                    }}
                  >
                    <span className={count > 0 ? (real === said ? "font-semibold" : "") : "text-ink-3"}>
                      {number(count)}
                    </span>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function MixUps({ pairs }: { pairs: ReturnType<typeof confusions> }) {
  if (pairs.length === 0) return <p className="m-0 text-ink-2">Nothing was mixed up.</p>;
  const top = Math.max(...pairs.map((pair) => pair.count));
  return (
    <>
      <h3 className="m-0 mb-1.5 text-table font-semibold">Most frequent mix-ups</h3>
      <ol className="m-0 list-none p-0 text-table">
        {pairs.map((pair) => (
          <li
            key={`${pair.real}\u0000${pair.said}`}
            className="grid grid-cols-[minmax(0,1fr)_64px_36px] items-center gap-2.5 py-1"
          >
            <span className="truncate" title={`${pair.real} taken for ${pair.said}`}>
              <bdi className="font-[550]">{pair.real}</bdi> <span className="text-ink-3">taken for</span>{" "}
              <bdi>{pair.said}</bdi>
            </span>
            <span
              aria-hidden="true"
              className="h-2 rounded-r-[3px] bg-c2"
              style={{ width: `${(pair.count / top) * 100}%` }}
            />
            <span className="num text-right text-ink-2">{number(pair.count)}</span>
          </li>
        ))}
      </ol>
    </>
  );
}

function ByClass({ rows }: { rows: PerClass[] }) {
  const [wanted, setWanted] = useState("");
  const [isAll, setAll] = useState(false);
  const worst = [...rows].sort((a, b) => (a.recall ?? 2) - (b.recall ?? 2));
  const found = worst.filter((row) => row.class.toLowerCase().includes(wanted.trim().toLowerCase()));
  const shown = isAll ? found.slice(0, 100) : found.slice(0, SHOWN);
  return (
    <div className="min-w-0">
      <h3 className="m-0 mb-1.5 text-table font-semibold">Found in each class, weakest first</h3>
      {rows.length > 2 * SHOWN ? (
        <div className="mb-2">
          <Input
            label="Find a class"
            hideLabel
            placeholder={`Search ${number(rows.length)} classes`}
            value={wanted}
            onChange={(event) => setWanted(event.target.value)}
          />
        </div>
      ) : null}
      <ul className="m-0 list-none p-0 text-table">
        {shown.map((row) => (
          <li
            key={row.class}
            className="grid grid-cols-[minmax(64px,34%)_minmax(0,1fr)_84px] items-center gap-2.5 py-[3px]"
          >
            <bdi className="truncate" title={row.class}>
              {row.class}
            </bdi>
            {row.recall === null ? (
              <span />
            ) : (
              <RangeMark value={row.recall} low={row.recall_low} high={row.recall_high} domain={[0, 1]} />
            )}
            <span className="num text-right whitespace-nowrap">
              {row.recall === null ? <span className="text-ink-3">no rows</span> : percent(row.recall, 0)}{" "}
              <span className="text-meta text-ink-3">of {number(row.n)}</span>
            </span>
          </li>
        ))}
      </ul>
      {found.length === 0 ? <p className="m-0 text-table text-ink-3">No class matches.</p> : null}
      {found.length > SHOWN ? (
        <Button look="ghost" size="sm" className="mt-1 -ml-2.5" onClick={() => setAll(!isAll)}>
          {isAll ? "Show fewer" : `Show ${Math.min(100, found.length) - SHOWN} more`}
        </Button>
      ) : null}
    </div>
  );
}
