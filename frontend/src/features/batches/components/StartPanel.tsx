"use client";

import { Play } from "lucide-react";
import { useRouter } from "next/navigation";
import { type ReactNode, useState } from "react";
import { Button, Card, CardHead, Checkbox, Note, Problem } from "@/components/ui";
import { useModelInfo } from "@/features/jobs";
import { plural } from "@/lib/format";
import { type Start, useCheck, useStart } from "../queries";
import { CheckCard, CheckSkeleton } from "./CheckCard";
import { RowsTable } from "./RowsTable";

/** The check of a chosen table, its first rows with their answers, and the button that starts. */
export function StartPanel({
  job,
  dataset,
  validate,
  action,
  settings,
}: {
  job: string;
  dataset: string;
  validate?: Start["validate"];
  /** What the button says, from the number of rows. */
  action: (rows: string) => string;
  settings?: ReactNode;
}) {
  const router = useRouter();
  const check = useCheck(job, dataset);
  const info = useModelInfo(job);
  const start = useStart();
  const [isForced, setForced] = useState(false);
  const begin = () =>
    start.mutate(
      { job_id: job, dataset_id: dataset, allow_problems: isForced, validate },
      { onSuccess: (batch) => router.push(`/batches/${batch.id}`) },
    );
  if (check.error) return <Problem error={check.error} retry={check.refetch} />;
  const data = check.data;
  const preview = data?.preview;
  const answers = preview?.answers;
  const columns = preview ? [...preview.columns, ...(answers?.columns ?? [])] : [];
  const rows = preview?.rows.map((row, place) => [...row, ...(answers?.rows[place] ?? [])]) ?? [];
  return (
    <div className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_minmax(0,1.9fr)] lg:items-start">
      <div className="min-w-0 space-y-4">
        {data ? <CheckCard check={data} wanted={info.data?.inputs.length ?? 0} /> : <CheckSkeleton />}
        {settings}
        {data && !data.fits ? (
          <Note tone="bad" title="The file does not fit the model.">
            The answers would mean little. Mend the file, or go on knowing it:
            <Checkbox
              className="mt-2"
              label="Go on all the same"
              checked={isForced}
              onChange={(event) => setForced(event.target.checked)}
            />
          </Note>
        ) : null}
        {start.error ? <Problem error={start.error} /> : null}
        <Button
          full
          look="primary"
          size="lg"
          disabled={!data || (!data.fits && !isForced) || start.isPending || start.isSuccess}
          onClick={begin}
        >
          <Play aria-hidden="true" strokeWidth={1.75} />
          {start.isPending || start.isSuccess ? "Starting" : action(plural(data?.n_rows ?? 0, "row"))}
        </Button>
      </div>
      {preview ? (
        <Card label="First rows" className="overflow-hidden">
          <div className="pb-3">
            <CardHead
              title={answers ? "First rows with their answers" : "First rows"}
              sub={answers ? "a taste; nothing is stored yet" : undefined}
            />
          </div>
          <RowsTable
            label="First rows of the file"
            columns={columns}
            rows={rows}
            answers={answers?.columns ?? []}
          />
        </Card>
      ) : null}
    </div>
  );
}
