"use client";

import { Card, CardBody, CardHead, CodeBlock, Note, Problem, Skeleton, Tabs } from "@/components/ui";
import { type JobDetail, useModelInfo } from "@/features/jobs";
import { API_ORIGIN } from "@/lib/api";
import { number } from "@/lib/format";
import { MOST_COLUMNS, snippets } from "../lib/usage";
import { ServingCost } from "./ServingCost";

/** Code to copy, with this model's own columns, and what answering costs. */
export function UseIt({ job }: { job: JobDetail }) {
  const { data, error, refetch } = useModelInfo(job.id);
  if (error) return <Problem error={error} retry={refetch} />;
  const origin = API_ORIGIN || (typeof window === "undefined" ? "" : window.location.origin);
  return (
    <Card label="Use it">
      <CardHead title="Use it" sub="with an example row from the training data" />
      <CardBody>
        {!job.deployed ? (
          <div className="mb-3">
            <Note title="Not deployed yet.">
              The address answers once the model is deployed; the file works at once.
            </Note>
          </div>
        ) : null}
        {data ? (
          <Tabs
            label="Language"
            tabs={snippets(origin, job.id, data.example).map((snippet) => ({
              id: snippet.id,
              title: snippet.title,
              panel: <CodeBlock code={snippet.code} label={`${snippet.title} code`} />,
            }))}
          />
        ) : (
          <Skeleton className="h-64" />
        )}
        {data && data.inputs.length > MOST_COLUMNS ? (
          <p className="m-0 mt-2 text-meta text-ink-3">
            {MOST_COLUMNS} of {number(data.inputs.length)} columns are shown; those left out count as missing.
          </p>
        ) : null}
        <ServingCost />
      </CardBody>
    </Card>
  );
}
