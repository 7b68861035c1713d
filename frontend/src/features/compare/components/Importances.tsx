import { Numbers, SERIES } from "@/components/charts";
import { Card, CardBody, CardHead, Scroll } from "@/components/ui";
import { percent } from "@/lib/format";
import { namesOf, type Run } from "../lib/compare";
import { importances } from "../lib/settings";

/** What matters to each run: shares of what it loses when columns are shuffled. */
export function Importances({ runs }: { runs: Run[] }) {
  const rows = importances(runs);
  const names = namesOf(runs);
  if (rows.length === 0) return null;
  const top = Math.max(...rows.flatMap((row) => row.shares.map((share) => share ?? 0)), 1e-9);
  return (
    <Card label="What matters to each">
      <CardHead title="What matters to each" sub="share of what is lost if shuffled" />
      <CardBody>
        <Scroll label="What matters to each: table">
          <table className="w-full border-collapse text-table" style={{ minWidth: 90 + runs.length * 96 }}>
            <thead>
              <tr className="text-meta text-ink-3">
                <th scope="col" className="pb-1.5 text-left font-medium">
                  Column
                </th>
                {runs.map((run, place) => (
                  <th
                    key={run.job.id}
                    scope="col"
                    className="max-w-24 truncate pb-1.5 pl-3 text-left font-medium"
                    title={names[place]}
                  >
                    <bdi>{names[place]}</bdi>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.column}>
                  <th
                    scope="row"
                    className="max-w-32 truncate py-1 text-left font-mono text-[0.93em] font-normal"
                    title={row.column}
                  >
                    <bdi>{row.column}</bdi>
                  </th>
                  {row.shares.map((share, place) => (
                    <td key={runs[place]?.job.id} className="py-1 pl-3">
                      {share === null ? (
                        <span className="text-meta text-ink-3">not measured</span>
                      ) : (
                        <span className="grid grid-cols-[minmax(0,1fr)_44px] items-center gap-1.5">
                          <span aria-hidden="true" className="h-2 rounded-r-[3px] bg-sunken">
                            <span
                              className="block h-full min-w-px rounded-r-[3px]"
                              style={{ width: `${(share / top) * 100}%`, background: SERIES[place] }}
                            />
                          </span>
                          <span className="num text-right text-meta text-ink-2">{percent(share, 0)}</span>
                        </span>
                      )}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
        <Numbers
          name="What matters to each"
          table={() => ({
            head: ["Column", ...names],
            rows: importances(runs, 500).map((row) => [
              row.column,
              ...row.shares.map((share) => (share === null ? "–" : percent(share))),
            ]),
          })}
        />
      </CardBody>
    </Card>
  );
}
