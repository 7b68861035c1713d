"use client";

import { List, SearchX } from "lucide-react";
import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { Suspense, useCallback, useMemo, useState } from "react";
import { Button, ButtonLink, Card, Empty, Problem, SkeletonRows } from "@/components/ui";
import type { Job } from "@/features/jobs";
import { PageHead, useSystem } from "@/features/shell";
import { cx } from "@/lib/cx";
import { plural } from "@/lib/format";
import { useJobsPage } from "../queries";
import { sorted } from "../sort";
import { filterOf, isFiltered, queryOf, type View, viewOf, viewWith } from "../view";
import { Filters } from "./Filters";
import { Pager } from "./Pager";
import { RunsTable } from "./RunsTable";
import { SelectionBar } from "./SelectionBar";

/** Every run: find, judge, clean up. */
export function HistoryPage() {
  return (
    <>
      <PageHead title="Runs" sub={<Totals />} />
      <Suspense fallback={<Loading />}>
        <Runs />
      </Suspense>
    </>
  );
}

function Totals() {
  const { data } = useSystem();
  if (!data) return <span className="invisible">…</span>;
  const { pending, running, completed, failed, cancelled } = data.jobs;
  const facts = [
    plural(pending + running + completed + failed + cancelled, "run"),
    running > 0 ? `${running} training` : "",
    pending > 0 ? `${pending} waiting` : "",
    failed > 0 ? `${failed} failed` : "",
  ];
  return facts.filter(Boolean).join(" · ");
}

function Loading() {
  return (
    <Card>
      <SkeletonRows rows={8} label="Loading runs" />
    </Card>
  );
}

function Runs() {
  const router = useRouter();
  const path = usePathname();
  const view = viewOf(new URLSearchParams(useSearchParams()));
  const page = useJobsPage(filterOf(view), view.after);
  const [chosen, setChosen] = useState<ReadonlyMap<string, Job>>(new Map());
  const show = (change: Partial<View>) =>
    router.replace(`${path}${queryOf(viewWith(view, change))}`, { scroll: "page" in change });

  // The same list and function as before unless they changed: rows that did not change are not drawn again.
  const jobs = useMemo(() => page.data && sorted(page.data.items, view.sort), [page.data, view.sort]);
  const choose = useCallback((some: Job[], on: boolean) => {
    setChosen((before) => {
      const next = new Map(before);
      for (const job of some) {
        if (on) next.set(job.id, job);
        else next.delete(job.id);
      }
      return next;
    });
  }, []);

  return (
    <>
      <Card>
        <Filters view={view} show={show} />
        {page.error ? (
          <div className="p-4">
            <Problem error={page.error} retry={page.refetch} />
          </div>
        ) : null}
        {!jobs && !page.error ? <SkeletonRows rows={8} label="Loading runs" /> : null}
        {jobs && jobs.length > 0 ? (
          <div className={cx("transition-opacity", page.isPlaceholderData && "opacity-60")}>
            <RunsTable jobs={jobs} chosen={chosen} choose={choose} />
          </div>
        ) : null}
        {jobs?.length === 0 ? (
          <Nothing view={view} clear={() => show({ q: "", tag: "", status: "all" })} />
        ) : null}
        {page.data ? <Pager view={view} data={page.data} show={show} /> : null}
      </Card>
      <SelectionBar chosen={[...chosen.values()]} clear={() => setChosen(new Map())} />
    </>
  );
}

function Nothing({ view, clear }: { view: View; clear: () => void }) {
  if (isFiltered(view)) {
    return (
      <Empty
        icon={<SearchX aria-hidden="true" strokeWidth={1.75} />}
        title="No runs match"
        action={<Button onClick={clear}>Clear the filters</Button>}
      >
        Names, files, targets, models and tags are searched.
      </Empty>
    );
  }
  return (
    <Empty
      icon={<List aria-hidden="true" strokeWidth={1.75} />}
      title="No runs yet"
      action={
        <ButtonLink look="primary" href="/" prefetch={false}>
          Start with a table
        </ButtonLink>
      }
    >
      Each training stands here with its score, its range and its files.
    </Empty>
  );
}
