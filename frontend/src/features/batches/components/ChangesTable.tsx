import { type Domain, RangeMark } from "@/components/charts";
import { Card, CardFoot, CardHead, Chip, Scroll, Table, Td, Th, Tr } from "@/components/ui";
import type { Evaluation } from "@/features/jobs";
import { findMetric, write } from "@/features/results";
import { metricLabel, metricTerm, metricValue } from "@/lib/metrics";
import type { MetricChange, Verdict } from "../types";

/** Each score at the test and now, the range of its gap, and whether the gap is more than chance. */
export function ChangesTable({ changes, evaluation }: { changes: MetricChange[]; evaluation: Evaluation }) {
  if (changes.length === 0) return null;
  return (
    <Card label="Then and now" className="overflow-hidden">
      <CardHead title="Then and now" sub="at the test, and on these rows" />
      <Scroll label="Scores at the test and now" className="pt-2">
        <Table>
          <thead>
            <tr>
              <Th>Score</Th>
              <Th n>At the test</Th>
              <Th n>Now</Th>
              <Th n className="max-md:hidden">
                95&nbsp;% range
              </Th>
              <Th className="w-44">Gap: worse ← → better</Th>
              <Th>Against the test</Th>
            </tr>
          </thead>
          <tbody>
            {changes.map((change) => {
              const metric = findMetric(evaluation, change.name);
              const text = (value: number | null | undefined) =>
                metric ? write(metric, value) : metricValue(change.name, value);
              return (
                <Tr key={change.name}>
                  <Td className="font-[550]">
                    <span title={metricTerm(change.name)}>{metric?.label ?? metricLabel(change.name)}</span>
                  </Td>
                  <Td n className="text-ink-2">
                    {text(change.before)}
                  </Td>
                  <Td n className="font-semibold">
                    {text(change.now)}
                  </Td>
                  <Td n className="text-ink-2 max-md:hidden">
                    {metric?.low == null ? "–" : `${text(metric.low)} to ${text(metric.high)}`}
                  </Td>
                  <Td>
                    {change.gap === null ? null : (
                      <RangeMark
                        value={change.gap}
                        low={change.gap_low}
                        high={change.gap_high}
                        baseline={0}
                        domain={domainOf(change)}
                        color={change.verdict === "worse" ? "var(--c2)" : "var(--c1)"}
                      />
                    )}
                  </Td>
                  <Td>
                    <VerdictChip verdict={change.verdict} />
                  </Td>
                </Tr>
              );
            })}
          </tbody>
        </Table>
      </Scroll>
      <CardFoot className="text-meta">
        The dashed line is no gap. Each row has its own scale; a band that touches the line is no real
        difference.
      </CardFoot>
    </Card>
  );
}

export function VerdictChip({ verdict }: { verdict: Verdict }) {
  if (verdict === "worse") return <Chip tone="warn">worse</Chip>;
  if (verdict === "better") return <Chip tone="accent">better</Chip>;
  return <span className="text-meta text-ink-2">{verdict || "no range"}</span>;
}

// Zero stands in the middle, so that the side tells the direction down the whole column.
function domainOf({ gap, gap_low, gap_high }: MetricChange): Domain {
  const most = Math.max(...[gap, gap_low, gap_high].map((value) => Math.abs(value ?? 0))) * 1.1 || 1;
  return [-most, most];
}
