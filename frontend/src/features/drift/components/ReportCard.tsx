"use client";

import { type ReactNode, useState } from "react";
import { Button, Card, CardBody, CardHead } from "@/components/ui";
import { cx } from "@/lib/cx";
import { number, plural } from "@/lib/format";
import type { Change } from "../types";
import { ColumnChange } from "./ColumnChange";
import { SeverityChip } from "./SeverityChip";

const SHOWN = 8;
const MOST = 200; // columns in the list

/** Two sets of rows, column by column from the most changed on, one of them in full. */
export function ReportCard({
  title,
  sub,
  verdict,
  severity,
  changes,
  names,
  first = "",
  notCompared = {},
  actions,
}: {
  title: string;
  sub?: string;
  verdict?: string;
  severity: string;
  changes: Change[];
  /** What the first and the second set of rows are called in a legend. */
  names: readonly [string, string];
  /** The column to show in full at first; else the most changed. */
  first?: string;
  notCompared?: Readonly<Record<string, string>>;
  actions?: ReactNode;
}) {
  const [chosen, setChosen] = useState(first || (changes[0]?.column ?? ""));
  const [isAll, setAll] = useState(false);
  const listed = changes.slice(0, isAll ? MOST : SHOWN);
  const change = changes.find((item) => item.column === chosen) ?? changes[0];
  const shown = change && !listed.includes(change) ? [...listed, change] : listed;
  return (
    <Card label={title}>
      <CardHead
        title={title}
        sub={sub}
        actions={
          <>
            {actions}
            <SeverityChip severity={severity} />
          </>
        }
      />
      <CardBody>
        {verdict ? <p className="break-anywhere m-0 mb-4 max-w-[60em] text-pretty">{verdict}</p> : null}
        {change ? (
          <div className="grid gap-x-8 gap-y-5 md:grid-cols-[minmax(0,1fr)_minmax(0,1.3fr)]">
            <div className="min-w-0">
              <ul aria-label="Columns, the most changed first" className="m-0 list-none p-0 text-table">
                {shown.map((item) => (
                  <ColumnLine
                    key={item.column}
                    change={item}
                    isChosen={item === change}
                    onChoose={() => setChosen(item.column)}
                  />
                ))}
              </ul>
              {changes.length > SHOWN ? (
                <Button look="ghost" size="sm" className="mt-1" onClick={() => setAll(!isAll)}>
                  {isAll ? "Show fewer" : `Show ${number(Math.min(MOST, changes.length) - SHOWN)} more`}
                </Button>
              ) : null}
              <p className="m-0 mt-2 px-2 text-meta text-ink-3">
                The figure is the PSI, a distance of distributions. Only what chance would not do counts as
                drift: 1&nbsp;% of false alarms for all columns together.
              </p>
            </div>
            <div className="min-w-0">
              <ColumnChange key={change.column} change={change} names={names} />
            </div>
          </div>
        ) : null}
        <NotCompared reasons={notCompared} />
      </CardBody>
    </Card>
  );
}

function ColumnLine({
  change,
  isChosen,
  onChoose,
}: {
  change: Change;
  isChosen: boolean;
  onChoose: () => void;
}) {
  return (
    <li>
      <button
        type="button"
        aria-pressed={isChosen}
        onClick={onChoose}
        className={cx(
          "grid w-full grid-cols-[minmax(0,1fr)_auto_52px] items-center gap-3 rounded-sm px-2 py-[5px] text-left hover:bg-hover",
          isChosen && "bg-accent-soft",
        )}
      >
        <bdi className={cx("truncate", change.column ? "font-mono text-[0.93em]" : "font-[550]")}>
          {change.column || "The answers"}
        </bdi>
        <span className="text-meta text-ink-2">
          {change.severity === "none" ? "no drift" : change.severity}
        </span>
        <span className="num text-right text-ink-2">{change.psi === null ? "–" : number(change.psi, 2)}</span>
      </button>
    </li>
  );
}

function NotCompared({ reasons }: { reasons: Readonly<Record<string, string>> }) {
  const skipped = Object.entries(reasons);
  if (skipped.length === 0) return null;
  return (
    <details className="mt-4 text-table text-ink-2">
      <summary className="inline rounded-sm text-ink-3 hover:text-ink">
        {plural(skipped.length, "column")} not compared
      </summary>
      <ul className="mt-2 mb-0 space-y-1 pl-4">
        {skipped.slice(0, 50).map(([name, reason]) => (
          <li key={name}>
            <code>{name}</code>: {reason}
          </li>
        ))}
      </ul>
    </details>
  );
}
