"use client";

import { Select } from "@/components/ui";
import type { Change, Draft, FinalFit } from "../draft";

const HINTS: Record<FinalFit, string> = {
  all: "Measured on the test rows first, then fitted once more with them.",
  training: "Keeps the test rows out for good, so that validating on them gives the same figures.",
};

/** What the model learns from once it is measured; AutoGluon leaves no choice. */
export function FinalFitChoice({ draft, change }: { draft: Draft; change: (change: Change) => void }) {
  if (draft.engine === "autogluon") return null;
  const chosen = draft.finalFit ?? "all";
  return (
    <Select
      label="Final model"
      value={chosen}
      onChange={(event) => change({ finalFit: event.target.value === "training" ? "training" : null })}
      hint={HINTS[chosen]}
    >
      <option value="all">Learns from all rows</option>
      <option value="training">Exactly the model that was measured</option>
    </Select>
  );
}
