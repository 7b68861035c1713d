"use client";

import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { Suspense } from "react";
import { Legend, Numbers, ShareRows } from "@/components/charts";
import { ButtonLink, Card, CardBody, CardHead, Empty, Lead, Problem, SkeletonPage } from "@/components/ui";
import { bySeverity, type Change, ReportCard } from "@/features/drift";
import { PageHead } from "@/features/shell";
import type { Schemas } from "@/lib/api";
import { percent } from "@/lib/format";
import { useBatchComparison } from "../queries";

/** Two batches of one model: whether their rows and their answers differ. */
export function CompareBatches() {
  return (
    <Suspense fallback={<SkeletonPage />}>
      <Chosen />
    </Suspense>
  );
}

const SHOWN = 12; // labels
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

type Comparison = Schemas["CompareOut"];

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
  const { labels, a, b } = comparison;
  if (labels.length === 0) return null;
  return (
    <Card label="What was said">
      <CardHead title="What was said" sub="shares of the answers" />
      <CardBody>
        <div className="mb-3 max-w-2xl">
          <ShareRows
            label="Shares of the labels in both batches"
            percent={(share) => percent(share, 1)}
            pair={{
              levels: labels.slice(0, SHOWN).map((item) => item.label),
              before: labels.map((item) => item.a),
              now: labels.map((item) => item.b),
            }}
          />
        </div>
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
      </CardBody>
    </Card>
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
    missing: { before: told.missing_a, now: told.missing_b },
    unseen: { levels: [], share: 0 },
    shares:
      shares.a && shares.b
        ? { edges: shares.edges, levels: shares.levels, before: shares.a, now: shares.b }
        : null,
  };
}
