import { HBars, Legend, Numbers, ShareSteps } from "@/components/charts";
import { Card, CardBody, CardHead } from "@/components/ui";
import { compact, number, percent, plural, significant } from "@/lib/format";
import type { BatchDetail, Summary } from "../queries";

const SHOWN = 10; // labels

/** How the answers spread: labels by how often they were said, and the histogram behind them. */
export function Answers({ batch, summary }: { batch: BatchDetail; summary: Summary }) {
  const { labels, histogram } = summary;
  const isNumber = labels.length === 0;
  const wrong = batch.result?.n_errors ?? 0;
  const facts = [
    plural(summary.n_rows - wrong, "answer"),
    wrong > 0 ? plural(wrong, "row without one", "rows without one") : "",
  ].filter(Boolean);
  return (
    <Card label="What it says">
      <CardHead title="What it says" sub={facts.join(" · ")} />
      <CardBody className={isNumber || !histogram ? "" : "grid gap-x-8 gap-y-5 md:grid-cols-2"}>
        {isNumber ? (
          <p className="num m-0 text-ink-2">{significant(batch.result?.mean, 4)} on average</p>
        ) : (
          <div className="min-w-0">
            <HBars
              label="Labels, most frequent first"
              bars={labels.slice(0, SHOWN).map((item) => ({
                name: item.label,
                value: item.share,
                text: percent(item.share, item.share < 0.1 ? 1 : 0),
              }))}
            />
            {labels.length > SHOWN ? (
              <p className="m-0 mt-1 text-meta text-ink-3">
                {plural(labels.length - SHOWN, "more label")} in the numbers.
              </p>
            ) : null}
            <Numbers
              name="Labels"
              table={() => ({
                head: ["Label", "Rows", "Share"],
                rows: labels
                  .slice(0, 500)
                  .map((item) => [item.label, number(item.n), percent(item.share, 2)]),
              })}
            />
          </div>
        )}
        {histogram ? <Spread histogram={histogram} isShare={!isNumber} /> : null}
      </CardBody>
    </Card>
  );
}

type Histogram = NonNullable<Summary["histogram"]>;

function Spread({ histogram, isShare }: { histogram: Histogram; isShare: boolean }) {
  const { edges, training, batch, label } = histogram;
  const write = (value: number) => (isShare ? percent(value, value < 0.1 ? 1 : 0) : compact(value));
  const gaps = batch.map((share, bin) => share - (training[bin] ?? 0));
  const most = gaps.indexOf(Math.max(...gaps));
  const where = most < edges.length ? `up to ${write(edges[most] ?? 0)}` : `over ${write(edges.at(-1) ?? 0)}`;
  return (
    <div className="min-w-0">
      <ShareSteps
        pair={{ edges, before: training, now: batch }}
        height={150}
        alt={`${label}, in the bins of the test rows: most gained by the bin ${where}, ${percent(batch[most])} of rows against ${percent(training[most])}.`}
        xLabel={label}
        format={write}
        percent={(share) => percent(share, share < 0.1 ? 1 : 0)}
      />
      <Legend
        items={[
          { label: "at the test", color: "var(--mute)", kind: "square" },
          { label: "in this batch", color: "var(--c2)" },
        ]}
      />
      <Numbers
        name={label}
        table={() => ({
          head: ["Up to", "At the test", "In this batch"],
          rows: batch.map((share, bin) => [
            bin < edges.length ? write(edges[bin] ?? 0) : "more",
            percent(training[bin], 2),
            percent(share, 2),
          ]),
        })}
      />
    </div>
  );
}
