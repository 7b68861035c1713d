/** What is being set on the watch page, and the request that it becomes. */
import type { Monitor, MonitorIn } from "./queries";

export type DriftLevel = "" | "slight" | "moderate" | "strong";
export type Promote = "" | "better" | "always";
export type Rhythm = "off" | "daily" | "weekly" | "monthly" | "own";

export type Draft = {
  drift: DriftLevel;
  /** In points of accuracy; empty: not watched. */
  drop: string;
  /** In per cent of rows without an answer; empty: not watched. */
  errors: string;
  worse: boolean;
  /** In per cent of single predictions; empty: none. */
  kept: string;
  without: string[];
  webhook: string;
  newSecret: boolean;
  rhythm: Rhythm;
  cron: string;
  filename: string;
  append: boolean;
  promote: Promote;
};

export const RHYTHMS: Record<Exclude<Rhythm, "off" | "own">, string> = {
  daily: "0 4 * * *",
  weekly: "0 4 * * 1",
  monthly: "0 4 1 * *",
};

const percentText = (share: number | null) =>
  share === null ? "" : String(Number((share * 100).toPrecision(6)));

/** The draft of what is in force. */
export function draftOf(monitor: Monitor): Draft {
  const { schedule } = monitor;
  const known = (Object.keys(RHYTHMS) as (keyof typeof RHYTHMS)[]).find(
    (key) => RHYTHMS[key] === schedule?.cron,
  );
  return {
    drift: monitor.drift,
    drop: percentText(monitor.accuracy_drop),
    errors: percentText(monitor.error_share),
    worse: monitor.worse,
    kept: monitor.log_share > 0 ? percentText(monitor.log_share) : "",
    without: monitor.log_without,
    webhook: monitor.webhook_url,
    newSecret: false,
    rhythm: schedule ? (known ?? "own") : "off",
    cron: schedule?.cron ?? RHYTHMS.weekly,
    filename: schedule?.filename ?? "",
    append: schedule?.append ?? false,
    promote: schedule?.promote ?? "better",
  };
}

/** A share from what was typed as per cent; null where nothing was. */
export function shareOf(text: string): number | null {
  const trimmed = text.trim().replace(",", ".");
  return trimmed === "" ? null : Number((Number(trimmed) / 100).toPrecision(6));
}

/** What is wrong with the draft, by field. */
export function problemsOf(draft: Draft): Partial<Record<keyof Draft, string>> {
  const problems: Partial<Record<keyof Draft, string>> = {};
  for (const field of ["drop", "errors"] as const) {
    const share = shareOf(draft[field]);
    if (share !== null && !(share > 0 && share < 1)) problems[field] = "Between 0 and 100";
  }
  const kept = shareOf(draft.kept);
  if (kept !== null && !(kept >= 0 && kept <= 1)) problems.kept = "Between 0 and 100";
  if (draft.webhook && !/^https?:\/\/[^\s/]+/.test(draft.webhook))
    problems.webhook = "An address like https://…";
  if (draft.rhythm === "own" && draft.cron.trim().split(/\s+/).length !== 5) {
    problems.cron = "Five fields: minute, hour, day, month, weekday";
  }
  if (draft.rhythm !== "off" && !draft.filename.trim()) problems.filename = "Which file to look for";
  return problems;
}

export function bodyOf(draft: Draft): MonitorIn {
  const cron =
    draft.rhythm === "own" ? draft.cron.trim() : draft.rhythm === "off" ? "" : RHYTHMS[draft.rhythm];
  return {
    drift: draft.drift,
    accuracy_drop: shareOf(draft.drop),
    error_share: shareOf(draft.errors),
    worse: draft.worse,
    log_share: shareOf(draft.kept) ?? 0,
    log_without: draft.without,
    webhook_url: draft.webhook.trim(),
    new_secret: draft.newSecret,
    schedule: cron
      ? { cron, filename: draft.filename.trim(), append: draft.append, promote: draft.promote }
      : null,
  };
}
