/** How numbers, times and sizes are written: real minus signs, no-break spaces, few digits. */

const NBSP = "\u00a0";
const LOCALE = "en-GB";

/** A number with at most `digits` decimals and thousands separators; an en dash where there is none. */
export function number(value: number | null | undefined, digits = 0): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const text = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: digits }).format(value);
  return text.replace("-", "−");
}

/** A number with exactly `digits` decimals. */
export function fixed(value: number | null | undefined, digits: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const text = new Intl.NumberFormat(LOCALE, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
  return (Number(value.toFixed(digits)) === 0 ? text.replace("-", "") : text).replace("-", "−");
}

/** A number with `digits` significant digits, `12,300` or `0.00123`; very long ones as `1.2 M`. */
export function significant(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size >= 1e15 || (size > 0 && size < 1e-6)) return value.toExponential(digits - 1).replace("-", "−");
  const text = new Intl.NumberFormat(LOCALE, { maximumSignificantDigits: digits }).format(value);
  return text.replace("-", "−");
}

/** `540k`, `1.25 M`: for axes and tight places. */
export function compact(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size >= 1e9) return `${significant(value / 1e9, digits)}${NBSP}G`;
  if (size >= 1e6) return `${significant(value / 1e6, digits)}${NBSP}M`;
  if (size >= 1e4) return `${significant(value / 1e3, digits)}k`;
  return significant(value, Math.max(digits, size >= 1000 ? 4 : digits));
}

/** A share (0–1) as `84.4 %`. */
export function percent(share: number | null | undefined, digits = 1): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return "–";
  if (share > 0 && share < 0.5 / 10 ** (digits + 2))
    return `under ${fixed(1 / 10 ** digits, digits)}${NBSP}%`;
  return `${fixed(share * 100, digits)}${NBSP}%`;
}

/** `285 KB`, `2 GB`. */
export function bytes(size: number): string {
  const units = ["bytes", "KB", "MB", "GB", "TB"];
  let step = 0;
  let rest = size;
  while (rest >= 1000 && step < units.length - 1) {
    rest /= 1000;
    step += 1;
  }
  return `${step === 0 ? rest : significant(rest, rest < 10 ? 2 : 3)}${NBSP}${units[step]}`;
}

/** Seconds in words: `0.4 s`, `42 s`, `2 min 04 s`, `1 h 05 min`. */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return "–";
  if (seconds < 10) return `${number(seconds, 1)}${NBSP}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}${NBSP}s`;
  const minutes = Math.floor(whole / 60);
  const rest = whole % 60;
  if (minutes < 60) {
    return rest === 0
      ? `${minutes}${NBSP}min`
      : `${minutes}${NBSP}min${NBSP}${String(rest).padStart(2, "0")}${NBSP}s`;
  }
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0
    ? `${hours}${NBSP}h`
    : `${hours}${NBSP}h${NBSP}${String(minutes % 60).padStart(2, "0")}${NBSP}min`;
}

/** Seconds as on a clock: `2:04`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** `1 row`, `4,454 rows`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}

/** A moment, as short as its distance from `now` allows: `10:47`, `yesterday`, `Tue 18 Nov`, `3 Mar 2025`. */
export function moment(iso: string, now: Date = new Date()): string {
  const then = new Date(iso);
  const days = Math.round((startOfDay(now) - startOfDay(then)) / 86_400_000);
  if (days === 0) return time(then);
  if (days === 1) return "yesterday";
  if (days > 1 && days < 200) {
    return then
      .toLocaleDateString(LOCALE, { weekday: "short", day: "numeric", month: "short" })
      .replace(",", "");
  }
  return then.toLocaleDateString(LOCALE, { day: "numeric", month: "short", year: "numeric" });
}

/** A moment in full and in UTC, for tooltips. */
export function utc(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** A cell of a table as people write it. */
export function cell(value: unknown): string {
  if (value === null || value === undefined || value === "") return "";
  if (typeof value === "number")
    return Number.isInteger(value) && Math.abs(value) < 10_000
      ? String(value).replace("-", "−")
      : significant(value, 6);
  if (typeof value === "boolean") return value ? "yes" : "no";
  return String(value);
}

/** A date of the data (ISO 8601) without a midnight that nobody wrote. */
export function dataDate(iso: string): string {
  return iso.replace(/T00:00:00(\.0+)?$/, "").replace("T", " ");
}

/** `a`, `a and b`, `a, b and c`. */
export function list(items: readonly string[]): string {
  if (items.length < 2) return items.join("");
  return `${items.slice(0, -1).join(", ")} and ${items[items.length - 1]}`;
}

function time(at: Date): string {
  return at.toLocaleTimeString(LOCALE, { hour: "2-digit", minute: "2-digit" });
}

function startOfDay(at: Date): number {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
}
