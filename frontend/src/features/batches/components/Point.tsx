import { Check, CircleX, Info, TriangleAlert } from "lucide-react";
import { cx } from "@/lib/cx";
import type { Line } from "../lib/fit";

const ICONS = { good: Check, note: Info, warn: TriangleAlert, bad: CircleX } as const;
const COLOURS = { good: "text-accent-ink", note: "text-ink-3", warn: "text-warn", bad: "text-bad" } as const;
const WORDS = { good: "In order", note: "Note", warn: "Warning", bad: "Problem" } as const;

/** One point of a list of findings: a sign, what was found, what to do. */
export function Point({ point }: { point: Line }) {
  const Icon = ICONS[point.tone];
  return (
    <li className="flex gap-2.5 py-2.5">
      <Icon
        role="img"
        aria-label={WORDS[point.tone]}
        className={cx("mt-[2px] size-4 shrink-0", COLOURS[point.tone])}
        strokeWidth={1.75}
      />
      <span className="break-anywhere min-w-0">
        <span className="block font-[550]">{point.title}</span>
        {point.text ? <span className="block text-ink-2">{point.text}</span> : null}
      </span>
    </li>
  );
}
