import { cx } from "@/lib/cx";

export type StatusTone = "done" | "running" | "stopped" | "failed" | "waiting";

const DOTS: Record<StatusTone, string> = {
  done: "bg-c1",
  running: "border-2 border-c1 bg-surface motion-safe:animate-[pulse-dot_1.6s_infinite]",
  waiting: "border-2 border-c6 bg-surface",
  stopped: "bg-warn-mark",
  failed: "bg-bad",
};

/** A dot and a word: state is never told by colour alone. */
export function Status({ tone, word, className }: { tone: StatusTone; word: string; className?: string }) {
  return (
    <span
      className={cx("inline-flex items-center gap-1.5 text-table font-medium whitespace-nowrap", className)}
    >
      <Dot tone={tone} />
      {word}
    </span>
  );
}

export function Dot({ tone }: { tone: StatusTone }) {
  return <span aria-hidden="true" className={cx("inline-block size-2 shrink-0 rounded-full", DOTS[tone])} />;
}
