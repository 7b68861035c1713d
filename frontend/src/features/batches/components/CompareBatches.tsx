"use client";

import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { Suspense } from "react";
import { Legend, Numbers, Plot, ShareRows } from "@/components/charts";
import { ButtonLink, Card, CardBody, CardHead, Empty, Lead, Problem, SkeletonPage } from "@/components/ui";
import { bySeverity, type Change, ReportCard } from "@/features/drift";
import { PageHead } from "@/features/shell";
import type { Schemas } from "@/lib/api";
import { compact, percent, plural } from "@/lib/format";
import { useBatchComparison } from "../queries";

/** Two batches of one model: whether their rows and their answers differ. */
export function CompareBatches() {
  return (
    <Suspense fallback={<SkeletonPage />}>
      <Chosen />
    </Suspense>
  );
}

const CRUMBS = [{ label: "Batches", href: "/batches" }, { label: "Compare" }];

function Chosen() {
  const search = useSearchParams();
  const [a, b] = [search.get("a") ?? "", search.get("b") ?? ""];
  const { data, error, refetch } = useBatchComparison(a, b);
  if (!a || !b) {
    return (
      <>
        <PageHead crumbs={CRUMBS} title="Compare two batches" />
        <Card>
          <Empty
            title="Tick two batches of one model"
            action={
              <ButtonLink look="primary" href="/batches" prefetch={false}>
                To the batches
              </ButtonLink>
            }
          >
            Their answers and their rows are set side by side.
          </Empty>
        </Card>
      </>
    );
  }
  if (error) {
    return (
      <>
        <PageHead crumbs={CRUMBS} title="Compare two batches" />
        <Problem error={error} retry={refetch} />
      </>
    );
  }
  if (!data) return <SkeletonPage label="Loading both batches" />;
  return <Known comparison={data} />;
}

type Comparison = Schemas["BatchComparisonOut"];

function Known({ comparison }: { comparison: Comparison }) {
  const { a, b } = comparison;
  return (
    <>
      <PageHead
        crumbs={CRUMBS}
        title="Two batches of one model"
        sub={
          <>
            <BatchLink batch={a} /> and then <BatchLink batch={b} />, answered by <bdi>{a.model_name}</bdi>
          </>
        }
      />
      <div className="space-y-4">
        <Lead>{comparison.verdict}</Lead>
        <Said comparison={comparison} />
        <ReportCard
          title="Do the rows differ?"
          severity={comparison.severity}
          changes={bySeverity([
            ...(comparison.prediction ? [changeOf(comparison.prediction)] : []),
            ...comparison.columns.map(changeOf),
          ])}
          names={[a.name, b.name]}
        />
      </div>
    </>
  );
}

function BatchLink({ batch }: { batch: Comparison["a"] }) {
  return (
    <Link href={`/batches/${batch.id}`} prefetch={false} className="text-accent-ink hover:underline">
      <bdi>{batch.name}</bdi>
    </Link>
  );
}

function Said({ comparison }: { comparison: Comparison }) {
  const { labels, histogram, a, b } = comparison;
  return (
    <Card label="What was said">
      <CardHead title="What was said" sub="shares of the answers" />
      <CardBody className="grid gap-x-8 gap-y-5 md:grid-cols-2">
        {labels.length > 0 ? (
          <div className="min-w-0">
            <ShareRows
              label="Shares of the labels in both batches"
              percent={(share) => percent(share, 1)}
              pair={{
                levels: labels.slice(0, 12).map((item) => item.label),
                before: labels.map((item) => item.a),
                now: labels.map((item) => item.b),
              }}
            />
          </div>
        ) : null}
        {histogram ? <Spread histogram={histogram} /> : null}
        <div className="md:col-span-full">
          <Legend
            items={[
              { label: a.name, color: "var(--mute)", kind: "square" },
              { label: b.name, color: "var(--c2)", kind: "square" },
            ]}
          />
          <Numbers
            name="Answers of both batches"
            table={() => ({
              head: ["Answer", a.name, b.name],
              rows: labels.map((item) => [item.label, percent(item.a, 2), percent(item.b, 2)]),
            })}
          />
        </div>
      </CardBody>
    </Card>
  );
}

function Spread({ histogram }: { histogram: NonNullable<Comparison["histogram"]> }) {
  const { edges, a, b } = histogram;
  const domain = [edges[0] ?? 0, edges.at(-1) ?? 1] as const;
  const top = Math.max(0.01, ...a, ...b);
  return (
    <Plot
      height={160}
      alt={`Spread of the answers over ${plural(a.length, "bin")}, first batch as grey ground, second as a line.`}
      x={{ domain, label: "answer", format: (value) => compact(value) }}
      y={{ domain: [0, top], label: "share of rows", format: (value) => percent(value, 0) }}
    >
      {({ x, y }) => (
        <>
          {a.map((share, bin) => (
            <rect
              // biome-ignore lint/suspicious/noArrayIndexKey: bins never move
              key={bin}
              x={x(edges[bin] ?? 0)}
              width={Math.max(0, x(edges[bin + 1] ?? 0) - x(edges[bin] ?? 0)) * 0.94}
              y={y(share)}
              height={100 - y(share)}
              fill="var(--mute)"
            />
          ))}
          <path
            className="mark-line"
            stroke="var(--c2)"
            d={b
              .map(
                (share, bin) =>
                  `${bin === 0 ? `M${x(edges[0] ?? 0)} ` : "V"}${y(share)}H${x(edges[bin + 1] ?? 0)}`,
              )
              .join("")}
          />
        </>
      )}
    </Plot>
  );
}

// The same picture as of drift from training, with the first batch in the place of training.
function changeOf(told: Comparison["columns"][number]): Change {
  const shares = told.shares as { edges?: number[]; levels?: string[]; a?: number[]; b?: number[] };
  return {
    column: told.column,
    kind: told.kind,
    severity: told.severity,
    message: told.message,
    psi: told.psi ?? null,
    p: told.p_value,
    test: "",
    missing: { before: told.a_missing, now: told.b_missing },
    unseen: { levels: [], share: 0 },
    shares:
      shares.a && shares.b
        ? { edges: shares.edges, levels: shares.levels, before: shares.a, now: shares.b }
        : null,
  };
}
