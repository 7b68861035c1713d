"use client";

import { Play } from "lucide-react";
import {
  ButtonLink,
  Card,
  CardBody,
  CardHead,
  Kv,
  Note,
  Scroll,
  SectionHead,
  Table,
  Td,
  Th,
  Tr,
} from "@/components/ui";
import { PageHead } from "@/features/shell";
import { bytes, number, plural } from "@/lib/format";
import { factsOf } from "../lib";
import type { DatasetDetail } from "../queries";
import { ColumnTable } from "./ColumnTable";
import { DatasetGate } from "./DatasetGate";

/** Everything known about one table. */
export function DatasetPage({ id }: { id: string }) {
  return <DatasetGate id={id}>{(dataset) => <Known dataset={dataset} />}</DatasetGate>;
}

function Known({ dataset }: { dataset: DatasetDetail }) {
  return (
    <>
      <PageHead
        crumbs={[{ label: "Data", href: "/datasets" }, { label: dataset.filename }]}
        title={<bdi>{dataset.filename}</bdi>}
        sub={factsOf(dataset, bytes)}
        actions={
          <ButtonLink look="primary" href={`/configure/${dataset.id}`} prefetch={false}>
            <Play aria-hidden="true" strokeWidth={1.75} />
            Train on it
          </ButtonLink>
        }
      />
      <div className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_300px] lg:items-start lg:gap-6">
        <div className="min-w-0 space-y-6">
          {dataset.notices.length > 0 ? (
            <section>
              <SectionHead title="Worth a look" sub={plural(dataset.notices.length, "thing")} />
              <div className="space-y-2">
                {dataset.notices.map((notice) => (
                  <Note
                    key={`${notice.code}-${notice.column}`}
                    tone={
                      notice.severity === "error" ? "bad" : notice.severity === "warning" ? "warn" : "neutral"
                    }
                  >
                    <span className="text-ink">{notice.message}</span> {notice.remedy}
                  </Note>
                ))}
              </div>
            </section>
          ) : null}
          <Card label="Columns">
            <CardHead title="Columns" sub={plural(dataset.columns.length, "column")} />
            <div className="pt-2">
              <ColumnTable columns={dataset.columns} />
            </div>
          </Card>
          {dataset.rejects.length > 0 ? <Rejects dataset={dataset} /> : null}
        </div>
        <Card label="How it was read" className="lg:sticky lg:top-4">
          <CardHead title="How it was read" />
          <CardBody>
            <Kv
              rows={[
                ["Format", dataset.format || "–"],
                ["Encoding", dataset.encoding || "–"],
                [
                  "Separator",
                  dataset.delimiter ? <code key="d">{JSON.stringify(dataset.delimiter)}</code> : "–",
                ],
                ["Rows set aside", number(dataset.n_rejected)],
                [
                  "Fingerprint",
                  <code key="f" title={dataset.source_sha256}>
                    {dataset.source_sha256.slice(0, 12)}
                  </code>,
                ],
              ]}
            />
            {dataset.assumptions.length > 0 ? (
              <ul className="mt-4 mb-0 space-y-1.5 border-t border-line pt-3 pl-0 text-table text-ink-2">
                {dataset.assumptions.map((assumption) => (
                  <li key={assumption} className="list-none">
                    {assumption}
                  </li>
                ))}
              </ul>
            ) : null}
          </CardBody>
        </Card>
      </div>
    </>
  );
}

function Rejects({ dataset }: { dataset: DatasetDetail }) {
  return (
    <Card label="Rows set aside">
      <CardHead title="Rows set aside" sub={`${number(dataset.n_rejected)}; they were not used`} />
      <Scroll label="List of rows set aside" className="max-h-80 overflow-y-auto pt-2">
        <Table>
          <thead>
            <tr>
              <Th n>Line</Th>
              <Th>Column</Th>
              <Th>Why</Th>
              <Th>What it says</Th>
            </tr>
          </thead>
          <tbody>
            {dataset.rejects.slice(0, 100).map((reject) => (
              <Tr key={`${reject.line}-${reject.column}`}>
                <Td n>{number(reject.line)}</Td>
                <Td>{reject.column || "–"}</Td>
                <Td>{reject.reason}</Td>
                <Td className="max-w-96 truncate font-mono text-meta">{reject.text}</Td>
              </Tr>
            ))}
          </tbody>
        </Table>
      </Scroll>
    </Card>
  );
}
