"use client";

import { RefreshCw } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button, Card, CardBody, CardHead, Checkbox, Problem } from "@/components/ui";
import { FilePicker } from "@/features/batches";
import type { JobDetail } from "@/features/jobs";
import type { Promote } from "../draft";
import { useRetrain } from "../queries";
import { PromoteSelect } from "./ScheduleFields";

/** The same settings on newer rows: a new run that is set against this one. */
export function RetrainCard({ job }: { job: JobDetail }) {
  const router = useRouter();
  const retrain = useRetrain(job.id);
  const [dataset, setDataset] = useState("");
  const [append, setAppend] = useState(false);
  const [promote, setPromote] = useState<Promote>("better");
  return (
    <Card label="Retrain" id="retrain">
      <CardHead title="Retrain now" sub="same settings, newer rows" />
      <CardBody className="space-y-4">
        <FilePicker title="Drop a table with newer rows" chosen={dataset} onChoose={setDataset} />
        {dataset ? (
          <>
            <Checkbox
              label="Add its rows to those of this run"
              checked={append}
              onChange={(event) => setAppend(event.target.checked)}
            />
            <PromoteSelect value={promote} onChange={setPromote} />
            {retrain.error ? <Problem error={retrain.error} /> : null}
            <Button
              full
              look="primary"
              disabled={retrain.isPending || retrain.isSuccess}
              onClick={() =>
                retrain.mutate(
                  { dataset_id: dataset, append, promote, name: "" },
                  { onSuccess: (run) => router.push(`/training/${run.job_id}`) },
                )
              }
            >
              <RefreshCw aria-hidden="true" strokeWidth={1.75} />
              {retrain.isPending || retrain.isSuccess ? "Starting" : "Train again"}
            </Button>
          </>
        ) : null}
      </CardBody>
    </Card>
  );
}
