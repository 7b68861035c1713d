"use client";

import { useState } from "react";
import { Card, CardBody, CardHead, SectionHead } from "@/components/ui";
import { type JobDetail, ModelPage } from "@/features/jobs";
import { useChosenTable } from "../lib/useChosenTable";
import { BatchList } from "./BatchList";
import { ChallengerPicker } from "./ChallengerPicker";
import { FilePicker } from "./FilePicker";
import { StartPanel } from "./StartPanel";

/** The model against what really happened, alone or beside a challenger. */
export function ValidatePage({ id }: { id: string }) {
  return <ModelPage id={id}>{(job) => <Validate job={job} />}</ModelPage>;
}

function Validate({ job }: { job: JobDetail }) {
  const [dataset, choose] = useChosenTable();
  const [challenger, setChallenger] = useState("");
  return (
    <div className="space-y-9">
      <section aria-label="New validation" className="space-y-4">
        <div className="max-w-[60em] text-ink-2">
          A file whose true <code className="text-ink">{job.target_column}</code> is known by now. Every score
          of the training’s report is measured again, each with its range, and set beside what the test said.
        </div>
        <FilePicker title="Drop a file with true answers" chosen={dataset} onChoose={choose} />
        {dataset ? (
          <StartPanel
            key={dataset}
            job={job.id}
            dataset={dataset}
            validate={{ challenger_id: challenger }}
            action={(rows) => (challenger ? `Let both answer ${rows}` : `Measure on ${rows}`)}
            settings={
              <Card label="Challenger">
                <CardHead title="Challenger" sub="if another model may be better" />
                <CardBody>
                  <ChallengerPicker champion={job} value={challenger} onChange={setChallenger} />
                </CardBody>
              </Card>
            }
          />
        ) : null}
      </section>
      <section>
        <SectionHead title="Validations of this model" />
        <BatchList filter={{ job_id: job.id, kind: "validate" }} hideModel />
      </section>
    </div>
  );
}
