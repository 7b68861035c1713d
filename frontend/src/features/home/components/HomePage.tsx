"use client";

import { X } from "lucide-react";
import { Button, Note } from "@/components/ui";
import { RecentRuns, useJobs } from "@/features/jobs";
import { PageHead } from "@/features/shell";
import { DropZone } from "@/features/uploads";
import { asApiError } from "@/lib/api";
import { useUpload } from "../useUpload";
import { Samples } from "./Samples";

const STEPS = [
  ["Check", "types, gaps, leaks"],
  ["Choose", "the column to predict"],
  ["Train", "many models, watch live"],
  ["Use", "try it, deploy it, take it along"],
];

/** Start with a table. */
export function HomePage() {
  const upload = useUpload();
  const { data: recent } = useJobs({ limit: 5 });
  const isNew = recent?.pages[0]?.items.length === 0;
  return (
    <>
      <PageHead
        title="What do you want to predict?"
        sub="Drop a table. You get a model, an honest score, and a way to use it."
      />
      <DropZone
        title={upload.busySample ? "Getting the sample ready" : "Drop a CSV here"}
        isBusy={upload.isBusy}
        uploading={upload.uploading}
        onFile={upload.sendFile}
        onCancel={upload.cancel}
      />
      {upload.error ? <NotRead upload={upload} /> : null}
      {isNew ? <Samples upload={upload} /> : null}
      <ol className="m-0 mt-5 grid list-none gap-4 p-0 sm:grid-cols-2 lg:grid-cols-4">
        {STEPS.map(([title, text], index) => (
          <li key={title} className="flex items-start gap-2.5 text-table">
            <span
              aria-hidden="true"
              className="num mt-0.5 grid size-5 shrink-0 place-items-center rounded-full bg-ink text-meta font-semibold text-bg"
            >
              {index + 1}
            </span>
            <span>
              <span className="block font-[550]">{title}</span>
              <span className="text-ink-2">{text}</span>
            </span>
          </li>
        ))}
      </ol>
      {isNew ? null : <Samples upload={upload} />}
      <RecentRuns />
    </>
  );
}

function NotRead({ upload }: { upload: ReturnType<typeof useUpload> }) {
  const problem = asApiError(upload.error);
  return (
    <div className="mt-3">
      <Note
        live
        tone="bad"
        title={upload.failedName ? `${upload.failedName} was not read.` : "The sample could not be opened."}
        action={
          <Button look="ghost" size="sm" icon aria-label="Close this message" onClick={upload.forget}>
            <X aria-hidden="true" />
          </Button>
        }
      >
        {problem.message} {problem.hint}
      </Note>
    </div>
  );
}
