import { Info } from "lucide-react";
import { RangeMark } from "@/components/charts";
import { Tooltip } from "@/components/ui";
import type { Evaluation } from "@/features/jobs";
import { metricDomain } from "@/lib/metrics";
import { findMetric, type Metric, write } from "../lib/evidence";

const WANTED: Record<Evaluation["task"], string[]> = {
  binary: ["roc_auc", "accuracy", "recall", "precision", "average_precision", "log_loss"],
  multiclass: ["accuracy", "balanced_accuracy", "f1_macro", "roc_auc", "log_loss"],
  regression: ["median_relative_error", "mae", "r2", "within_20", "rmse", "median_absolute_error"],
};

/** The four scores that say most, each with its range, its baseline and its words. */
export function Tiles({ evaluation }: { evaluation: Evaluation }) {
  const metrics = WANTED[evaluation.task]
    .flatMap((name) => findMetric(evaluation, name) ?? [])
    .sort((a, b) => Number(a.value === null) - Number(b.value === null))
    .slice(0, 4);
  if (metrics.length === 0) return null;
  return (
    <section
      aria-label="Scores"
      className="grid grid-cols-2 overflow-hidden rounded-lg border border-line bg-surface shadow-card md:grid-cols-4"
    >
      {metrics.map((metric) => (
        <Tile key={metric.name} metric={metric} positive={evaluation.positive} />
      ))}
    </section>
  );
}

function Tile({ metric, positive }: { metric: Metric; positive?: string | null }) {
  const value = write(metric, metric.value);
  const [figure, unit] = value.split("\u00a0");
  const label = metric.name === "recall" && positive ? `“${positive}” caught` : metric.label;
  const values = [metric.value, metric.low, metric.high, metric.baseline, metric.linear];
  return (
    <div className="border-line px-3.5 pt-3 pb-3.5 max-md:nth-[n+3]:border-t max-md:even:border-l md:border-l md:px-[18px] md:pt-3.5 md:pb-4 md:first:border-l-0">
      <div className="flex items-center gap-1.5 text-table text-ink-2">
        <h2 className="m-0 min-w-0 truncate text-table font-normal" title={label}>
          {label}
        </h2>
        {metric.meaning || metric.term ? (
          <Tooltip
            text={[metric.meaning, metric.term ? `Term: ${metric.term}.` : ""].filter(Boolean).join(" ")}
          >
            <button type="button" aria-label={`What ${label} means`} className="text-ink-3">
              <Info aria-hidden="true" className="size-3.5" strokeWidth={1.75} />
            </button>
          </Tooltip>
        ) : null}
      </div>
      {metric.value === null ? (
        <p className="m-0 mt-1 text-table text-ink-2">
          <b className="font-[550] text-ink">Not measured.</b> {metric.reason}
        </p>
      ) : (
        <>
          <p className="num m-0 mt-0.5 text-tile font-semibold tracking-[-0.025em]">
            {figure}
            {unit ? (
              <small className="ml-1 text-body font-medium tracking-normal text-ink-3">{unit}</small>
            ) : null}
          </p>
          <div className="my-1.5">
            <RangeMark
              value={metric.value}
              low={metric.low}
              high={metric.high}
              baseline={metric.baseline ?? metric.linear}
              domain={metricDomain(metric.name, values)}
            />
          </div>
          <p className="num m-0 text-meta text-ink-3">
            {metric.low !== null && metric.high !== null
              ? `${write(metric, metric.low).replace(/\u00a0%$/, "")} to ${write(metric, metric.high)}`
              : "no range"}
            <br />
            <span
              aria-hidden="true"
              className="mr-1.5 ml-0.5 inline-block h-2.5 border-l-[1.5px] border-dashed border-c6 align-[-1px]"
            />
            {metric.baseline !== null
              ? `guessing ${write(metric, metric.baseline)}`
              : metric.linear !== null
                ? `linear alone ${write(metric, metric.linear)}`
                : "no baseline"}
          </p>
        </>
      )}
    </div>
  );
}
