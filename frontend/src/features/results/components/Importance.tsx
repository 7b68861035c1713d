"use client";

import { useState } from "react";
import { HBars, Numbers } from "@/components/charts";
import { Button, Card, CardBody, CardHead } from "@/components/ui";
import type { Evaluation } from "@/features/jobs";
import { plural, significant } from "@/lib/format";
import { metricLabel } from "@/lib/metrics";

const SHOWN = 12;

/** What each column adds: how much the score loses when it is shuffled. */
export function Importance({ evaluation }: { evaluation: Evaluation }) {
  const [isAll, setAll] = useState(false);
  const columns = evaluation.importance ?? [];
  const info = evaluation.importance_info as
    | { metric?: string; caveat?: string; reason?: string; not_measured?: string[] }
    | null
    | undefined;
  const metric = info?.metric ?? evaluation.primary;
  const shown = isAll ? columns.slice(0, 200) : columns.slice(0, SHOWN);
  const label = metricLabel(metric).toLowerCase();
  return (
    <Card label="What matters">
      <CardHead
        title="What matters"
        sub={columns.length > 0 ? `change of “${label}” if shuffled` : undefined}
      />
      <CardBody>
        {columns.length === 0 ? (
          <p className="m-0 text-ink-2">Not measured. {info?.reason}</p>
        ) : (
          <>
            <HBars
              label="Importance of each column"
              bars={shown.map((item) => ({
                name: item.column,
                value: Math.max(0, item.mean),
                low: item.low,
                high: item.high,
                text: significant(item.mean, 2),
              }))}
            />
            {columns.length > SHOWN ? (
              <Button look="ghost" size="sm" className="mt-1 -ml-2.5" onClick={() => setAll(!isAll)}>
                {isAll ? "Show fewer" : `Show ${Math.min(200, columns.length) - SHOWN} more`}
              </Button>
            ) : null}
            <p className="m-0 mt-3 text-meta text-ink-3">
              Thin lines are 95&nbsp;% ranges over shuffles. {info?.caveat}
              {(info?.not_measured?.length ?? 0) > 0
                ? ` ${plural(info?.not_measured?.length ?? 0, "column")} could not be measured in the time.`
                : ""}
            </p>
            <Numbers
              name="Importance"
              table={() => ({
                head: ["Column", "Loss", "from", "to"],
                rows: columns.map((item) => [
                  item.column,
                  significant(item.mean),
                  significant(item.low),
                  significant(item.high),
                ]),
              })}
            />
          </>
        )}
      </CardBody>
    </Card>
  );
}
