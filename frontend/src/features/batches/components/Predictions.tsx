"use client";

import Link from "next/link";
import { Card, CardHead, Lead, Problem, Scroll, SkeletonPage, Table, Td, Th, Tr } from "@/components/ui";
import { DriftReport, useBatchDrift } from "@/features/drift";
import { number, plural } from "@/lib/format";
import { type BatchDetail, type Summary, useSummary } from "../queries";
import { Answers } from "./Answers";
import { Files } from "./Files";
import { Notices } from "./Notices";
import { RowsTable } from "./RowsTable";

/** What a model said about a file: the verdict, the answers, the rows, and whether they look like training. */
export function Predictions({ batch }: { batch: BatchDetail }) {
  const summary = useSummary(batch.id);
  const drift = useBatchDrift(batch.id, batch.result?.drift !== null);
  if (summary.error) return <Problem error={summary.error} retry={summary.refetch} />;
  if (!summary.data) return <SkeletonPage label="Loading the answers" />;
  const { data } = summary;
  return (
    <div className="space-y-4">
      {batch.result?.verdict ? <Lead>{batch.result.verdict}</Lead> : null}
      <div className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_300px] lg:items-start">
        <Answers batch={batch} summary={data} />
        <Files batch={batch} />
      </div>
      <Notices notices={data.notices} />
      <Card label="Rows" className="overflow-hidden">
        <div className="pb-3">
          <CardHead
            title="Rows"
            sub={
              data.rows.length < data.n_rows
                ? `the first ${number(data.rows.length)} of ${number(data.n_rows)}`
                : plural(data.n_rows, "row")
            }
          />
        </div>
        <RowsTable
          label="Rows with their answers"
          columns={data.columns}
          rows={data.rows}
          answers={answersOf(data)}
        />
      </Card>
      {data.errors.length > 0 ? <Unanswered summary={data} total={batch.result?.n_errors ?? 0} /> : null}
      {drift.data ? (
        <DriftReport
          hasVerdict
          report={drift.data}
          actions={
            <Link
              href={`/drift/${batch.job_id}`}
              prefetch={false}
              className="text-table text-accent-ink hover:underline"
            >
              All batches
            </Link>
          }
        />
      ) : null}
      {drift.error ? <Problem error={drift.error} retry={drift.refetch} /> : null}
    </div>
  );
}

// The model's columns stand together, from the prediction on to the column that tells why a row has none.
function answersOf({ columns, prediction_column, error_column }: Summary): string[] {
  const from = columns.indexOf(prediction_column);
  return from < 0 ? [] : columns.slice(from).filter((name) => name !== error_column);
}

function Unanswered({ summary, total }: { summary: Summary; total: number }) {
  return (
    <Card label="Rows without an answer">
      <CardHead title="Rows without an answer" sub={`${number(total)}; all others have one`} />
      <Scroll label="List of rows without an answer" className="max-h-72 overflow-y-auto pt-2">
        <Table>
          <thead>
            <tr>
              <Th n className="w-20">
                Row
              </Th>
              <Th>Why</Th>
            </tr>
          </thead>
          <tbody>
            {summary.errors.map((error) => (
              <Tr key={error.row}>
                <Td n>{number(error.row)}</Td>
                <Td className="break-anywhere">{error.message}</Td>
              </Tr>
            ))}
          </tbody>
        </Table>
      </Scroll>
    </Card>
  );
}
