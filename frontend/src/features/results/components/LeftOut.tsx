"use client";

import { CircleX, Info, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { Button, ButtonLink, Card, CardBody, CardHead, Problem, SkeletonRows } from "@/components/ui";
import type { JobDetail } from "@/features/jobs";
import { plural } from "@/lib/format";
import { useMetadata } from "../queries";

const SHOWN = 6;
const ICONS = {
  info: <Info className="text-ink-3" />,
  warning: <TriangleAlert className="text-warn-mark" />,
  error: <CircleX className="text-bad" />,
} as const;

/** Columns that the model does not take, each with its reason and a way back; then what to know about the rest. */
export function LeftOut({ job }: { job: JobDetail }) {
  const { data, error, refetch } = useMetadata(job.id);
  const [isAll, setAll] = useState(false);
  if (error) return <Problem error={error} retry={refetch} />;
  const dropped = data?.dropped ?? [];
  const shown = isAll ? dropped.slice(0, 300) : dropped.slice(0, SHOWN);
  return (
    <Card label="What we left out, and why" className="overflow-hidden">
      <CardHead
        title="What we left out, and why"
        sub={dropped.length > 0 ? plural(dropped.length, "column") : undefined}
      />
      {!data ? (
        <SkeletonRows rows={3} label="Loading what was left out" />
      ) : (
        <CardBody className="pt-2">
          {dropped.length === 0 ? (
            <p className="m-0 py-1 text-ink-2">Nothing: every column is used.</p>
          ) : null}
          <dl className="m-0 divide-y divide-line text-table">
            {shown.map((item) => (
              <div key={item.column} className="grid grid-cols-[minmax(0,2fr)_minmax(0,3fr)] gap-3 py-2">
                <dt className="min-w-0 truncate font-mono text-[0.93em]" title={item.column}>
                  <bdi>{item.column}</bdi>
                </dt>
                <dd className="break-anywhere m-0 text-ink-2">{item.reason}</dd>
              </div>
            ))}
          </dl>
          <div className="flex flex-wrap gap-2">
            {dropped.length > SHOWN ? (
              <Button look="ghost" size="sm" className="mt-1 -ml-2.5" onClick={() => setAll(!isAll)}>
                {isAll ? "Show fewer" : `Show ${dropped.length - SHOWN} more`}
              </Button>
            ) : null}
            {dropped.length > 0 ? (
              <ButtonLink
                size="sm"
                className="mt-1"
                href={`/configure/${job.dataset_id}?from=${job.id}`}
                prefetch={false}
              >
                Bring a column back
              </ButtonLink>
            ) : null}
          </div>
          <Notices notices={data.notices ?? []} />
        </CardBody>
      )}
    </Card>
  );
}

type Notice = { code: string; severity?: string; message: string; remedy?: string; column?: string | null };

function Notices({ notices }: { notices: readonly Notice[] }) {
  const [isAll, setAll] = useState(false);
  if (notices.length === 0) return null;
  const shown = isAll ? notices.slice(0, 200) : notices.slice(0, SHOWN);
  return (
    <>
      <h3 className="m-0 mt-5 mb-1 text-table font-semibold">Worth knowing about the data and the model</h3>
      <ul className="m-0 list-none divide-y divide-line p-0 text-table">
        {shown.map((notice, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list is fixed
          <li key={index} className="flex gap-2.5 py-2 [&>svg]:mt-0.5 [&>svg]:size-4 [&>svg]:shrink-0">
            {ICONS[(notice.severity ?? "info") as keyof typeof ICONS] ?? ICONS.info}
            <span className="break-anywhere min-w-0">
              {notice.message} {notice.remedy ? <span className="text-ink-3">{notice.remedy}</span> : null}
            </span>
          </li>
        ))}
      </ul>
      {notices.length > SHOWN ? (
        <Button look="ghost" size="sm" className="mt-1 -ml-2.5" onClick={() => setAll(!isAll)}>
          {isAll ? "Show fewer" : `Show ${notices.length - SHOWN} more`}
        </Button>
      ) : null}
    </>
  );
}
