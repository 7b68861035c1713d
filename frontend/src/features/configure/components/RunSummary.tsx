"use client";

import type { UseQueryResult } from "@tanstack/react-query";
import { Hourglass } from "lucide-react";
import { Button, Card, CardBody, CardHead, Kv, Note, Problem } from "@/components/ui";
import type { DatasetDetail } from "@/features/datasets";
import type { Schemas } from "@/lib/api";
import { cx } from "@/lib/cx";
import { bytes, duration, plural } from "@/lib/format";
import { metricLabel } from "@/lib/metrics";
import type { Draft } from "../draft";

type Estimate = Schemas["EstimateOut"];

/** What will happen, and the button that starts it; a sticky bar on phones. */
export function RunSummary({
  dataset,
  draft,
  estimate,
  reason,
  canStart,
  isStarting,
  submit,
}: {
  dataset: DatasetDetail;
  draft: Draft;
  estimate: UseQueryResult<Estimate>;
  reason: string;
  canStart: boolean;
  isStarting: boolean;
  submit: () => void;
}) {
  const facts = estimate.data;
  const start = (
    <Button look="primary" size="lg" full disabled={!canStart} onClick={submit}>
      {isStarting ? "Starting" : "Start training"}
    </Button>
  );
  return (
    <aside aria-label="Your run" className="space-y-3 lg:sticky lg:top-4">
      <Card>
        <CardHead title="Your run" />
        <CardBody>
          <div className={cx("transition-opacity", estimate.isPlaceholderData && "opacity-60")}>
            <Kv
              rows={[
                ["Predict", draft.target ? <code key="t">{draft.target}</code> : "not chosen"],
                [
                  "From",
                  facts
                    ? plural(facts.n_features, "column")
                    : plural(Math.max(0, dataset.columns.length - 1), "column"),
                ],
                ["Train on", facts ? plural(facts.n_train_rows, "row") : "–"],
                [
                  "Test on",
                  facts
                    ? facts.n_test_rows > 0
                      ? plural(facts.n_test_rows, "row")
                      : "cross-validation"
                    : "–",
                ],
                ["Score", metricLabel(draft.metric ?? facts?.metric ?? "") || "–"],
              ]}
            />
            <hr className="my-3.5 border-0 border-t border-line" />
            <Kv
              rows={[
                [
                  "Time",
                  facts ? (
                    <b key="t" className="font-[550]">
                      about {duration(facts.estimated_s)}
                    </b>
                  ) : (
                    "–"
                  ),
                ],
                ["Cost", facts ? <Cost key="c" cost={facts.cost} /> : "–"],
                ["Memory", facts ? `about ${bytes(facts.memory_mb * 1e6)}` : "–"],
              ]}
            />
          </div>
          <div className="mt-4 max-md:hidden">{start}</div>
          {reason ? (
            <p className="m-0 mt-2.5 text-center text-meta text-ink-2">{reason}</p>
          ) : (
            <p aria-hidden="true" className="m-0 mt-2.5 text-center text-meta text-ink-3 max-md:hidden">
              <Key>Ctrl</Key> <Key>Enter</Key>
            </p>
          )}
        </CardBody>
      </Card>
      {facts && facts.queue_ahead > 0 ? (
        <Note icon={<Hourglass aria-hidden="true" strokeWidth={1.75} />}>
          {plural(facts.queue_ahead, "run waits", "runs wait")} before this one.
        </Note>
      ) : null}
      {facts?.notices
        .filter((notice) => notice.severity !== "info")
        .map((notice) => (
          <Note
            key={notice.code + notice.column}
            tone={notice.severity === "error" ? "bad" : "warn"}
            title={notice.message}
          >
            {notice.remedy}
          </Note>
        ))}
      {estimate.error ? <Problem error={estimate.error} /> : null}
      <div className="fixed inset-x-0 bottom-0 z-20 flex items-center gap-3 border-t border-line bg-surface px-4 py-2.5 shadow-float md:hidden">
        <span className="num min-w-0 flex-1 truncate text-meta text-ink-2">
          {facts ? `${duration(facts.estimated_s)} · ${costOf(facts.cost)}` : reason}
        </span>
        <div className="w-40 shrink-0">{start}</div>
      </div>
    </aside>
  );
}

function costOf(cost: Estimate["cost"]): string {
  return cost.amount === 0 ? "free" : `${cost.amount.toFixed(2)} ${cost.currency}`;
}

function Cost({ cost }: { cost: Estimate["cost"] }) {
  return (
    <span title={cost.basis}>
      <b className="font-[550]">{costOf(cost)}</b>
      {cost.amount === 0 ? <span className="text-ink-3"> on this computer</span> : null}
    </span>
  );
}

function Key({ children }: { children: string }) {
  return (
    <kbd className="rounded-[4px] border border-line-2 px-1 font-mono text-[11px] leading-4">{children}</kbd>
  );
}
