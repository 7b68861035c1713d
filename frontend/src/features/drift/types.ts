/** Drift as the API tells it, and as the pages draw it. */
import type { Schemas } from "@/lib/api";

export type DriftReport = Schemas["DriftOut"];
export type DriftHistory = Schemas["TimelineOut"];

/** One column, or the answers (empty name), in two sets of rows. */
export type Change = {
  column: string;
  kind: string;
  severity: string;
  message: string;
  psi: number | null;
  /** Adjusted for all columns. */
  p: number;
  test: string;
  missing: { before: number; now: number };
  unseen: { levels: [string, number][]; share: number };
  shares: { edges?: number[]; levels?: string[]; before: number[]; now: number[] } | null;
};
