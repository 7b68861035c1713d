"use client";

import { FileText } from "lucide-react";
import { Button, Card, CardBody, Combobox, Note } from "@/components/ui";
import { useDataset, useDatasets } from "@/features/datasets";
import { DropZone, useSend } from "@/features/uploads";
import { asApiError } from "@/lib/api";
import { bytes, moment, plural } from "@/lib/format";

/** The table to work on: dropped here, or one that was brought before. */
export function FilePicker({
  title,
  chosen,
  onChoose,
}: {
  title: string;
  chosen: string;
  onChoose: (dataset: string) => void;
}) {
  const sending = useSend((dataset) => onChoose(dataset.id));
  const problem = sending.error ? asApiError(sending.error) : null;
  if (chosen) return <Chosen id={chosen} onChange={() => onChoose("")} />;
  return (
    <div className="space-y-3">
      <DropZone
        compact
        title={title}
        label="The file"
        isBusy={sending.isPending}
        uploading={sending.uploading}
        onFile={sending.send}
        onCancel={sending.cancel}
      />
      {problem ? (
        <Note live tone="bad" title={`${sending.failedName ?? "The file"} was not read.`}>
          {problem.message} {problem.hint}
        </Note>
      ) : null}
      <Earlier onChoose={onChoose} />
    </div>
  );
}

function Earlier({ onChoose }: { onChoose: (dataset: string) => void }) {
  const { data } = useDatasets();
  const ready = data?.pages.flatMap((page) => page.items).filter((item) => item.status === "ready") ?? [];
  if (ready.length === 0) return null;
  return (
    <div className="max-w-md">
      <Combobox
        label="Or a table that is already here"
        value=""
        placeholder="Choose a table"
        options={ready.map((item) => ({
          value: item.id,
          label: item.filename,
          note: `${plural(item.n_rows, "row")} · ${moment(item.created_at)}`,
        }))}
        onChange={onChoose}
      />
    </div>
  );
}

function Chosen({ id, onChange }: { id: string; onChange: () => void }) {
  const { data, error } = useDataset(id);
  return (
    <Card>
      <CardBody className="flex flex-wrap items-center gap-3 !py-3">
        <FileText aria-hidden="true" className="size-4 shrink-0 text-ink-3" strokeWidth={1.75} />
        <span className="min-w-0 flex-1">
          <bdi className="break-anywhere block font-[550]">
            {error ? "This table is not there any more" : (data?.filename ?? "Loading")}
          </bdi>
          <span className="block text-table text-ink-2">
            {data?.status === "ready"
              ? `${plural(data.n_rows, "row")} · ${plural(data.n_columns, "column")} · ${bytes(data.size_bytes)}`
              : data
                ? "Is being read"
                : " "}
          </span>
        </span>
        <Button size="sm" onClick={onChange}>
          Take another
        </Button>
      </CardBody>
    </Card>
  );
}
