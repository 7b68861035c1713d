import { Plot } from "./Plot";

export type SharePair = {
  /** Names of the levels, or the edges between the bins (one fewer than bins). */
  levels?: readonly string[];
  edges?: readonly number[];
  before: readonly number[];
  now: readonly number[];
};

/** Two distributions over the same bins of a number: before as grey ground, now as a line. */
export function ShareSteps({
  pair,
  alt,
  xLabel,
  height = 200,
  format,
  percent,
}: {
  pair: SharePair;
  alt: string;
  xLabel: string;
  height?: number;
  format: (edge: number) => string;
  percent: (share: number) => string;
}) {
  const edges = pair.edges ?? [];
  const n = pair.before.length;
  const top = Math.max(0.01, ...pair.before, ...pair.now);
  const every = Math.max(1, Math.ceil(edges.length / 5));
  const ticks = edges.map((_, index) => index + 1).filter((place) => (place - 1) % every === 0);
  return (
    <Plot
      height={height}
      alt={alt}
      x={{ domain: [0, n], label: xLabel, ticks, format: (place) => format(edges[place - 1] ?? 0) }}
      y={{ domain: [0, top], label: "share of rows", format: percent }}
    >
      {({ x, y }) => (
        <>
          {pair.before.map((share, bin) => (
            <rect
              // biome-ignore lint/suspicious/noArrayIndexKey: bins never move
              key={bin}
              x={x(bin) + 0.15}
              width={Math.max(0, x(1) - x(0) - 0.3)}
              y={y(share)}
              height={100 - y(share)}
              fill="var(--mute)"
            />
          ))}
          <path
            className="mark-line"
            stroke="var(--c2)"
            d={pair.now.map((share, bin) => `${bin === 0 ? "M0 " : "V"}${y(share)}H${x(bin + 1)}`).join("")}
          />
        </>
      )}
    </Plot>
  );
}

/** Two shares for each level, one bar under the other. */
export function ShareRows({
  pair,
  label,
  percent,
}: {
  pair: SharePair;
  label: string;
  percent: (share: number) => string;
}) {
  const top = Math.max(0.01, ...pair.before, ...pair.now);
  const at = (share: number) => `${(share / top) * 100}%`;
  return (
    <ul aria-label={label} className="m-0 list-none p-0 text-table">
      {(pair.levels ?? []).map((level, index) => (
        <li
          key={level}
          className="grid grid-cols-[minmax(64px,34%)_minmax(0,1fr)_auto] items-center gap-2.5 py-[3px]"
        >
          <bdi className="truncate" title={level}>
            {level}
          </bdi>
          <span aria-hidden="true" className="block space-y-0.5">
            <span
              className="block h-1.5 min-w-px rounded-r-[2px] bg-mute"
              style={{ width: at(pair.before[index] ?? 0) }}
            />
            <span
              className="block h-1.5 min-w-px rounded-r-[2px] bg-c2"
              style={{ width: at(pair.now[index] ?? 0) }}
            />
          </span>
          <span className="num min-w-28 text-right whitespace-nowrap text-ink-2">
            <span className="text-ink-3">{percent(pair.before[index] ?? 0)} →</span>{" "}
            {percent(pair.now[index] ?? 0)}
          </span>
        </li>
      ))}
    </ul>
  );
}
