"use client";

import { GitCompareArrows } from "lucide-react";
import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { Suspense } from "react";
import { Button, Card, Empty, Note, SkeletonPage } from "@/components/ui";
import { PageHead } from "@/features/shell";
import { asApiError } from "@/lib/api";
import { nonsense, type Run, sameRows } from "../lib/compare";
import { MOST } from "../lib/limits";
import { useRuns } from "../queries";
import { Importances } from "./Importances";
import { RunPicker } from "./RunPicker";
import { ScoreTable } from "./ScoreTable";
import { SettingsDiff } from "./SettingsDiff";
import { Take } from "./Take";

const COUNTS = ["No runs", "One run", "Two runs", "Three runs", "Four runs"];

/** Up to four runs side by side; which ones stands in the address. */
export function ComparePage() {
  return (
    <Suspense fallback={<SkeletonPage />}>
      <Chosen />
    </Suspense>
  );
}

function Chosen() {
  const router = useRouter();
  const path = usePathname();
  const search = useSearchParams();
  const ids = [...new Set((search.get("runs") ?? "").split(",").filter(Boolean))].slice(0, MOST);
  const isForced = search.get("anyway") === "1";
  const results = useRuns(ids);
  const go = (next: string[], anyway = false) =>
    router.replace(
      `${path}?${new URLSearchParams({ runs: next.join(","), ...(anyway ? { anyway: "1" } : {}) })}`,
      { scroll: false },
    );
  const runs = results.flatMap((result) => result.data ?? []);
  const isLoading = results.some((result) => result.isPending);
  const reasons = nonsense(runs);
  const names = [...new Set(runs.map((run) => run.job.dataset_name))];
  return (
    <>
      <PageHead
        crumbs={[{ label: "Runs", href: "/history" }, { label: "Compare" }]}
        title={
          runs.length > 0 ? (
            <>
              {COUNTS[runs.length]} on{" "}
              <bdi>{names.length === 1 ? names[0] : `${names.length} data sets`}</bdi>
            </>
          ) : (
            "Compare runs"
          )
        }
        sub={subOf(runs, reasons.length > 0)}
        actions={<RunPicker chosen={ids} onAdd={(id) => go([...ids, id], isForced)} />}
      />
      {results.map((result, place) =>
        result.error ? (
          <div key={ids[place]} className="mb-4">
            <Note
              live
              tone="warn"
              title="One run cannot be shown."
              action={
                <Button
                  size="sm"
                  onClick={() =>
                    go(
                      ids.filter((id) => id !== ids[place]),
                      isForced,
                    )
                  }
                >
                  Leave it out
                </Button>
              }
            >
              {asApiError(result.error).message}
            </Note>
          </div>
        ) : null,
      )}
      {isLoading ? <SkeletonPage label="Loading the runs" /> : null}
      {!isLoading && runs.length === 0 ? (
        <Card>
          <Empty icon={<GitCompareArrows aria-hidden="true" />} title="Choose runs to compare">
            Add two to four completed runs above, or tick them in the list of runs.
          </Empty>
        </Card>
      ) : null}
      {!isLoading && reasons.length > 0 && !isForced ? (
        <Note
          live
          tone="warn"
          title="These runs cannot be compared."
          action={
            <Button size="sm" onClick={() => go(ids, true)}>
              Show them side by side anyway
            </Button>
          }
        >
          {reasons.join(" ")}
        </Note>
      ) : null}
      {!isLoading && runs.length > 0 && (reasons.length === 0 || isForced) ? (
        <Side
          runs={runs}
          isNonsense={reasons.length > 0}
          onRemove={(id) =>
            go(
              ids.filter((other) => other !== id),
              isForced,
            )
          }
        />
      ) : null}
    </>
  );
}

function subOf(runs: Run[], isNonsense: boolean): string {
  const [first] = runs;
  if (!first) return "Scores with their ranges, what matters to each, and what was set differently.";
  if (runs.length === 1) return "Pick a second run.";
  if (isNonsense) return "";
  if (!sameRows(runs)) return "They were measured on different rows.";
  return `Same ${first.evaluation.n_rows.toLocaleString("en-GB")} held-out rows, so the scores can be compared directly.`;
}

function Side({
  runs,
  isNonsense,
  onRemove,
}: {
  runs: Run[];
  isNonsense: boolean;
  onRemove: (id: string) => void;
}) {
  const isFair = !isNonsense && runs.length > 1 && sameRows(runs);
  return (
    <div className="space-y-4">
      {isFair ? <Take runs={runs} /> : null}
      {!isFair && !isNonsense && runs.length > 1 ? (
        <Note tone="warn" title="Different test rows.">
          The scores come from different data, splits or seeds; a gap may be luck. So no run is called better
          here.
        </Note>
      ) : null}
      <ScoreTable runs={runs} hasMarks={isFair} onRemove={onRemove} />
      <div className="grid gap-4 lg:grid-cols-2 lg:items-start">
        <Importances runs={runs} />
        <SettingsDiff runs={runs} />
      </div>
    </div>
  );
}
