import type { ReactNode } from "react";
import { cx } from "@/lib/cx";

export type Tone = "neutral" | "accent" | "warn" | "bad";

const TONES: Record<Tone, string> = {
  neutral: "border-line bg-sunken text-ink-2",
  accent: "border-accent-line bg-accent-soft text-accent-ink",
  warn: "border-warn-line bg-warn-soft text-warn",
  bad: "border-bad-line bg-bad-soft text-bad",
};

/** A small label. */
export function Chip({
  children,
  tone = "neutral",
  className,
}: {
  children: ReactNode;
  tone?: Tone;
  className?: string;
}) {
  return (
    <span
      className={cx(
        "inline-flex h-[22px] max-w-full items-center gap-[5px] rounded-[6px] border px-2 text-meta font-medium whitespace-nowrap [&_svg]:size-3.5 [&_svg]:shrink-0",
        TONES[tone],
        className,
      )}
    >
      {children}
    </span>
  );
}
