"use client";

import { Archive, Download, FlaskConical, Trash2 } from "lucide-react";
import { useDeferredValue, useState } from "react";
import {
  Button,
  ButtonAnchor,
  ButtonLink,
  Card,
  Confirm,
  Empty,
  Input,
  Lead,
  Note,
  Problem,
  SkeletonPage,
  SkeletonRows,
  toast,
} from "@/components/ui";
import { type JobDetail, ModelPage } from "@/features/jobs";
import { API_BASE } from "@/lib/api";
import { number, plural } from "@/lib/format";
import { keptSentence } from "../lib/kept";
import { type Monitor, useDeleteKept, useKept, useMonitor } from "../queries";
import { KeepButton } from "./KeepButton";
import { KeptTable } from "./KeptTable";

const FIRST = 100;
const MOST = 1_000; // what the API gives at a time; the file has more

/** What was asked one by one and what the model said, where that is kept. */
export function KeptPage({ id }: { id: string }) {
  return <ModelPage id={id}>{(job) => <Kept job={job} />}</ModelPage>;
}

function Kept({ job }: { job: JobDetail }) {
  const monitor = useMonitor(job.id);
  const any = useKept(job.id, { limit: 1 });
  const error = monitor.error ?? any.error;
  if (error) return <Problem error={error} retry={() => [monitor.refetch(), any.refetch()]} />;
  if (!monitor.data || !any.data) return <SkeletonPage label="Loading what was kept" />;
  const isOn = monitor.data.log_share > 0;
  if (any.data.items.length > 0) return <Found job={job} monitor={monitor.data} />;
  return (
    <Card>
      {isOn ? <NothingYet job={job} monitor={monitor.data} /> : <Off job={job} monitor={monitor.data} />}
    </Card>
  );
}

function Off({ job, monitor }: { job: JobDetail; monitor: Monitor }) {
  return (
    <Empty
      icon={<Archive aria-hidden="true" strokeWidth={1.75} />}
      title="Single predictions are not kept"
      action={
        <>
          <KeepButton job={job} monitor={monitor} />
          <ButtonLink href={`/watch/${job.id}#keep`} prefetch={false}>
            Choose a share and columns
          </ButtonLink>
        </>
      }
    >
      What is asked one by one is answered and forgotten; that is how it begins for every model. Kept, it can
      be looked up here later: when, with which values, and what the answer was. Columns with personal data
      can be left out.
    </Empty>
  );
}

function NothingYet({ job, monitor }: { job: JobDetail; monitor: Monitor }) {
  return (
    <Empty
      icon={<Archive aria-hidden="true" strokeWidth={1.75} />}
      title="Nothing was asked yet"
      action={
        <>
          <ButtonLink href={`/playground/${job.id}`} prefetch={false}>
            <FlaskConical aria-hidden="true" strokeWidth={1.75} />
            Ask it something
          </ButtonLink>
          <ButtonLink look="ghost" href={`/watch/${job.id}#keep`} prefetch={false}>
            Change what is kept
          </ButtonLink>
        </>
      }
    >
      {keptSentence(monitor)} Answers of the server are kept, not those that a browser works out on its own
      device.
    </Empty>
  );
}

function Found({ job, monitor }: { job: JobDetail; monitor: Monitor }) {
  const [typed, setTyped] = useState("");
  const [limit, setLimit] = useState(FIRST);
  const q = useDeferredValue(typed.trim());
  const { data, error, refetch, isFetching } = useKept(job.id, { q, limit });
  const items = data?.items;
  return (
    <div className="space-y-4">
      <div className="flex flex-wrap items-start gap-x-6 gap-y-3 pb-1">
        <div className="min-w-0 flex-1 basis-80">
          <Lead>{keptSentence(monitor)}</Lead>
        </div>
        <div className="flex flex-wrap items-center gap-2">
          <DeleteKept job={job} />
          <ButtonAnchor
            look="primary"
            href={`${API_BASE}/predict/${job.id}/kept/export${q ? `?q=${encodeURIComponent(q)}` : ""}`}
            download=""
          >
            <Download aria-hidden="true" strokeWidth={1.75} />
            {q ? "Download what matches" : "Download as CSV"}
          </ButtonAnchor>
        </div>
      </div>
      {monitor.log_share > 0 ? null : (
        <Note title="Nothing more is kept." action={<KeepButton size="sm" job={job} monitor={monitor} />}>
          What stands here is from before; it stays until it or the model is deleted.
        </Note>
      )}
      <Card label="Kept predictions" className="overflow-hidden">
        <div className="card-pad flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
          <div className="w-full md:w-72">
            <Input
              hideLabel
              label="Search kept predictions"
              type="search"
              placeholder="Search values and answers"
              maxLength={200}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          </div>
          <p role="status" className="m-0 text-table text-ink-2">
            {items ? saidOf(items.length, limit, q !== "") : ""}
          </p>
        </div>
        {error ? (
          <div className="p-4">
            <Problem error={error} retry={refetch} />
          </div>
        ) : null}
        {!items && !error ? <SkeletonRows rows={6} label="Loading predictions" /> : null}
        {items?.length === 0 ? (
          <Empty title="No kept prediction matches">Values of columns and answers are searched.</Empty>
        ) : null}
        {items && items.length > 0 ? <KeptTable items={items} /> : null}
        {items && items.length === limit && limit < MOST ? (
          <div className="card-pad flex border-t border-line py-2.5">
            <Button size="sm" className="ml-auto" disabled={isFetching} onClick={() => setLimit(MOST)}>
              Show up to {number(MOST)}
            </Button>
          </div>
        ) : null}
      </Card>
    </div>
  );
}

const saidOf = (count: number, limit: number, isSearched: boolean) =>
  count < limit
    ? `${plural(count, isSearched ? "match" : "prediction", isSearched ? "matches" : "predictions")}, newest first`
    : `The latest ${number(count)}, newest first; the file has up to 10,000`;

function DeleteKept({ job }: { job: JobDetail }) {
  const remove = useDeleteKept(job.id);
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button look="ghost" onClick={() => setAsking(true)}>
        <Trash2 aria-hidden="true" strokeWidth={1.75} />
        Delete all
      </Button>
      <Confirm
        open={asking}
        title="Delete every kept prediction?"
        action="Delete them"
        busy={remove.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() =>
          remove.mutate(undefined, {
            onSuccess: () => toast("The kept predictions are gone."),
            onSettled: () => setAsking(false),
          })
        }
      >
        <p className="m-0">
          They go for good. The model stays, and what is asked from now on is kept as it is set.
        </p>
      </Confirm>
    </>
  );
}
