import { Legend, Numbers } from "@/components/charts";
import { Card, CardBody, CardHead, Skeleton } from "@/components/ui";
import { significant } from "@/lib/format";
import type { Contract, Contribution, Explanation } from "@/lib/model";
import { effectText, figureText, valueText } from "../lib/whatif";

const SHOWN = 8;

/** How each column moved the answer, from a typical row to this one. */
export function WhyCard({
  explanation,
  contract,
  busy,
}: {
  explanation: Explanation | null | undefined;
  contract: Contract;
  busy: boolean;
}) {
  const unit = contract.task === "regression" ? contract.unit || contract.target : "points";
  const of =
    contract.task === "regression" ? "" : ` of the chance of “${explanation?.output || contract.positive}”`;
  return (
    <Card label="Why">
      <CardHead
        title="Why"
        sub={
          <>
            {unit} added to or taken from a typical row<bdi>{of}</bdi>
          </>
        }
        actions={
          <Legend
            items={[
              { label: "raises", color: "var(--c2)", kind: "square" },
              { label: "lowers", color: "var(--c1)", kind: "square" },
            ]}
          />
        }
      />
      <CardBody className={busy ? "opacity-70 transition-opacity" : "transition-opacity"}>
        {explanation ? (
          <Waterfall explanation={explanation} contract={contract} />
        ) : explanation === null ? (
          <p className="m-0 text-ink-2">
            {contract.inputs.length > 300
              ? "There are too many columns to work this out on the device; the server can."
              : "This model file holds no typical rows to compare with."}
          </p>
        ) : (
          <Skeleton className="h-56" />
        )}
      </CardBody>
    </Card>
  );
}

type Line = { name: string; value: string; from: number; to: number };

function Waterfall({ explanation, contract }: { explanation: Explanation; contract: Contract }) {
  const lines = linesOf(explanation.contributions, explanation.base, contract);
  const low = Math.min(explanation.base, ...lines.map((line) => Math.min(line.from, line.to)));
  const high = Math.max(explanation.base, ...lines.map((line) => Math.max(line.from, line.to)));
  const at = (x: number) => ((x - low) / (high - low || 1)) * 100;
  const tick = (x: number) => (
    <span className="relative h-4">
      <span className="absolute inset-y-0 border-l-2 border-ink" style={{ left: `${at(x)}%` }} />
    </span>
  );
  const grid = "grid grid-cols-[minmax(88px,38%)_minmax(0,1fr)_56px] items-center gap-3 py-[4.5px]";
  return (
    <>
      <ul aria-label="Contributions, largest first" className="m-0 list-none p-0 text-table">
        <li className={`${grid} text-ink-3`}>
          <span>typical row</span>
          {tick(explanation.base)}
          <span className="num text-right">{figureText(explanation.base, contract.task)}</span>
        </li>
        {lines.map((line) => (
          <li key={line.name} className={grid}>
            <span className="truncate" title={`${line.name} ${line.value}`}>
              <bdi className="font-mono text-[0.93em]">{line.name}</bdi>{" "}
              <bdi className="text-ink-3">{line.value}</bdi>
            </span>
            <span aria-hidden="true" className="relative h-3">
              <span
                className="absolute inset-y-0 min-w-px rounded-[2px]"
                style={{
                  left: `${at(Math.min(line.from, line.to))}%`,
                  width: `${Math.abs(at(line.to) - at(line.from))}%`,
                  background: line.to >= line.from ? "var(--c2)" : "var(--c1)",
                }}
              />
            </span>
            <span className="num text-right">{effectText(line.to - line.from, contract.task)}</span>
          </li>
        ))}
        <li className={`${grid} mt-1 border-t border-line pt-2 font-semibold`}>
          <span>this row</span>
          {tick(explanation.value)}
          <span className="num text-right">{figureText(explanation.value, contract.task)}</span>
        </li>
      </ul>
      <p className="m-0 mt-3 text-meta text-ink-3">
        Shapley values over {explanation.n_background} typical rows, from the same model file. They say what
        moves the model, not what causes the outcome.
      </p>
      <Numbers
        name="Contributions"
        table={() => ({
          head: ["Column", "Value", "Contribution", "± standard error"],
          rows: explanation.contributions.map((item) => [
            item.column,
            valueText(contract, item.column, item.value),
            effectText(item.contribution, contract.task),
            item.standard_error === null
              ? "–"
              : significant(item.standard_error * (contract.task === "regression" ? 1 : 100), 2),
          ]),
        })}
      />
    </>
  );
}

function linesOf(contributions: readonly Contribution[], base: number, contract: Contract): Line[] {
  let at = base;
  const line = (name: string, value: string, effect: number) => {
    const from = at;
    at += effect;
    return { name, value, from, to: at };
  };
  const rest = contributions.slice(SHOWN);
  const lines = contributions
    .slice(0, SHOWN)
    .map((item) => line(item.column, valueText(contract, item.column, item.value), item.contribution));
  if (rest.length === 0) return lines;
  return [
    ...lines,
    line(
      rest.length === 1 ? "1 other" : `${rest.length} others`,
      "",
      rest.reduce((sum, item) => sum + item.contribution, 0),
    ),
  ];
}
