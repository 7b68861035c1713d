import { Mark, Numbers, Plot } from "@/components/charts";
import { Card, CardBody, CardHead } from "@/components/ui";
import type { Evaluation } from "@/features/jobs";
import { number, percent } from "@/lib/format";
import type { Calibration as Data } from "../lib/evidence";

const SHARES = [0, 0.25, 0.5, 0.75, 1];
const share = (value: number) => percent(value, 0);

/** Whether the percentages mean what they say. */
export function Calibration({ evaluation }: { evaluation: Evaluation }) {
  const data = evaluation.calibration as Data | null | undefined;
  if (!data?.predicted?.length) return null;
  return (
    <Card label="Can you trust the percentages?">
      <CardHead title="Can you trust the percentages?" />
      <CardBody>
        <Plot
          alt={`Predicted against observed percentages in ${data.predicted.length} groups of like predictions. ${sentence(data)}`}
          x={{ domain: [0, 1], ticks: SHARES, label: "model says", format: share }}
          y={{ domain: [0, 1], ticks: SHARES, label: "really so", format: share }}
        >
          {({ x, y }) => (
            <>
              <line className="mark-reference" x1="0" y1="100" x2="100" y2="0" />
              {data.predicted.map((predicted, index) => (
                <g key={predicted}>
                  <line
                    x1={x(predicted)}
                    x2={x(predicted)}
                    y1={y(data.low[index] ?? 0)}
                    y2={y(data.high[index] ?? 0)}
                    stroke="var(--c1)"
                    strokeWidth="1.25"
                    opacity="0.65"
                  />
                  <Mark x={x(predicted)} y={y(data.observed[index] ?? 0)} size={8} color="var(--c1)" />
                </g>
              ))}
            </>
          )}
        </Plot>
        <p className="m-0 text-table text-ink-2">{sentence(data)} Lines are 95&nbsp;% ranges.</p>
        <Numbers
          name="Calibration"
          table={() => ({
            head: ["Model says", "Really so", "95 % range", "Rows"],
            rows: data.predicted.map((predicted, index) => [
              percent(predicted),
              percent(data.observed[index]),
              `${percent(data.low[index])} – ${percent(data.high[index])}`,
              number(data.n[index]),
            ]),
          })}
        />
      </CardBody>
    </Card>
  );
}

function sentence(data: Data): string {
  const gaps = data.predicted.map((predicted, index) => ({
    predicted,
    observed: data.observed[index] ?? 0,
    isOut: predicted < (data.low[index] ?? 0) || predicted > (data.high[index] ?? 1),
  }));
  const out = gaps.filter((gap) => gap.isOut);
  if (data.ece !== null && typeof data.limit_if_perfect === "number" && data.ece <= data.limit_if_perfect) {
    return `Yes, within the noise: they are off by ${percent(data.ece)} on average, as perfect ones may be on so few rows.`;
  }
  if (out.length === 0) return `Yes, within the noise: off by ${percent(data.ece)} on average.`;
  const worst = out.reduce((a, b) =>
    Math.abs(b.predicted - b.observed) > Math.abs(a.predicted - a.observed) ? b : a,
  );
  return `Not everywhere: where it says ${share(worst.predicted)}, the truth is ${share(worst.observed)}. Off by ${percent(data.ece)} on average.`;
}
