/** Numbers to positions on a plot of 100 × 100, and round ticks. */

export type Domain = readonly [number, number];
export type Scale = (value: number) => number;

/** Positions 0–100; `flip` turns the axis for y, where up is more. */
export function linear([from, to]: Domain, flip = false): Scale {
  const span = to - from || 1;
  return (value) => {
    const place = ((value - from) / span) * 100;
    return flip ? 100 - place : place;
  };
}

/** About `count` round numbers inside the domain. */
export function ticks([from, to]: Domain, count = 5): number[] {
  if (!(to > from)) return [from];
  const rough = (to - from) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step =
    [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough * 0.999) ?? rough;
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}

/** The domain widened to round numbers. */
export function nice(domain: Domain, count = 5): Domain {
  const marks = ticks(domain, count);
  const step = marks.length > 1 ? (marks[1] ?? 0) - (marks[0] ?? 0) : domain[1] - domain[0] || 1;
  return [Math.floor(domain[0] / step + 1e-9) * step, Math.ceil(domain[1] / step - 1e-9) * step];
}

/** Smallest and largest of the finite values; [0, 1] where there are none. */
export function extent(values: readonly (number | null | undefined)[]): Domain {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (typeof value !== "number" || !Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low <= high ? [low, high] : [0, 1];
}

/** An SVG path through the points; `step` holds each value until the next point. */
export function path(points: readonly (readonly [number, number])[], step = false): string {
  return points
    .map(([x, y], index) => {
      if (index === 0) return `M${round(x)} ${round(y)}`;
      return step ? `H${round(x)}V${round(y)}` : `L${round(x)} ${round(y)}`;
    })
    .join("");
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
