"use client";

import { GitCompareArrows, Tag, Trash2, X } from "lucide-react";
import { useRouter } from "next/navigation";
import { type ReactNode, useState } from "react";
import type { Job } from "@/features/jobs";
import { DeleteRuns } from "./DeleteRuns";
import { TagRuns } from "./TagRuns";

const MOST = 4; // runs that can be compared

/** What can be done with the chosen runs, floating under the list. */
export function SelectionBar({ chosen, clear }: { chosen: Job[]; clear: () => void }) {
  const router = useRouter();
  const [asking, setAsking] = useState<"delete" | "tag" | null>(null);
  const finished = chosen.filter((job) => job.status === "completed");
  const canCompare = finished.length >= 2 && finished.length <= MOST && finished.length === chosen.length;
  return (
    <>
      <div aria-live="polite" className="pointer-events-none sticky bottom-4 z-10 mt-4 flex justify-center">
        {chosen.length > 0 ? (
          <div className="pointer-events-auto flex max-w-full flex-wrap items-center justify-center gap-2 rounded-lg bg-ink py-2 pr-2 pl-4 text-table text-bg shadow-float">
            <span className="num mr-1">{chosen.length} chosen</span>
            <Act
              disabled={!canCompare}
              title={canCompare ? undefined : `Choose two to ${MOST} finished runs to compare them`}
              onClick={() => router.push(`/compare?runs=${chosen.map((job) => job.id).join(",")}`)}
            >
              <GitCompareArrows aria-hidden="true" />
              Compare
            </Act>
            <Act onClick={() => setAsking("tag")}>
              <Tag aria-hidden="true" />
              Tag
            </Act>
            <Act onClick={() => setAsking("delete")}>
              <Trash2 aria-hidden="true" />
              Delete
            </Act>
            <Act onClick={clear} label="Choose none">
              <X aria-hidden="true" />
            </Act>
          </div>
        ) : null}
      </div>
      {asking === "delete" ? (
        <DeleteRuns jobs={chosen} onClose={() => setAsking(null)} onDone={clear} />
      ) : null}
      {asking === "tag" ? <TagRuns jobs={chosen} onClose={() => setAsking(null)} /> : null}
    </>
  );
}

function Act({
  children,
  onClick,
  disabled,
  title,
  label,
}: {
  children: ReactNode;
  onClick: () => void;
  disabled?: boolean;
  title?: string;
  label?: string;
}) {
  return (
    <button
      type="button"
      aria-label={label}
      title={title}
      disabled={disabled}
      onClick={onClick}
      className="inline-flex h-9 items-center gap-1.5 rounded-[6px] bg-bg/15 px-2.5 font-medium hover:bg-bg/25 focus-visible:outline-bg disabled:cursor-not-allowed disabled:opacity-50 md:h-7 [&_svg]:size-4"
    >
      {children}
    </button>
  );
}
