"use client";

import { useMemo } from "react";
import { Table, Th } from "@/components/ui";
import type { Job } from "@/features/jobs";
import { metricDomain } from "@/lib/metrics";
import { RunRow } from "./RunRow";

export type Choose = (jobs: Job[], on: boolean) => void;

/** Runs as rows; on phones each row folds into a card. */
export function RunsTable({
  jobs,
  chosen,
  choose,
}: {
  jobs: Job[];
  chosen: ReadonlyMap<string, Job>;
  choose: Choose;
}) {
  const here = jobs.filter((job) => chosen.has(job.id)).length;
  const domains = useMemo(() => domainsOf(jobs), [jobs]);
  return (
    <Table role="table" className="max-md:block">
      <caption className="sr-only max-md:block">Runs, newest first</caption>
      <thead className="max-md:sr-only">
        <tr>
          <Th className="w-9 pr-0">
            <input
              type="checkbox"
              aria-label="Choose all runs of this page"
              className="m-0 block size-4 accent-accent"
              checked={here === jobs.length}
              ref={(box) => {
                if (box) box.indeterminate = here > 0 && here < jobs.length;
              }}
              onChange={(event) => choose(jobs, event.target.checked)}
            />
          </Th>
          <Th>Run and target</Th>
          <Th>Status</Th>
          <Th className="max-lg:hidden">Best model</Th>
          <Th n>Score, 95 % range</Th>
          <Th n className="max-lg:hidden">
            Took
          </Th>
          <Th className="max-lg:hidden">Tags</Th>
          <Th n>Finished</Th>
          <Th>
            <span className="sr-only">Actions</span>
          </Th>
        </tr>
      </thead>
      <tbody className="max-md:block">
        {jobs.map((job) => (
          <RunRow
            key={job.id}
            job={job}
            isChosen={chosen.has(job.id)}
            choose={choose}
            domain={job.score ? (domains.get(job.score.metric) ?? null) : null}
          />
        ))}
      </tbody>
    </Table>
  );
}

// One scale for all runs with the same metric, so that their marks can be compared down the column.
function domainsOf(jobs: Job[]): Map<string, [number, number]> {
  const values = new Map<string, (number | null)[]>();
  for (const { score } of jobs) {
    if (!score) continue;
    values.set(score.metric, [
      ...(values.get(score.metric) ?? []),
      score.value,
      score.high,
      score.low,
      score.baseline,
    ]);
  }
  return new Map([...values].map(([metric, all]) => [metric, metricDomain(metric, all)]));
}
