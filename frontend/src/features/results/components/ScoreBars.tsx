import { Legend, Numbers, Plot } from "@/components/charts";
import { number, percent } from "@/lib/format";
import type { ScoreHistogram } from "../lib/evidence";

/** Predicted chances by true class, stacked; the dashed line is the threshold. */
export function ScoreBars({
  histogram,
  positive,
  threshold,
}: {
  histogram: ScoreHistogram;
  positive: string;
  threshold: number;
}) {
  const { edges, series } = histogram;
  const ordered = [...series].sort((a, b) => Number(a.name === positive) - Number(b.name === positive));
  const colorOf = (name: string) => (name === positive ? "var(--c2)" : "var(--mute)");
  const totals = (series[0]?.counts ?? []).map((_, bin) =>
    series.reduce((sum, part) => sum + (part.counts[bin] ?? 0), 0),
  );
  const top = Math.max(1, ...totals);
  return (
    <>
      <Plot
        height={84}
        left={32}
        alt={`How the predicted chance of ${positive} is spread over the test rows, by true class.`}
        x={{ domain: [0, 1], label: `predicted chance of ${positive}`, format: (value) => percent(value, 0) }}
        y={{ domain: [0, top], label: "rows", format: (value) => number(value), ticks: [0, top] }}
      >
        {({ x, y }) => (
          <>
            {totals.map((_, bin) => {
              let below = 0;
              const left = x(edges[bin] ?? 0);
              const width = Math.max(0, x(edges[bin + 1] ?? 1) - left) * 0.88;
              return ordered.map((part) => {
                const count = part.counts[bin] ?? 0;
                const from = y(below);
                below += count;
                return count > 0 ? (
                  <rect
                    // biome-ignore lint/suspicious/noArrayIndexKey: bins never move
                    key={`${bin}-${part.name}`}
                    x={left}
                    width={width}
                    y={y(below)}
                    height={from - y(below)}
                    fill={colorOf(part.name)}
                  />
                ) : null;
              });
            })}
            <line
              x1={x(threshold)}
              x2={x(threshold)}
              y1="-4"
              y2="100"
              stroke="var(--ink)"
              strokeWidth="1.5"
              strokeDasharray="3 3"
            />
          </>
        )}
      </Plot>
      <Legend
        items={ordered.map((part) => ({
          label: `really ${part.name}`,
          color: colorOf(part.name),
          kind: "square",
        }))}
      />
      <Numbers
        name="Predicted chances"
        table={() => ({
          head: ["Chance", ...ordered.map((part) => `really ${part.name}`)],
          rows: totals.map((_, bin) => [
            `${percent(edges[bin], 0)} – ${percent(edges[bin + 1], 0)}`,
            ...ordered.map((part) => part.counts[bin] ?? 0),
          ]),
        })}
      />
    </>
  );
}
