"use client";

import { Braces, ChartColumn, FileCode, FileText, Monitor, Package, Rocket, ScrollText } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button, ButtonLink, Card, CardBody, CardHead, toast } from "@/components/ui";
import { type JobDetail, useDeploy } from "@/features/jobs";
import type { Schemas } from "@/lib/api";
import { bytes } from "@/lib/format";
import { Annotations } from "./Annotations";
import { SendFile } from "./SendFile";

/** What can be done with the model. */
export function Rail({ job }: { job: JobDetail }) {
  return (
    <aside
      aria-label="Use this model"
      className="grid min-w-0 gap-4 md:max-lg:grid-cols-2 lg:sticky lg:top-4"
    >
      {job.portable ? <Deploy job={job} /> : <SecondOpinion />}
      <Downloads job={job} />
      <Annotations key={job.id} job={job} />
    </aside>
  );
}

function Deploy({ job }: { job: JobDetail }) {
  const deploy = useDeploy(job.id);
  const change = (on: boolean) =>
    deploy.mutate(on, {
      onSuccess: () => toast(on ? "Deployed. It answers from now on." : "Undeployed. It no longer answers."),
    });
  return (
    <Card label="Deploy">
      <CardHead title="Deploy" />
      <CardBody>
        <p className="m-0 mb-3 text-table text-ink-2">
          {job.deployed
            ? "It answers requests; each one is checked against the training data."
            : "Answers requests at an address of this server; each one is checked against the training data."}
        </p>
        <div className="grid gap-2">
          {job.deployed ? (
            <>
              <ButtonLink full look="primary" href={`/playground/${job.id}`} prefetch={false}>
                Try a prediction
              </ButtonLink>
              <ButtonLink full href={`/batch/${job.id}`} prefetch={false}>
                Score a file
              </ButtonLink>
              <Button full disabled={deploy.isPending} onClick={() => change(false)}>
                Undeploy
              </Button>
            </>
          ) : (
            <Button full look="primary" disabled={deploy.isPending} onClick={() => change(true)}>
              <Rocket aria-hidden="true" strokeWidth={1.75} />
              {deploy.isPending ? "Deploying" : "Deploy this model"}
            </Button>
          )}
        </div>
      </CardBody>
    </Card>
  );
}

function SecondOpinion() {
  return (
    <Card label="Second opinion">
      <CardHead title="Second opinion" />
      <CardBody>
        <p className="m-0 mb-3 text-table text-ink-2">
          Another engine made this model. It has no ONNX file, so it cannot be deployed or tried here; its
          scores stand beside those of your other runs.
        </p>
        <ButtonLink full href="/history" prefetch={false}>
          Compare runs
        </ButtonLink>
      </CardBody>
    </Card>
  );
}

const ICONS: Record<string, ReactNode> = {
  "model.onnx": <Package />,
  "autogluon.zip": <Package />,
  "model.pkl": <FileCode />,
  "predict.py": <FileCode />,
  "report.html": <FileText />,
  "eda.html": <ChartColumn />,
  "log.txt": <ScrollText />,
};
const ORDER = ["model.onnx", "autogluon.zip", "report.html", "eda.html", "predict.py", "model.pkl"];

function Downloads({ job }: { job: JobDetail }) {
  const rank = (file: Schemas["ArtifactOut"]) =>
    (ORDER.indexOf(file.name) + ORDER.length + 1) % (ORDER.length + 1);
  const [isAll, setAll] = useState(false);
  const files = [...job.artifacts].sort((a, b) => rank(a) - rank(b));
  const shown = isAll ? files : files.slice(0, ORDER.length);
  return (
    <Card label="Downloads">
      <CardHead title="Downloads" />
      <CardBody className="pt-2">
        <ul className="m-0 list-none divide-y divide-line p-0 text-table [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:stroke-[1.75]">
          {shown.map((file) => (
            <li key={file.name} className="flex items-center gap-2.5 py-[7px]">
              <a
                href={file.url}
                download={file.filename}
                className="flex min-w-0 flex-1 items-center gap-2.5 text-accent-ink hover:underline"
                aria-label={`Download ${file.label}, ${bytes(file.size_bytes)}`}
              >
                <span aria-hidden="true" className="text-ink-3">
                  {ICONS[file.name] ?? <Braces />}
                </span>
                <span className="truncate">{file.label}</span>
              </a>
              {file.view_url ? (
                <a
                  href={file.view_url}
                  target="_blank"
                  rel="noreferrer"
                  className="inline-flex items-center gap-1 text-meta text-ink-2 hover:underline"
                  aria-label={`Open ${file.label} in a new tab`}
                >
                  <Monitor aria-hidden="true" className="!size-3.5" />
                  open
                </a>
              ) : null}
              <span className="num shrink-0 text-meta text-ink-3">{bytes(file.size_bytes)}</span>
            </li>
          ))}
        </ul>
        {files.length > ORDER.length ? (
          <Button
            look="ghost"
            size="sm"
            className="mt-1 -ml-2.5"
            aria-expanded={isAll}
            onClick={() => setAll(!isAll)}
          >
            {isAll ? "Show fewer" : `All ${files.length} files`}
          </Button>
        ) : null}
        {job.portable ? <SendFile job={job} /> : null}
      </CardBody>
    </Card>
  );
}
