"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Row } from "@/lib/model";
import type { Engine } from "./engine";
import type { Sweep } from "./lib/whatif";

/** A value that has not changed for `wait` milliseconds. */
function useSettled<Value>(value: Value, wait: number): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), wait);
    return () => clearTimeout(timer);
  }, [value, wait]);
  return settled;
}

const shared = {
  placeholderData: keepPreviousData,
  gcTime: 30_000,
  staleTime: Number.POSITIVE_INFINITY,
  retry: false,
};

/** The answer for the row (null while a field holds something wrong), at once on the device, after a short rest over HTTP. */
export function useAnswer(jobId: string, engine: Engine | null, row: Row | null) {
  const settled = useSettled(row, engine?.kind === "server" ? 180 : 0);
  return useQuery({
    ...shared,
    queryKey: ["answer", jobId, engine?.kind, settled],
    enabled: engine !== null && settled !== null,
    queryFn: async () => {
      const [answer] = (await engine?.answers(settled ? [settled] : [])) ?? [];
      return { answer, milliseconds: engine?.milliseconds() ?? null };
    },
  });
}

/** Why, once the row has rested: it takes hundreds of rows through the model. */
export function useExplanation(jobId: string, engine: Engine | null, row: Row | null, output: string) {
  const settled = useSettled(row, 350);
  return useQuery({
    ...shared,
    queryKey: ["explanation", jobId, engine?.kind, output, settled],
    enabled: engine !== null && settled !== null,
    queryFn: () => (settled && engine?.explain(settled, output)) ?? null,
  });
}

/** The answers along each sweep, all in one question. */
export function useSweeps(jobId: string, engine: Engine | null, row: Row | null, sweeps: Sweep[]) {
  const settled = useSettled(row, engine?.kind === "server" ? 350 : 60);
  const names = sweeps.map((sweep) => sweep.column.name);
  return useQuery({
    ...shared,
    queryKey: ["sweeps", jobId, engine?.kind, names, settled],
    enabled: engine !== null && settled !== null && sweeps.length > 0,
    queryFn: async () => {
      const rows = sweeps.flatMap(({ column, steps }) =>
        steps.map((step) => ({ ...settled, [column.name]: step.value })),
      );
      const answers = (await engine?.answers(rows)) ?? [];
      let at = 0;
      return sweeps.map((sweep) => {
        const own = answers.slice(at, at + sweep.steps.length);
        at += sweep.steps.length;
        return { sweep, answers: own };
      });
    },
  });
}
