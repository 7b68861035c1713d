"use client";

import { BellOff, Check, TriangleAlert } from "lucide-react";
import Link from "next/link";
import {
  Button,
  ButtonLink,
  Card,
  CardFoot,
  CardHead,
  Chip,
  Empty,
  Problem,
  SkeletonRows,
  Time,
} from "@/components/ui";
import { cx } from "@/lib/cx";
import { deliveryOf, ruleOf } from "../lib/words";
import { type Alert, useAcknowledge, useAlerts } from "../queries";

/** Alerts, newest first; those that nobody has seen to stand out. */
export function AlertList({
  title,
  filter,
  hideModel,
}: {
  title: string;
  filter: { job_id?: string; open?: boolean };
  hideModel?: boolean;
}) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useAlerts(filter);
  const alerts = data?.pages.flatMap((page) => page.items);
  return (
    <Card label={title} className="overflow-hidden">
      <CardHead title={title} />
      {error ? (
        <div className="p-4">
          <Problem error={error} retry={refetch} />
        </div>
      ) : null}
      {!alerts && !error ? <SkeletonRows rows={3} label="Loading alerts" /> : null}
      {alerts?.length === 0 ? (
        <Empty icon={<BellOff aria-hidden="true" strokeWidth={1.75} />} title="No alerts">
          {filter.open ? "Nothing waits for a look." : "None was raised so far."}
        </Empty>
      ) : null}
      <ul className="m-0 mt-2 list-none divide-y divide-line p-0">
        {alerts?.map((alert) => (
          <AlertRow key={alert.id} alert={alert} hideModel={hideModel} />
        ))}
      </ul>
      {hasNextPage ? (
        <CardFoot>
          <Button size="sm" disabled={isFetchingNextPage} onClick={() => fetchNextPage()}>
            Show 25 more
          </Button>
        </CardFoot>
      ) : null}
    </Card>
  );
}

function AlertRow({ alert, hideModel }: { alert: Alert; hideModel?: boolean }) {
  const acknowledge = useAcknowledge();
  const isOpen = alert.acknowledged_at === null;
  return (
    <li className={cx("card-pad flex flex-wrap items-start gap-x-3 gap-y-2 py-3", isOpen && "bg-warn-soft")}>
      <div className="min-w-0 flex-1 basis-64">
        <p className="m-0 flex flex-wrap items-center gap-x-2 gap-y-1 text-meta text-ink-2">
          <Chip tone={isOpen ? "warn" : "neutral"}>
            {isOpen ? <TriangleAlert aria-hidden="true" /> : <Check aria-hidden="true" />}
            {ruleOf(alert)}
          </Chip>
          {hideModel ? null : (
            <Link
              href={`/drift/${alert.job_id}`}
              prefetch={false}
              className="break-anywhere font-[550] text-ink hover:underline"
            >
              <bdi>{alert.model_name}</bdi>
            </Link>
          )}
          <Time at={alert.created_at} />
          {deliveryOf(alert) ? <span>· {deliveryOf(alert)}</span> : null}
        </p>
        <p className="break-anywhere m-0 mt-1.5 text-table">{alert.message}</p>
      </div>
      <div className="flex gap-1.5">
        {alert.batch_id ? (
          <ButtonLink size="sm" look="ghost" href={`/batches/${alert.batch_id}`} prefetch={false}>
            Batch
          </ButtonLink>
        ) : null}
        {isOpen ? (
          <Button
            size="sm"
            disabled={acknowledge.isPending}
            aria-label={`Seen: ${alert.message}`}
            onClick={() => acknowledge.mutate(alert.id)}
          >
            Seen
          </Button>
        ) : null}
      </div>
    </li>
  );
}
