import { type Domain, extent, Legend, Mark, Numbers, nice, Plot, path } from "@/components/charts";
import { Card, CardBody, CardHead } from "@/components/ui";
import { moment, percent, plural } from "@/lib/format";
import { accuracyText } from "../lib/history";
import type { DriftHistory } from "../types";

const share = (value: number) => percent(value, 0);

/** Accuracy without labels, batch by batch, beside that of the test. */
export function AccuracyChart({ history }: { history: DriftHistory }) {
  const points = history.points.filter((point) => point.accuracy !== null);
  const test = history.test_accuracy ?? null;
  if (points.length === 0) return null;
  const values = points.flatMap((point) => [point.accuracy, point.accuracy_low, point.accuracy_high]);
  const [low, high] = extent([...values, test]);
  const y: Domain = nice([Math.max(0, low - 0.02), Math.min(1, high + 0.02)], 4);
  const last = points.at(-1);
  const end = Math.max(1, points.length - 1);
  const ticks = points.length > 1 ? [0, end] : [0];
  return (
    <Card label="Accuracy, estimated">
      <CardHead title="Accuracy, estimated" sub="without true answers" />
      <CardBody>
        <Plot
          height={150}
          alt={`Estimated accuracy over ${plural(points.length, "batch", "batches")}; the latest is ${last ? accuracyText(last, test) : "unknown"}.`}
          x={{
            domain: [points.length > 1 ? 0 : -1, end],
            ticks,
            label: "",
            format: (place) => moment(points[place]?.created_at ?? ""),
          }}
          y={{ domain: y, label: "right answers", format: share }}
        >
          {({ x, y: toY }) => (
            <>
              {test === null ? null : (
                <line className="mark-reference" x1="0" x2="100" y1={toY(test)} y2={toY(test)} />
              )}
              {points.map((point, place) =>
                point.accuracy_low === null || point.accuracy_high === null ? null : (
                  <line
                    key={point.batch_id}
                    x1={x(place)}
                    x2={x(place)}
                    y1={toY(point.accuracy_low)}
                    y2={toY(point.accuracy_high)}
                    stroke="var(--c1)"
                    strokeWidth="1.25"
                    opacity="0.65"
                  />
                ),
              )}
              <path
                className="mark-line"
                stroke="var(--c1)"
                d={path(points.map((point, place) => [x(place), toY(point.accuracy ?? 0)] as const))}
              />
              {points.map((point, place) => (
                <Mark
                  key={point.batch_id}
                  x={x(place)}
                  y={toY(point.accuracy ?? 0)}
                  size={place === points.length - 1 ? 9 : 6}
                  color="var(--c1)"
                />
              ))}
            </>
          )}
        </Plot>
        <Legend
          items={[
            { label: "estimate, 95 % range", color: "var(--c1)" },
            ...(test === null ? [] : [{ label: "at the test", color: "var(--c6)", kind: "dash" as const }]),
          ]}
        />
        <p className="m-0 mt-2 text-table text-ink-2">
          Worked out from the model’s own probabilities. It fails where the same inputs begin to mean another
          answer; only true answers show that.
        </p>
        <Numbers
          name="Estimated accuracy"
          table={() => ({
            head: ["Batch", "When", "Estimate"],
            rows: points.map((point) => [point.name, moment(point.created_at), accuracyText(point, null)]),
          })}
        />
      </CardBody>
    </Card>
  );
}
