"use client";

import { ChevronDown, ShieldCheck } from "lucide-react";
import { startTransition, useState } from "react";
import { Button, Card, SectionHead } from "@/components/ui";
import { ColumnTable, type DatasetDetail, PreviewTable, type Target } from "@/features/datasets";
import { plural } from "@/lib/format";
import type { Change, Draft } from "../draft";
import { fixOf, noticesFor } from "../notices";
import { ColumnUse } from "./ColumnUse";
import { NoticeRow } from "./NoticeRow";

const FIRST = 3;

/** Step 1: what is worth a look, and the first rows. */
export function DataStep({
  dataset,
  target,
  draft,
  change,
}: {
  dataset: DatasetDetail;
  target: Target | undefined;
  draft: Draft;
  change: (change: Change) => void;
}) {
  const [isAll, setAll] = useState(false);
  const [isList, setList] = useState(false);
  const notices = noticesFor(dataset, target);
  const serious = notices.filter((notice) => notice.severity !== "info").length;
  const shown = isAll ? notices : notices.slice(0, FIRST);
  return (
    <section>
      <SectionHead
        step={1}
        title="Check the data"
        sub={
          serious === 0
            ? "Nothing stands in the way."
            : `${plural(serious, "thing is", "things are")} worth a look.`
        }
      />
      <Card className="overflow-hidden">
        {notices.length === 0 ? (
          <p className="card-pad m-0 flex items-center gap-3 py-3.5 text-table text-ink-2">
            <ShieldCheck aria-hidden="true" className="size-4 shrink-0 text-accent-ink" strokeWidth={1.75} />
            No warnings: no copies, no columns that give the answer away, no gaps that matter.
          </p>
        ) : (
          <ul className="m-0 list-none divide-y divide-line p-0">
            {shown.map((notice) => (
              <NoticeRow
                key={`${notice.code}-${notice.column}`}
                notice={notice}
                fix={fixOf(notice, draft, dataset)}
                change={change}
              />
            ))}
          </ul>
        )}
        {notices.length > FIRST ? (
          <div className="card-pad border-t border-line py-1.5">
            <Button
              look="ghost"
              size="sm"
              aria-expanded={isAll}
              onClick={() => setAll(!isAll)}
              className="-ml-2.5"
            >
              <ChevronDown aria-hidden="true" className={isAll ? "rotate-180" : ""} />
              {isAll ? "Show fewer" : `Show ${notices.length - FIRST} more`}
            </Button>
          </div>
        ) : null}
        {isList ? (
          <div className="border-t border-line">
            <ColumnTable
              columns={dataset.columns}
              target={draft.target}
              action={(column) => (
                <ColumnUse dataset={dataset} column={column} draft={draft} change={change} />
              )}
            />
            <div className="card-pad border-t border-line py-2.5 text-right text-meta">
              <button
                type="button"
                className="text-accent-ink hover:underline"
                onClick={() => setList(false)}
              >
                Show the first rows
              </button>
            </div>
          </div>
        ) : (
          <PreviewTable
            dataset={dataset}
            target={draft.target}
            dropped={draft.drop}
            // Fifty rows of controls take a while to draw: the press is answered first.
            onShowAll={() => startTransition(() => setList(true))}
          />
        )}
      </Card>
    </section>
  );
}
