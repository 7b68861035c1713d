"use client";

import { Rocket } from "lucide-react";
import type { ReactNode } from "react";
import { Button, ButtonLink, Card, Empty, toast } from "@/components/ui";
import { type JobDetail, useDeploy } from "../queries";
import { JobGate } from "./JobGate";
import { RunHead } from "./RunHead";

/** A page of a run that has a model, for `deployed` one that answers; else it says what is missing. */
export function ModelPage({
  id,
  deployed,
  children,
}: {
  id: string;
  deployed?: boolean;
  children: (job: JobDetail) => ReactNode;
}) {
  return (
    <JobGate id={id}>
      {(job) => (
        <>
          <RunHead job={job} />
          {job.status !== "completed" ? <NoModel job={job} /> : null}
          {job.status === "completed" && !job.portable ? <NotPortable job={job} /> : null}
          {hasModel(job) && deployed && !job.deployed ? <NotDeployed job={job} /> : null}
          {hasModel(job) && (job.deployed || !deployed) ? children(job) : null}
        </>
      )}
    </JobGate>
  );
}

const hasModel = (job: JobDetail) => job.status === "completed" && job.portable;

function NotPortable({ job }: { job: JobDetail }) {
  return (
    <Card>
      <Empty
        title="This run has no model to use here"
        action={
          <ButtonLink look="primary" href={`/results/${job.id}`} prefetch={false}>
            See its scores
          </ButtonLink>
        }
      >
        Another engine made it, as a second opinion: there is no ONNX file.
      </Empty>
    </Card>
  );
}

function NoModel({ job }: { job: JobDetail }) {
  return (
    <Card>
      <Empty
        title="There is no model yet"
        action={
          <ButtonLink look="primary" href={`/training/${job.id}`} prefetch={false}>
            See the training
          </ButtonLink>
        }
      >
        A run has a model once it has completed.
      </Empty>
    </Card>
  );
}

function NotDeployed({ job }: { job: JobDetail }) {
  const deploy = useDeploy(job.id);
  return (
    <Card>
      <Empty
        icon={<Rocket aria-hidden="true" strokeWidth={1.75} />}
        title="This model is not deployed"
        action={
          <Button
            look="primary"
            disabled={deploy.isPending}
            onClick={() =>
              deploy.mutate(true, { onSuccess: () => toast("Deployed. It answers from now on.") })
            }
          >
            {deploy.isPending ? "Deploying" : "Deploy this model"}
          </Button>
        }
      >
        Once it is deployed it answers whole files, and each file is compared with its training.
      </Empty>
    </Card>
  );
}
