"use client";

import { useCallback, useMemo, useState } from "react";
import { ButtonLink, Card, Empty, Problem, SkeletonPage } from "@/components/ui";
import { type JobDetail, JobGate, RunHead, useEvaluation, useModelInfo } from "@/features/jobs";
import type { Schemas } from "@/lib/api";
import { contractOf, type Engine, useEngine } from "../engine";
import { byImportance, problemsOf, rowOf, type Texts, textsOf } from "../lib/form";
import { canVary, sweepOf } from "../lib/whatif";
import { useAnswer, useExplanation, useSweeps } from "../useAnswers";
import { AnswerCard } from "./AnswerCard";
import { EngineBar } from "./EngineBar";
import { RowForm } from "./RowForm";
import { WhatIf } from "./WhatIf";
import { WhyCard } from "./WhyCard";

const VARIED = 3;

/** Try one case and see why: the form, the answer, its reasons, what would change it. */
export function PlaygroundPage({ id }: { id: string }) {
  return (
    <JobGate id={id}>
      {(job) => (
        <>
          <RunHead job={job} />
          {job.status === "completed" ? <WithInfo job={job} /> : <NotYet id={job.id} />}
        </>
      )}
    </JobGate>
  );
}

function NotYet({ id }: { id: string }) {
  return (
    <Card>
      <Empty
        title="There is no model to try"
        action={
          <ButtonLink look="primary" href={`/training/${id}`} prefetch={false}>
            See the training
          </ButtonLink>
        }
      >
        A run has a model once it has completed.
      </Empty>
    </Card>
  );
}

function WithInfo({ job }: { job: JobDetail }) {
  const { data, error, refetch } = useModelInfo(job.id);
  if (error) return <Problem error={error} retry={refetch} />;
  if (!data) return <SkeletonPage label="Loading the model's form" />;
  return <Known key={job.id} job={job} info={data} />;
}

function Known({ job, info }: { job: JobDetail; info: Schemas["ModelInfoOut"] }) {
  const contract = useMemo(() => contractOf(info), [info]);
  const { data: evaluation } = useEvaluation(job.id);
  const [choice, setChoice] = useState<Engine["kind"] | null>(null);
  const kind = choice ?? (job.deployed ? "server" : "device");
  const opened = useEngine(info, kind);

  const columns = useMemo(
    () => byImportance(contract.inputs, evaluation?.importance ?? []),
    [contract, evaluation],
  );
  const [texts, setTexts] = useState<Texts>(() => textsOf(contract.inputs, contract.example));
  const change = useCallback(
    (name: string, text: string) => setTexts((before) => ({ ...before, [name]: text })),
    [],
  );
  const problems = useMemo(() => problemsOf(contract, texts), [contract, texts]);
  const isWell = Object.keys(problems).length === 0;
  // What is wrong is never asked for: the answer to the last good row stays.
  const row = useMemo(() => (isWell ? rowOf(contract.inputs, texts) : null), [contract, texts, isWell]);

  const answer = useAnswer(job.id, opened.engine, row);
  const shown = opened.engine ? answer.data?.answer : undefined;
  const output =
    contract.task === "binary"
      ? (contract.positive ?? "")
      : contract.task === "multiclass"
        ? String(shown?.prediction ?? contract.classes?.[0] ?? "")
        : "";
  const explanation = useExplanation(job.id, opened.engine, row, output);

  const [picked, setPicked] = useState<Record<number, string>>({});
  const varied = columns
    .filter(canVary)
    .slice(0, VARIED)
    .map((column) => column.name);
  const chosen = varied.map((name, place) => picked[place] ?? name);
  const sweeps = [...new Set(chosen)].flatMap((name) => {
    const column = contract.inputs.find((each) => each.name === name);
    return column ? [sweepOf(column, texts[name] ?? "")] : [];
  });
  const swept = useSweeps(job.id, opened.engine, row, sweeps);

  const { background = [] } = contract;
  const [typical, setTypical] = useState(0);
  const shuffle = () => {
    setTexts(textsOf(contract.inputs, background[typical % background.length] ?? contract.example));
    setTypical(typical + 1);
  };
  const failure = answer.error ?? explanation.error ?? swept.error;
  return (
    <>
      <EngineBar jobId={job.id} deployed={job.deployed} kind={kind} opened={opened} onChange={setChoice} />
      {failure ? (
        <div className="mb-4">
          <Problem error={failure} retry={() => answer.refetch()} />
        </div>
      ) : null}
      <div className="grid gap-4 lg:grid-cols-[minmax(0,5fr)_minmax(0,9fr)] lg:items-start">
        <div className="min-w-0 max-lg:order-2">
          <RowForm
            columns={columns}
            texts={texts}
            problems={problems}
            warnings={shown?.warnings ?? []}
            onChange={change}
            onShuffle={background.length > 0 ? shuffle : undefined}
            onClear={() => setTexts(textsOf(contract.inputs, {}))}
          />
        </div>
        <div className="min-w-0 space-y-4">
          <AnswerCard
            answer={shown}
            contract={contract}
            engine={kind}
            milliseconds={answer.data?.milliseconds ?? null}
            evaluation={evaluation}
          />
          <WhyCard
            explanation={opened.engine ? explanation.data : undefined}
            contract={contract}
            busy={explanation.isFetching}
          />
        </div>
      </div>
      <div className="mt-4">
        <WhatIf
          swept={opened.engine ? swept.data : undefined}
          columns={columns}
          chosen={chosen}
          texts={texts}
          contract={contract}
          output={output}
          onChoose={(place, name) => setPicked((before) => ({ ...before, [place]: name }))}
          onChange={change}
        />
      </div>
    </>
  );
}
