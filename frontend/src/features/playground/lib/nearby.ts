/** What happened to test rows with a chance like this one. */

type Group = { predicted: number; observed: number; low: number; high: number; n: number };

/** The group of the calibration whose predicted chance is nearest; null if none lies within 10 points. */
export function nearby(calibration: unknown, chance: number): Group | null {
  const data = calibration as
    | Record<"predicted" | "observed" | "low" | "high" | "n", number[]>
    | null
    | undefined;
  if (!data?.predicted?.length) return null;
  let best: Group | null = null;
  for (const [index, predicted] of data.predicted.entries()) {
    if (best && Math.abs(best.predicted - chance) <= Math.abs(predicted - chance)) continue;
    best = {
      predicted,
      observed: data.observed[index] ?? 0,
      low: data.low[index] ?? 0,
      high: data.high[index] ?? 1,
      n: data.n[index] ?? 0,
    };
  }
  return best && Math.abs(best.predicted - chance) <= 0.1 ? best : null;
}
