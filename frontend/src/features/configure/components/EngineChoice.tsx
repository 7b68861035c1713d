"use client";

import { Select } from "@/components/ui";
import { useSystem } from "@/features/shell";
import type { Change, Draft, Engine } from "../draft";

export const ENGINES: Record<Engine, string> = {
  portfolio: "Portfolio",
  flaml: "FLAML alone",
  autogluon: "AutoGluon, a second opinion",
};
const HINTS: Record<Engine, string> = {
  portfolio: "Many kinds of models, blended into one file.",
  flaml: "One learner, as FLAML chooses it.",
  autogluon:
    "Same test rows, same scores, to compare. It leaves no ONNX file: no deployment, no predictions here.",
};

/** Who searches; what is not installed on the server is not offered. */
export function EngineChoice({ draft, change }: { draft: Draft; change: (change: Change) => void }) {
  const { data } = useSystem();
  const offered: Engine[] = data?.engines ?? ["portfolio", "flaml"];
  const chosen = draft.engine ?? "portfolio";
  const shown = offered.includes(chosen) ? offered : [...offered, chosen];
  return (
    <Select
      label="Engine"
      value={chosen}
      onChange={(event) => {
        const engine = event.target.value as Engine;
        // AutoGluon takes no number of models, and its model is the one that was measured
        change({
          engine: engine === "portfolio" ? null : engine,
          ...(engine === "autogluon" ? { maxModels: null, finalFit: null } : {}),
        });
      }}
      hint={HINTS[chosen]}
    >
      {shown.map((engine) => (
        <option key={engine} value={engine}>
          {ENGINES[engine]}
        </option>
      ))}
    </Select>
  );
}
