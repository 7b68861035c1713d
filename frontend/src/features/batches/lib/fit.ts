/** The lines of a contract check: what was found, what is missing, what to look at. */
import { list, number, plural } from "@/lib/format";
import type { Check } from "../queries";

export type Line = { tone: "good" | "note" | "warn" | "bad"; title: string; text: string };

const NAMED = 6; // columns named before the rest is counted

/** “a, b and 3 more”. */
export function naming(names: readonly string[]): string {
  if (names.length <= NAMED) return list(names);
  return `${names.slice(0, NAMED - 1).join(", ")} and ${number(names.length - NAMED + 1)} more`;
}

/** What the check says, the gravest first; `wanted` is the number of columns that the model takes. */
export function linesOf(check: Check, wanted: number): Line[] {
  const { missing, extra, notices, n_rejected } = check;
  const found = wanted - missing.length;
  const lines: Line[] = [];
  if (missing.length === 0) {
    lines.push({ tone: "good", title: `All ${plural(wanted, "column")} found`, text: "" });
  } else {
    const hints = missing
      .filter((column) => column.closest)
      .slice(0, NAMED)
      .map((column) => `“${column.name}” may be “${column.closest}” here`);
    lines.push({
      tone: "bad",
      title: `${number(found)} of ${plural(wanted, "column")} found`,
      text: `Missing: ${naming(missing.map((column) => column.name))}.${hints.length > 0 ? ` ${list(hints)}.` : ""}`,
    });
  }
  const isTold = new Set(["absent-column", "unknown-column"]);
  for (const notice of notices) {
    if (isTold.has(notice.code)) continue;
    const tone = notice.severity === "error" ? "bad" : notice.severity === "warning" ? "warn" : "note";
    lines.push({ tone, title: notice.message, text: notice.remedy });
  }
  if (n_rejected > 0) {
    lines.push({
      tone: "warn",
      title: `${plural(n_rejected, "line")} could not be read as rows`,
      text: "They are left out; the data set tells why.",
    });
  }
  if (extra.length > 0) {
    lines.push({
      tone: "note",
      title: `${plural(extra.length, "column")} not used`,
      text: `${naming(extra)}: kept in the result, not asked for by the model.`,
    });
  }
  const order = { bad: 0, warn: 1, good: 2, note: 3 } as const;
  return lines.sort((a, b) => order[a.tone] - order[b.tone]);
}
