import { linear } from "./scale";

/** A small histogram without axes; decoration beside words that tell the same. */
export function MiniBars({
  counts,
  height = 28,
  color = "var(--mute)",
}: {
  counts: readonly number[];
  height?: number;
  color?: string;
}) {
  const top = Math.max(1, ...counts);
  const gap = Math.min(0.8, 10 / Math.max(1, counts.length));
  const width = (100 + gap) / Math.max(1, counts.length);
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 100 100"
      preserveAspectRatio="none"
      className="block w-full overflow-visible"
      style={{ height }}
    >
      {counts.map((count, index) => {
        const tall = count > 0 ? Math.max(3, (count / top) * 100) : 1.5;
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: bars never move
            key={index}
            x={index * width}
            width={width - gap}
            y={100 - tall}
            height={tall}
            fill={color}
          />
        );
      })}
    </svg>
  );
}

/** One bar split by share; the parts alternate in strength and are named beside it. */
export function ShareBar({
  shares,
  colors,
  height = 8,
}: {
  shares: readonly number[];
  colors?: readonly string[];
  height?: number;
}) {
  return (
    <div aria-hidden="true" className="flex gap-0.5 overflow-hidden rounded-[4px]" style={{ height }}>
      {shares.map((share, index) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: parts never move
          key={index}
          className="block min-w-px"
          style={{
            flex: `${share} 1 0`,
            background: colors?.[index] ?? "var(--mute)",
            opacity: colors?.[index] ? 1 : Math.max(0.35, 1 - index * 0.18),
          }}
        />
      ))}
    </div>
  );
}

export type HBar = { name: string; value: number; low?: number | null; high?: number | null; text: string };

/** Horizontal bars from zero with thin 95 % whiskers; values under zero go left. */
export function HBars({ bars, color = "var(--c1)", label }: { bars: HBar[]; color?: string; label: string }) {
  const top = Math.max(...bars.map((bar) => Math.max(bar.value, bar.high ?? bar.value)), 1e-12);
  const scale = linear([0, top]);
  const at = (value: number) => Math.min(100, Math.max(0, scale(value)));
  return (
    <ul aria-label={label} className="m-0 list-none p-0">
      {bars.map((bar) => (
        <li
          key={bar.name}
          className="grid grid-cols-[minmax(76px,34%)_minmax(0,1fr)_auto] items-center gap-2.5 py-[3.5px] text-table"
        >
          <span className="truncate font-mono text-[0.93em]" title={bar.name}>
            <bdi>{bar.name}</bdi>
          </span>
          <span aria-hidden="true" className="relative h-2.5">
            <span
              className="absolute inset-y-0 left-0 min-w-px rounded-r-[3px]"
              style={{ width: `${at(bar.value)}%`, background: color }}
            />
            {bar.low !== undefined && bar.low !== null && bar.high !== undefined && bar.high !== null ? (
              <span
                className="absolute top-[4.5px] h-px bg-ink-2 opacity-75"
                style={{ left: `${at(bar.low)}%`, width: `${Math.max(0, at(bar.high) - at(bar.low))}%` }}
              />
            ) : null}
          </span>
          <span className="num min-w-11 text-right text-ink-2">{bar.text}</span>
        </li>
      ))}
    </ul>
  );
}
