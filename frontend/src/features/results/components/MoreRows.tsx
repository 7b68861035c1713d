import { extent, Mark, Numbers, nice, Plot, path } from "@/components/charts";
import { Card, CardBody, CardHead } from "@/components/ui";
import type { Evaluation } from "@/features/jobs";
import { number, significant } from "@/lib/format";

/** What the loss did with more rows, and what twice as many would do. */
export function MoreRows({ evaluation }: { evaluation: Evaluation }) {
  const curve = evaluation.learning_curve;
  if (!curve?.points.length) return null;
  const last = Math.max(...curve.points.map((point) => point.n_rows));
  return (
    <Card label="Would more rows help?">
      <CardHead title="Would more rows help?" sub={`${curve.model}, cross-validated`} />
      <CardBody>
        <Plot
          alt={`${curve.label} after learning from ${curve.points.map((point) => number(point.n_rows)).join(", ")} rows. ${curve.sentence}`}
          height={160}
          x={{
            domain: [0, last * 1.1],
            ticks: curve.points.map((point) => point.n_rows),
            label: "training rows",
            format: number,
          }}
          y={{
            domain: nice(extent(curve.points.map((point) => point.value))),
            label: curve.label,
            format: significant,
          }}
        >
          {({ x, y }) => (
            <>
              <path
                d={path(curve.points.map((point) => [x(point.n_rows), y(point.value)] as const))}
                fill="none"
                stroke="var(--c1)"
                strokeWidth="1.75"
              />
              {curve.points.map((point) => (
                <Mark key={point.n_rows} x={x(point.n_rows)} y={y(point.value)} size={8} color="var(--c1)" />
              ))}
            </>
          )}
        </Plot>
        <p className="m-0 text-table text-ink-2">{curve.sentence}</p>
        <Numbers
          name="Learning curve"
          table={() => ({
            head: ["Training rows", curve.label],
            rows: curve.points.map((point) => [number(point.n_rows), significant(point.value)]),
          })}
        />
      </CardBody>
    </Card>
  );
}
