import { Fragment } from "react";
import { Lead } from "@/components/ui";
import type { Evaluation } from "@/features/jobs";

const SHARE = /(\d[\d.,]*\u00a0?\s?%|no real difference|not measured)/i;

/** The verdict as a sentence; its first number and a tie stand out. */
export function Verdict({ evaluation }: { evaluation: Evaluation }) {
  const parts = (evaluation.verdict || "Not measured: there were no test rows.").split(
    /(\d[\d.,]*[\u00a0 ]%|no real difference)/,
  );
  let marked = 0;
  return (
    <Lead sub={[evaluation.basis, ...(evaluation.remarks ?? [])].filter(Boolean).join(" ")}>
      {parts.map((part, index) => {
        const isTie = part === "no real difference";
        const isMark = isTie || (SHARE.test(part) && index % 2 === 1 && marked++ === 0);
        return isMark ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts of a sentence never move
          <span key={index} className="font-semibold whitespace-nowrap text-accent-ink">
            {part}
          </span>
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts of a sentence never move
          <Fragment key={index}>{part}</Fragment>
        );
      })}
    </Lead>
  );
}
