"use client";

import { useState } from "react";
import { Button, Card, CardBody, CardHead, Time } from "@/components/ui";
import { cx } from "@/lib/cx";
import { plural } from "@/lib/format";
import { severityLabel, stepOf } from "../lib/severity";
import type { DriftHistory } from "../types";

const SHOWN = 6;
const DOTS = ["bg-c1", "bg-c6", "bg-warn-mark", "bg-c2"] as const;

/** The batches, the latest first; a press shows one of them in full. */
export function DriftTimeline({
  history,
  chosen,
  onChoose,
}: {
  history: DriftHistory;
  chosen: string;
  onChoose: (batch: string) => void;
}) {
  const [isAll, setAll] = useState(false);
  const points = history.points.toReversed();
  const shown = isAll ? points : points.slice(0, SHOWN);
  return (
    <Card label="Batches over time">
      <CardHead title="Batches over time" sub={plural(points.length, "batch", "batches")} />
      <CardBody className="!px-2 md:!px-3">
        <ol className="m-0 list-none p-0 text-table">
          {shown.map((point) => (
            <li key={point.batch_id}>
              <button
                type="button"
                aria-pressed={point.batch_id === chosen}
                onClick={() => onChoose(point.batch_id)}
                className={cx(
                  "flex w-full items-start gap-2.5 rounded-sm px-2 py-1.5 text-left hover:bg-hover",
                  point.batch_id === chosen && "bg-accent-soft",
                )}
              >
                <span
                  aria-hidden="true"
                  className={cx("mt-[5px] size-2 shrink-0 rounded-full", DOTS[stepOf(point.severity)])}
                />
                <span className="min-w-0 flex-1">
                  <bdi className="block truncate font-[550]">{point.name}</bdi>
                  <span className="block text-meta text-ink-2">
                    {severityLabel(point.severity)} · {plural(point.n_rows, "row")}
                  </span>
                </span>
                <span className="shrink-0 text-meta text-ink-3">
                  <Time at={point.created_at} />
                </span>
              </button>
            </li>
          ))}
        </ol>
        {points.length > SHOWN ? (
          <Button look="ghost" size="sm" className="mt-1" onClick={() => setAll(!isAll)}>
            {isAll ? "Show fewer" : `Show all ${points.length}`}
          </Button>
        ) : null}
      </CardBody>
    </Card>
  );
}
