import { Scroll } from "@/components/ui";
import { cx } from "@/lib/cx";
import { cell, number, percent, significant } from "@/lib/format";

const SHOWN_COLUMNS = 24;

/** Rows with their answers first; shares are drawn, other columns stand as they are. */
export function RowsTable({
  label,
  columns,
  rows,
  answers,
}: {
  label: string;
  columns: readonly string[];
  rows: readonly (readonly unknown[])[];
  /** Names of the columns that the model wrote. */
  answers: readonly string[];
}) {
  const places = new Map(columns.map((name, place) => [name, place]));
  const isEmpty = (name: string) => rows.every((row) => isBlank(row[places.get(name) ?? -1]));
  const first = answers.filter((name) => places.has(name) && !isEmpty(name));
  const rest = columns.filter((name) => !answers.includes(name));
  const numeric = new Set(columns.filter((name) => isNumeric(rows, places.get(name) ?? -1)));
  const shown = [...first, ...rest].slice(0, SHOWN_COLUMNS);
  const hidden = first.length + rest.length - shown.length;
  return (
    <>
      <Scroll label={label} className="max-h-[460px] overflow-y-auto border-t border-line">
        <table className="num w-full border-separate border-spacing-0 text-table">
          <thead>
            <tr>
              <th scope="col" className={cx(HEAD, "text-right")}>
                Row
              </th>
              {shown.map((name) => (
                <th
                  key={name}
                  scope="col"
                  title={name}
                  className={cx(
                    HEAD,
                    "max-w-44 truncate font-mono",
                    first.includes(name) && "bg-accent-soft",
                  )}
                >
                  <bdi>{name}</bdi>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows of a file have no other key
              <tr key={index} className="hover:bg-hover">
                <td className={cx(CELL, "text-right text-ink-3")}>{number(index + 1)}</td>
                {shown.map((name) => (
                  <td
                    key={name}
                    className={cx(
                      CELL,
                      first.includes(name) && "bg-accent-soft/60 font-[550]",
                      numeric.has(name) && !isShare(name) && "text-right",
                    )}
                  >
                    <Value name={name} value={row[places.get(name) ?? -1]} isAnswer={first.includes(name)} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {hidden > 0 ? (
        <p className="card-pad m-0 border-t border-line py-2 text-meta text-ink-3">
          {number(hidden)} more columns are in the files.
        </p>
      ) : null}
    </>
  );
}

const HEAD =
  "sticky top-0 z-[1] border-b border-line bg-surface px-3 py-2 text-left text-meta font-medium whitespace-nowrap text-ink-3";
const CELL = "max-w-52 border-b border-line px-3 py-1.5";

// Columns of probabilities are drawn as bars.
const isShare = (name: string) => name.startsWith("probability");
const isBlank = (value: unknown) => value === null || value === undefined || value === "";

function isNumeric(rows: readonly (readonly unknown[])[], place: number): boolean {
  const known = rows.map((row) => row[place]).filter((value) => !isBlank(value));
  return known.length > 0 && known.every((value) => typeof value === "number");
}

function Value({ name, value, isAnswer }: { name: string; value: unknown; isAnswer: boolean }) {
  if (isBlank(value)) return <span className="font-normal text-ink-3">empty</span>;
  if (isAnswer && typeof value === "number" && isShare(name)) {
    return (
      <span className="flex items-center gap-2 font-normal">
        <span aria-hidden="true" className="h-1.5 w-14 rounded-full bg-line">
          <span className="block h-full rounded-full bg-c1" style={{ width: `${value * 100}%` }} />
        </span>
        {percent(value, 1)}
      </span>
    );
  }
  return (
    <bdi className="block truncate" title={String(value)}>
      {isAnswer && typeof value === "number" ? significant(value, 4) : cell(value)}
    </bdi>
  );
}
