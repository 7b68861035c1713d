import { Legend, Numbers, ShareRows, ShareSteps } from "@/components/charts";
import { compact, number, percent, significant } from "@/lib/format";
import { KINDS, type Kind } from "@/lib/tasks";
import type { Change } from "../types";
import { SeverityChip } from "./SeverityChip";

const share = (value: number) => percent(value, value < 0.1 ? 1 : 0);

/** One column then and now: the sentence, both distributions, the tests behind them. */
export function ColumnChange({ change, names }: { change: Change; names: readonly [string, string] }) {
  const name = change.column || "The answers";
  const kind = KINDS[change.kind as Kind];
  const [before, now] = names;
  return (
    <div>
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        <h3 className="break-anywhere m-0 text-body font-semibold">
          <bdi>{name}</bdi>
        </h3>
        <SeverityChip severity={change.severity} />
        {kind ? <span className="text-meta text-ink-3">{kind}</span> : null}
      </div>
      <p className="break-anywhere m-0 mt-1.5 text-ink-2">{change.message}</p>
      {change.shares ? (
        <>
          <Distribution change={change} shares={change.shares} name={name} names={names} />
          <Legend
            items={[
              { label: before, color: "var(--mute)", kind: "square" },
              { label: now, color: "var(--c2)", kind: change.shares.levels ? "square" : "line" },
            ]}
          />
          <Numbers name={`Shares of ${name}`} table={() => tableOf(change.shares, names)} />
        </>
      ) : null}
      <Facts change={change} names={names} />
    </div>
  );
}

type Shares = NonNullable<Change["shares"]>;

function Distribution({
  change,
  shares,
  name,
  names,
}: {
  change: Change;
  shares: Shares;
  name: string;
  names: readonly [string, string];
}) {
  if (shares.levels) {
    return (
      <div className="my-3">
        <ShareRows label={`Shares of ${name}: ${names[0]}, ${names[1]}`} pair={shares} percent={share} />
      </div>
    );
  }
  return (
    <ShareSteps
      pair={shares}
      alt={`Shares of rows over the values of ${name}, ${names[0]} and ${names[1]}. ${change.message}`}
      xLabel="value, in the bins of training"
      format={(edge) => compact(edge)}
      percent={share}
    />
  );
}

function tableOf(shares: Change["shares"], names: readonly [string, string]) {
  const { levels, edges = [], before = [], now = [] } = shares ?? {};
  const nameOf = (place: number) =>
    levels ? (levels[place] ?? "") : place < edges.length ? significant(edges[place]) : "more";
  return {
    head: [levels ? "Value" : "Up to", ...names],
    rows: before.map((value, place) => [nameOf(place), percent(value, 2), percent(now[place], 2)]),
  };
}

function Facts({ change, names }: { change: Change; names: readonly [string, string] }) {
  const { missing, unseen } = change;
  const facts = [
    change.psi === null ? "" : `PSI ${number(change.psi, 2)}`,
    change.test ? `${change.test}, p ${pValue(change.p)} after adjusting for all columns` : "",
    missing.before + missing.now > 0
      ? `missing ${percent(missing.before)} ${names[0]}, ${percent(missing.now)} ${names[1]}`
      : "",
  ].filter(Boolean);
  return (
    <>
      {unseen.levels.length > 0 ? (
        <p className="break-anywhere m-0 mt-2 text-table text-ink-2">
          Not seen before, in {percent(unseen.share)} of rows:{" "}
          {unseen.levels.slice(0, 5).map(([level, count], index) => (
            <span key={level}>
              {index > 0 ? ", " : ""}
              <bdi className="font-[550] text-ink">{level || "(empty)"}</bdi> {number(count)}
            </span>
          ))}
          {unseen.levels.length > 5 ? " and others" : ""}.
        </p>
      ) : null}
      {facts.length > 0 ? <p className="num m-0 mt-2 text-meta text-ink-3">{facts.join(" · ")}</p> : null}
    </>
  );
}

/** `0.031`, `under 0.001`. */
function pValue(p: number): string {
  return p < 0.001 ? "under 0.001" : number(p, 3);
}
