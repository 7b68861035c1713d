import { RangeMark } from "@/components/charts";
import { Card, CardFoot, CardHead, Scroll, Table, Td, Th, Tr } from "@/components/ui";
import type { Evaluation } from "@/features/jobs";
import { cx } from "@/lib/cx";
import { number } from "@/lib/format";
import { metricDomain } from "@/lib/metrics";
import { comparison, type Metric, write } from "../lib/evidence";

/** Every score with its range, and how it stands against guessing and a linear model on the same rows. */
export function AllScores({ evaluation }: { evaluation: Evaluation }) {
  return (
    <Card label="All scores" className="overflow-hidden">
      <CardHead title="All scores" sub={`on ${number(evaluation.n_rows)} rows that no model saw`} />
      <Scroll label="All scores: table" className="pt-2">
        <Table>
          <thead>
            <tr>
              <Th>Score</Th>
              <Th className="max-md:hidden">95&nbsp;% range</Th>
              <Th n>Model</Th>
              <Th n>Guessing</Th>
              <Th n>Linear alone</Th>
              <Th className="max-sm:hidden">Against linear</Th>
            </tr>
          </thead>
          <tbody>
            {evaluation.metrics.map((metric) => (
              <ScoreRow key={metric.name} metric={metric} />
            ))}
          </tbody>
        </Table>
      </Scroll>
      <CardFoot>
        “No real difference”: on the same rows, the 95&nbsp;% range of the paired gap includes zero.
      </CardFoot>
    </Card>
  );
}

function ScoreRow({ metric }: { metric: Metric }) {
  const against = comparison(metric.against_linear);
  const values = [metric.value, metric.low, metric.high, metric.baseline, metric.linear];
  return (
    <Tr>
      <Td>
        <span className="font-[550]" title={[metric.term, metric.meaning].filter(Boolean).join(". ")}>
          {metric.label}
        </span>
        <span className="block text-meta text-ink-3">
          {metric.greater_is_better ? "higher is better" : "lower is better"}
        </span>
      </Td>
      <Td className="w-40 max-md:hidden">
        {metric.value !== null ? (
          <>
            <RangeMark
              value={metric.value}
              low={metric.low}
              high={metric.high}
              baseline={metric.baseline}
              domain={metricDomain(metric.name, values)}
            />
            {metric.low !== null ? (
              <span className="num block text-meta text-ink-3">
                {write(metric, metric.low)} to {write(metric, metric.high)}
              </span>
            ) : null}
          </>
        ) : (
          <span className="text-meta text-ink-3">{metric.reason || "not measured"}</span>
        )}
      </Td>
      <Td n className="font-semibold">
        {write(metric, metric.value)}
      </Td>
      <Td n className="text-ink-2">
        {write(metric, metric.baseline)}
      </Td>
      <Td n className="text-ink-2">
        {write(metric, metric.linear)}
      </Td>
      <Td
        className={cx(
          "whitespace-nowrap max-sm:hidden",
          against?.verdict === "better"
            ? "text-accent-ink"
            : against?.verdict === "worse"
              ? "text-warn"
              : "text-ink-3",
        )}
      >
        {against ? against.verdict : "–"}
      </Td>
    </Tr>
  );
}
