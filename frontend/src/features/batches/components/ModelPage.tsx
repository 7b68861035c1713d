"use client";

import { Rocket } from "lucide-react";
import { usePathname, useRouter, useSearchParams } from "next/navigation";
import type { ReactNode } from "react";
import { Button, ButtonLink, Card, Empty, toast } from "@/components/ui";
import { type JobDetail, JobGate, RunHead, useDeploy } from "@/features/jobs";

/** The table that the address names, and how to choose another. */
export function useChosenTable(): [string, (dataset: string) => void] {
  const router = useRouter();
  const path = usePathname();
  const search = useSearchParams();
  const choose = (dataset: string) => {
    const next = new URLSearchParams(search);
    if (dataset) next.set("data", dataset);
    else next.delete("data");
    router.replace(next.size > 0 ? `${path}?${next}` : path, { scroll: false });
  };
  return [search.get("data") ?? "", choose];
}

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
          {job.status === "completed" && deployed && !job.deployed ? <NotDeployed job={job} /> : null}
          {job.status === "completed" && (job.deployed || !deployed) ? children(job) : null}
        </>
      )}
    </JobGate>
  );
}

function NoModel({ job }: { job: JobDetail }) {
  return (
    <Card>
      <Empty
        title="There is no model to ask"
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
