import { type Domain, linear } from "./scale";

/** Band = 95 % range, tick = estimate, dashed = baseline; give a column of them one domain. */
export function RangeMark({
  value,
  low,
  high,
  baseline,
  domain,
  color = "var(--c1)",
  alt,
}: {
  value: number;
  low: number | null;
  high: number | null;
  baseline?: number | null;
  domain: Domain;
  color?: string;
  alt?: string;
}) {
  const scale = linear(domain);
  const at = (x: number) => `${Math.min(100, Math.max(0, scale(x)))}%`;
  return (
    <div
      {...(alt ? { role: "img", "aria-label": alt } : { "aria-hidden": true })}
      className="relative h-3.5 min-w-[72px]"
    >
      <span className="absolute inset-x-0 top-[6.5px] h-px bg-grid" />
      {baseline !== null && baseline !== undefined ? (
        <span
          className="absolute inset-y-0 border-l-[1.25px] border-dashed border-c6"
          style={{ left: at(baseline) }}
        />
      ) : null}
      {low !== null && high !== null ? (
        <span
          className="absolute top-1 h-1.5 min-w-1 rounded-full opacity-40"
          style={{ left: at(low), right: `calc(100% - ${at(high)})`, background: color }}
        />
      ) : null}
      <span
        className="absolute top-px -ml-[1.5px] h-3 w-[3px] rounded-full"
        style={{ left: at(value), background: color }}
      />
    </div>
  );
}
