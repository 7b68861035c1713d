"use client";

import { ChevronRight } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Card, Problem } from "@/components/ui";
import { isOver, type JobDetail } from "@/features/jobs";
import { cx } from "@/lib/cx";
import { plural } from "@/lib/format";
import { useLog } from "../queries";

const KEPT = 500;
const WARNING = /\b(warn(ing)?|skipped|failed|error)\b/i;

/** The run's log; follows the newest line. */
export function LogCard({ job }: { job: JobDetail }) {
  const [isOpen, setOpen] = useState(job.status === "failed");
  const { data, error, refetch } = useLog(job.id, isOpen || !isOver(job));
  const box = useRef<HTMLDivElement>(null);
  const lines = data?.lines ?? [];
  useEffect(() => {
    if (box.current && lines.length > 0) box.current.scrollTop = box.current.scrollHeight;
  }, [lines.length]);
  return (
    <Card>
      <details className="group" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary className="card-pad flex items-baseline gap-2.5 rounded-lg py-3">
          <ChevronRight
            aria-hidden="true"
            className="size-4 self-center text-ink-3 transition-transform group-open:rotate-90"
          />
          <span className="text-section font-semibold">Log</span>
          {lines.length > 0 ? (
            <span className="text-table text-ink-3">{plural(lines.length, "line")}</span>
          ) : null}
        </summary>
        {error ? (
          <div className="card-pad pb-4">
            <Problem error={error} retry={refetch} />
          </div>
        ) : (
          <div
            ref={box}
            role="log"
            aria-label="Log of the run"
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
            tabIndex={0}
            className="quiet-scroll card-pad max-h-80 overflow-y-auto border-t border-line py-3 font-mono text-[12.5px] leading-[1.7] focus-visible:-outline-offset-2"
          >
            {lines.length === 0 ? <p className="m-0 font-sans text-ink-2">Nothing was logged yet.</p> : null}
            {lines.slice(-KEPT).map((line, index) => (
              <div
                // biome-ignore lint/suspicious/noArrayIndexKey: the place in the whole log is the line's key
                key={lines.length - Math.min(KEPT, lines.length) + index}
                className={cx("whitespace-pre-wrap", WARNING.test(line) ? "text-warn" : "text-ink-2")}
              >
                {line}
              </div>
            ))}
          </div>
        )}
      </details>
    </Card>
  );
}
