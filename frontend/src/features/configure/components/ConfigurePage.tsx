"use client";

import { FileInput, FileText } from "lucide-react";
import { useRouter, useSearchParams } from "next/navigation";
import { useDeferredValue, useEffect, useReducer, useRef } from "react";
import { ButtonLink, Note, Problem, SectionHead, SkeletonPage } from "@/components/ui";
import { type DatasetDetail, DatasetGate, factsOf, useTarget } from "@/features/datasets";
import { useJob } from "@/features/jobs";
import { PageHead } from "@/features/shell";
import { bytes } from "@/lib/format";
import { bodyOf, changed, type Draft, draftOf, emptyDraft, obstacle } from "../draft";
import { useEstimate, useStart } from "../queries";
import { Advanced } from "./Advanced";
import { BudgetStep } from "./BudgetStep";
import { DataStep } from "./DataStep";
import { RunSummary } from "./RunSummary";
import { TargetStep } from "./TargetStep";

/** Trust the data, choose the target, set a budget. */
export function ConfigurePage({ id }: { id: string }) {
  const from = useSearchParams().get("from");
  return (
    <DatasetGate id={id}>
      {(dataset) =>
        from ? <Cloned dataset={dataset} from={from} /> : <Form dataset={dataset} from={null} />
      }
    </DatasetGate>
  );
}

function Cloned({ dataset, from }: { dataset: DatasetDetail; from: string }) {
  const { data, error } = useJob(from);
  if (error) return <Form dataset={dataset} from={null} />;
  return data ? <Form dataset={dataset} from={from} initial={draftOf(data)} /> : <SkeletonPage />;
}

function Form({ dataset, from, initial }: { dataset: DatasetDetail; from: string | null; initial?: Draft }) {
  const router = useRouter();
  const asked = useSearchParams().get("target");
  const known = dataset.columns.some((column) => column.name === asked) ? asked : null;
  const [draft, change] = useReducer(changed, initial ?? emptyDraft(known ?? dataset.suggested_target ?? ""));
  const target = useTarget(dataset.id, draft.target);
  const reason = obstacle(draft);
  const isTrainable = target.data?.column === draft.target && (target.data.trainable || draft.task !== null);
  const body = useDeferredValue(bodyOf(dataset.id, draft, from));
  const estimate = useEstimate(body, !reason && isTrainable);
  const start = useStart();
  const canStart = !reason && isTrainable && !start.isPending && !start.isSuccess;

  const submit = () => {
    if (!canStart) return;
    start.mutate(bodyOf(dataset.id, draft, from), {
      onSuccess: (run) => router.push(`/training/${run.job_id}`),
    });
  };
  useShortcut(submit);

  const summary = {
    dataset,
    draft,
    estimate,
    reason,
    canStart,
    isStarting: start.isPending || start.isSuccess,
    submit,
  };
  return (
    <>
      <PageHead
        crumbs={[{ label: "Home", href: "/" }, { label: "New run" }]}
        title={<bdi>{dataset.filename}</bdi>}
        sub={factsOf(dataset, bytes)}
        actions={
          <>
            <ButtonLink href="/" prefetch={false}>
              <FileInput aria-hidden="true" strokeWidth={1.75} />
              Replace file
            </ButtonLink>
            <ButtonLink href={`/datasets/${dataset.id}`} prefetch={false}>
              <FileText aria-hidden="true" strokeWidth={1.75} />
              Full data report
            </ButtonLink>
          </>
        }
      />
      {from ? (
        <div className="mb-5">
          <Note tone="accent" title="Settings of an earlier run.">
            Change what you like; the earlier run stays as it is.
          </Note>
        </div>
      ) : null}
      <div className="grid gap-6 lg:grid-cols-[minmax(0,1fr)_300px] lg:items-start">
        <div className="min-w-0 space-y-8">
          <DataStep dataset={dataset} target={target.data} draft={draft} change={change} />
          <section>
            <SectionHead step={2} title="Choose what to predict" />
            <TargetStep dataset={dataset} draft={draft} change={change} query={target} />
          </section>
          <section>
            <SectionHead step={3} title="Set a budget" sub="You can stop early and keep the best model." />
            <BudgetStep estimate={estimate.data} draft={draft} change={change} />
          </section>
          <Advanced
            dataset={dataset}
            target={target.data}
            draft={draft}
            change={change}
            estimate={estimate.data}
          />
          {start.error ? <Problem error={start.error} /> : null}
        </div>
        <RunSummary {...summary} />
      </div>
    </>
  );
}

// Ctrl + Enter starts, as the button says.
function useShortcut(run: () => void) {
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        latest.current();
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}
