import { HeatLegend, HeatMap } from "@/components/charts";
import { Card, CardBody, CardHead } from "@/components/ui";
import { number, plural } from "@/lib/format";
import { headsOf, rowsOf, SHOWN } from "../lib/history";
import { LEGEND } from "../lib/severity";
import type { DriftHistory } from "../types";

/** Columns by batches: where and since when rows differ from training. */
export function ColumnMap({
  history,
  inputs,
  chosen,
  onChoose,
}: {
  history: DriftHistory;
  /** The columns that the model takes. */
  inputs: readonly string[];
  chosen: string;
  onChoose: (column: string) => void;
}) {
  const rows = rowsOf(history, inputs);
  const hidden = inputs.length - rows.length;
  const isCut = history.points.length > SHOWN;
  return (
    <Card label="Columns by batch">
      <CardHead title="Columns by batch" sub={isCut ? `the latest ${SHOWN} batches` : "oldest to latest"} />
      <CardBody>
        <HeatMap
          label="Drift of columns by batch"
          heads={headsOf(history.points)}
          nowHead="PSI, most"
          chosen={chosen}
          onChoose={onChoose}
          rows={rows.map((row) => ({
            name: row.name,
            cells: row.cells,
            now: (
              <span className={row.worst > 1 && row.most !== null ? "font-semibold text-ink" : "text-ink-3"}>
                {row.most === null ? "–" : number(row.most, 2)}
              </span>
            ),
          }))}
        />
        <div className="mt-3">
          <HeatLegend steps={LEGEND} />
        </div>
        {hidden > 0 ? (
          <p className="m-0 mt-2 text-meta text-ink-3">
            {plural(hidden, "more column")} with less or no drift.
          </p>
        ) : null}
      </CardBody>
    </Card>
  );
}
