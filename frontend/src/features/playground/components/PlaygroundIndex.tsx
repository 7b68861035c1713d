"use client";

import { FlaskConical } from "lucide-react";
import Link from "next/link";
import {
  Button,
  ButtonLink,
  Card,
  CardFoot,
  Chip,
  Empty,
  Problem,
  SkeletonRows,
  Time,
} from "@/components/ui";
import { type Job, scoreOf, useJobs } from "@/features/jobs";
import { PageHead } from "@/features/shell";

/** The models that can be tried, deployed ones first. */
export function PlaygroundIndex() {
  const deployed = useJobs({ deployed: true, limit: 50 });
  const done = useJobs({ status: "completed", limit: 20 });
  const first = deployed.data?.pages.flatMap((page) => page.items);
  const rest = done.data?.pages.flatMap((page) => page.items).filter((job) => !job.deployed);
  const error = deployed.error ?? done.error;
  return (
    <>
      <PageHead title="Playground" sub="Choose a model, type a case, see the answer and why." />
      {error ? (
        <Problem error={error} retry={() => Promise.all([deployed.refetch(), done.refetch()])} />
      ) : null}
      {!error && (!first || !rest) ? (
        <Card>
          <SkeletonRows rows={5} label="Loading the models" />
        </Card>
      ) : null}
      {first && rest && first.length + rest.length === 0 ? (
        <Card>
          <Empty
            icon={<FlaskConical aria-hidden="true" />}
            title="No model yet"
            action={
              <ButtonLink look="primary" href="/" prefetch={false}>
                Train one
              </ButtonLink>
            }
          >
            Every completed run can be tried here, deployed or not.
          </Empty>
        </Card>
      ) : null}
      {first && rest && first.length + rest.length > 0 ? (
        <Card className="overflow-hidden">
          <ul className="m-0 list-none divide-y divide-line p-0">
            {[...first, ...rest].map((job) => (
              <ModelRow key={job.id} job={job} />
            ))}
          </ul>
          {done.hasNextPage ? (
            <CardFoot>
              <Button size="sm" disabled={done.isFetchingNextPage} onClick={() => done.fetchNextPage()}>
                Show more
              </Button>
            </CardFoot>
          ) : null}
        </Card>
      ) : null}
    </>
  );
}

function ModelRow({ job }: { job: Job }) {
  const score = scoreOf(job);
  return (
    <li>
      <Link
        href={`/playground/${job.id}`}
        prefetch={false}
        className="card-pad flex items-center gap-4 py-3 hover:bg-hover focus-visible:-outline-offset-2"
      >
        <span className="min-w-0 flex-1">
          <span className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
            <bdi className="break-anywhere font-[550]">{job.name}</bdi>
            {job.deployed ? <Chip tone="accent">deployed</Chip> : null}
          </span>
          <span className="block truncate text-table text-ink-2">
            predicts <code className="text-ink">{job.target_column}</code> · {job.model_type}
          </span>
        </span>
        <span className="num w-24 shrink-0 text-right">
          <span className="block font-semibold">{score?.value ?? "–"}</span>
          <span className="block truncate text-meta text-ink-3">{score?.label ?? "no score"}</span>
        </span>
        <span className="w-20 shrink-0 text-right text-meta text-ink-3 max-md:hidden">
          <Time at={job.finished_at ?? job.created_at} />
        </span>
      </Link>
    </li>
  );
}
