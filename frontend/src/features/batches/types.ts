/** What the API leaves open in a validation, given types. */
import type { Evaluation } from "@/features/jobs";

export type Verdict = "better" | "worse" | "no real difference" | "" | null;

export type MetricChange = {
  name: string;
  before: number | null;
  now: number | null;
  gap: number | null;
  gap_low: number | null;
  gap_high: number | null;
  verdict: Verdict;
  message: string;
};
export type Segment = {
  column: string;
  value: string;
  n_rows: number;
  score: number;
  rest: number;
  p_value: number;
  message: string;
};
export type Duel = {
  metric: string;
  champion: number | null;
  challenger: number | null;
  comparison: { gap: number; low: number | null; high: number | null; verdict: Verdict; reason: string };
  promote: boolean;
  message: string;
};
export type MeasuredNow = Evaluation;
