"use client";

import { useId } from "react";
import { Chip, Skeleton } from "@/components/ui";
import type { Schemas } from "@/lib/api";
import { cx } from "@/lib/cx";
import { duration } from "@/lib/format";
import type { Change, Draft } from "../draft";

const WORDS = {
  quick: { title: "Quick", text: "a first look" },
  balanced: { title: "Balanced", text: "most of the gain" },
  thorough: { title: "Thorough", text: "the last bit of score" },
};

/** Step 3: how long the search may take. */
export function BudgetStep({
  estimate,
  draft,
  change,
}: {
  estimate: Schemas["EstimateOut"] | undefined;
  draft: Draft;
  change: (change: Change) => void;
}) {
  const name = useId();
  if (!estimate) return <Skeleton className="h-24" />;
  const chosen =
    draft.budget ?? estimate.budgets.find((choice) => choice.suggested)?.seconds ?? estimate.budget_s;
  return (
    <fieldset className="m-0 border-0 p-0">
      <legend className="sr-only">Time for the search</legend>
      <div className="grid gap-2.5 sm:grid-cols-3">
        {estimate.budgets.map((choice) => {
          const isChosen = choice.seconds === chosen;
          return (
            <label
              key={choice.name}
              className={cx(
                "relative block cursor-pointer rounded-lg border px-4 py-3 transition-colors has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-ring",
                isChosen
                  ? "border-accent bg-accent-soft shadow-[inset_0_0_0_1px_var(--accent)]"
                  : "border-line-2 bg-surface hover:border-edge",
              )}
            >
              <input
                type="radio"
                name={name}
                className="sr-only"
                checked={isChosen}
                onChange={() => change({ budget: choice.seconds })}
              />
              <span className="flex min-h-[22px] items-center justify-between gap-2 text-table font-[550]">
                {WORDS[choice.name].title}
                {choice.suggested ? <Chip tone="accent">Suggested</Chip> : null}
              </span>
              <span className="num block text-[18px] leading-7 font-semibold tracking-[-0.02em]">
                {duration(choice.seconds)}
              </span>
              <span className={cx("block text-meta", isChosen ? "text-ink-2" : "text-ink-3")}>
                {WORDS[choice.name].text}
              </span>
            </label>
          );
        })}
      </div>
      <p className="m-0 mt-2.5 text-meta text-ink-3">{estimate.budget_reason}</p>
    </fieldset>
  );
}
