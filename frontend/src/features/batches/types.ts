/** Parts of a validation by their names. */
import type { Schemas } from "@/lib/api";

export type MetricChange = Schemas["ChangeOut"];
export type Segment = Schemas["SegmentOut"];
export type Duel = Schemas["DuelOut"];
export type Verdict = MetricChange["verdict"];
