import { Legend, Mark, Numbers, Plot, path } from "@/components/charts";
import { Card, CardBody, CardHead } from "@/components/ui";
import type { Evaluation } from "@/features/jobs";
import { fixed, percent } from "@/lib/format";
import { findMetric, rowAt, type Threshold } from "../lib/evidence";

const SHARES = [0, 0.25, 0.5, 0.75, 1];
const share = (value: number) => percent(value, 0);

/** ROC and precision-recall, in words instead of terms. */
export function Curves({ evaluation }: { evaluation: Evaluation }) {
  return (
    <>
      <Roc evaluation={evaluation} />
      <PrecisionRecall evaluation={evaluation} />
    </>
  );
}

type RocCurve = { fpr: number[]; tpr: number[] };
type PrCurve = { recall: number[]; precision: number[]; baseline?: number | null };

// Where the model's own threshold stands on the ROC curve.
function operatingPoint({ thresholds, threshold }: Evaluation): { fpr: number; tpr: number } | null {
  const row = rowAt((thresholds ?? []) as Threshold[], threshold ?? 0.5);
  if (!row || row.tp + row.fn === 0 || row.fp + row.tn === 0) return null;
  return { fpr: row.fp / (row.fp + row.tn), tpr: row.tp / (row.tp + row.fn) };
}

function Roc({ evaluation }: { evaluation: Evaluation }) {
  const roc = evaluation.roc as (RocCurve & { linear?: RocCurve | null }) | null | undefined;
  if (!roc?.fpr?.length) return null;
  const area = findMetric(evaluation, "roc_auc")?.value;
  const points = roc.fpr.map((fpr, index) => [fpr, roc.tpr[index] ?? 0] as const);
  const linear = roc.linear?.fpr.map((fpr, index) => [fpr, roc.linear?.tpr[index] ?? 0] as const) ?? [];
  const here = operatingPoint(evaluation);
  const at = (wrong: number) => points.find(([fpr]) => fpr >= wrong)?.[1] ?? 1;
  return (
    <Card label="ROC curve">
      <CardHead title="ROC curve" sub={area ? `area ${fixed(area, 3)}` : undefined} />
      <CardBody>
        <Plot
          alt={`ROC curve: with 10 % of the other rows flagged by mistake, ${share(at(0.1))} of the cases are caught; with 25 %, ${share(at(0.25))}.`}
          x={{ domain: [0, 1], ticks: SHARES, label: "others flagged by mistake", format: share }}
          y={{ domain: [0, 1], ticks: SHARES, label: "cases caught", format: share }}
          notes={
            here
              ? [
                  {
                    x: here.fpr,
                    y: here.tpr,
                    color: "var(--accent-ink)",
                    text: (
                      <span className="relative top-2.5 px-2">
                        threshold {fixed(evaluation.threshold, 2)}
                      </span>
                    ),
                  },
                ]
              : []
          }
        >
          {({ x, y }) => (
            <>
              <path
                fill="var(--c1-fill)"
                d={`M0 100${path(points.map(([a, b]) => [x(a), y(b)] as const)).replace("M", "L")}L100 100Z`}
              />
              <line className="mark-reference" x1="0" y1="100" x2="100" y2="0" />
              {linear.length > 0 ? (
                <path
                  className="mark-line"
                  stroke="var(--c6)"
                  style={{ strokeWidth: 1.5 }}
                  d={path(linear.map(([a, b]) => [x(a), y(b)]))}
                />
              ) : null}
              <path className="mark-line" stroke="var(--c1)" d={path(points.map(([a, b]) => [x(a), y(b)]))} />
              {here ? <Mark x={x(here.fpr)} y={y(here.tpr)} size={9} color="var(--c1)" /> : null}
            </>
          )}
        </Plot>
        <Legend
          items={[
            { label: "model", color: "var(--c1)" },
            ...(linear.length > 0 ? [{ label: "linear alone", color: "var(--c6)" }] : []),
            { label: "guessing", color: "var(--c6)", kind: "dash" },
          ]}
        />
        <Numbers
          name="ROC curve"
          table={() => ({
            head: ["Others flagged by mistake", "Cases caught"],
            rows: points.map(([a, b]) => [percent(a), percent(b)]),
          })}
        />
      </CardBody>
    </Card>
  );
}

function PrecisionRecall({ evaluation }: { evaluation: Evaluation }) {
  const pr = evaluation.pr as (PrCurve & { linear?: PrCurve | null }) | null | undefined;
  if (!pr?.recall?.length) return null;
  const average = findMetric(evaluation, "average_precision")?.value;
  const points = pr.recall.map((recall, index) => [recall, pr.precision[index] ?? 0] as const);
  const linear =
    pr.linear?.recall.map((recall, index) => [recall, pr.linear?.precision[index] ?? 0] as const) ?? [];
  const at = (caught: number) => points.find(([recall]) => recall >= caught)?.[1] ?? 0;
  const { baseline } = pr;
  return (
    <Card label="Right flags against cases caught">
      <CardHead
        title="Precision and recall"
        sub={average ? `average precision ${fixed(average, 3)}` : undefined}
      />
      <CardBody>
        <Plot
          alt={`When half of the cases are caught, ${share(at(0.5))} of the flags are right; when 80 % are caught, ${share(at(0.8))}.`}
          x={{ domain: [0, 1], ticks: SHARES, label: "cases caught", format: share }}
          y={{ domain: [0, 1], ticks: SHARES, label: "flags that are right", format: share }}
          notes={
            typeof baseline === "number"
              ? [
                  {
                    x: 1,
                    y: baseline,
                    align: "right",
                    text: <span className="relative top-2.5">flag everything: {share(baseline)}</span>,
                  },
                ]
              : []
          }
        >
          {({ x, y }) => (
            <>
              <path
                fill="var(--c1-fill)"
                d={`M0 100${path(points.map(([a, b]) => [x(a), y(b)] as const)).replace("M", "L")}L100 100Z`}
              />
              {typeof baseline === "number" ? (
                <line className="mark-reference" x1="0" x2="100" y1={y(baseline)} y2={y(baseline)} />
              ) : null}
              {linear.length > 0 ? (
                <path
                  className="mark-line"
                  stroke="var(--c6)"
                  style={{ strokeWidth: 1.5 }}
                  d={path(linear.map(([a, b]) => [x(a), y(b)]))}
                />
              ) : null}
              <path className="mark-line" stroke="var(--c1)" d={path(points.map(([a, b]) => [x(a), y(b)]))} />
            </>
          )}
        </Plot>
        <Legend
          items={[
            { label: "model", color: "var(--c1)" },
            ...(linear.length > 0 ? [{ label: "linear alone", color: "var(--c6)" }] : []),
            { label: "flag everything", color: "var(--c6)", kind: "dash" },
          ]}
        />
        <Numbers
          name="Precision and recall"
          table={() => ({
            head: ["Cases caught", "Flags that are right"],
            rows: points.map(([a, b]) => [percent(a), percent(b)]),
          })}
        />
      </CardBody>
    </Card>
  );
}
