import { describe, expect, it } from "vitest";
import {
  bytes,
  cell,
  compact,
  duration,
  fixed,
  list,
  moment,
  number,
  percent,
  plural,
  significant,
  utc,
} from "./format";

describe("numbers", () => {
  it("groups thousands and uses a real minus sign", () => {
    expect(number(-1234.6)).toBe("−1,235");
    expect(fixed(-0.0004, 3)).toBe("0.000");
    expect(significant(0.0012345)).toBe("0.00123");
    expect(significant(2.5e-9)).toBe("2.50e−9");
  });

  it("has a dash for what is not there", () => {
    for (const write of [number, significant, compact, percent, duration]) {
      expect(write(null)).toBe("–");
      expect(write(Number.NaN)).toBe("–");
    }
  });

  it("shortens long ones", () => {
    expect(compact(540_000)).toBe("540k");
    expect(compact(1_250_000)).toBe("1.25\u00a0M");
    expect(compact(1234)).toBe("1,234");
  });

  it("never writes a small share as nothing", () => {
    expect(percent(0.844)).toBe("84.4\u00a0%");
    expect(percent(0.00002)).toBe("under 0.1\u00a0%");
    expect(percent(0)).toBe("0.0\u00a0%");
  });
});

describe("sizes and times", () => {
  it("has units", () => {
    expect(bytes(999)).toBe("999\u00a0bytes");
    expect(bytes(284_917)).toBe("285\u00a0KB");
    expect(bytes(2e9)).toBe("2\u00a0GB");
    expect(duration(0.42)).toBe("0.4\u00a0s");
    expect(duration(124)).toBe("2\u00a0min\u00a004\u00a0s");
    expect(duration(3900)).toBe("1\u00a0h\u00a005\u00a0min");
  });

  it("tells a moment as short as its distance allows, and in UTC", () => {
    const now = new Date(2026, 10, 21, 15, 0);
    expect(moment(new Date(2026, 10, 21, 9, 5).toISOString(), now)).toBe("09:05");
    expect(moment(new Date(2026, 10, 20, 23, 59).toISOString(), now)).toBe("yesterday");
    expect(moment(new Date(2026, 10, 17, 1, 0).toISOString(), now)).toBe("Tue 17 Nov");
    expect(utc("2026-11-21T09:05:00.123Z")).toBe("2026-11-21 09:05:00 UTC");
  });
});

describe("words", () => {
  it("counts", () => {
    expect(plural(1, "row")).toBe("1 row");
    expect(plural(4454, "row")).toBe("4,454 rows");
    expect(list(["a", "b", "c"])).toBe("a, b and c");
  });

  it("writes cells as people do", () => {
    expect(cell(2014)).toBe("2014");
    expect(cell(221_900)).toBe("221,900");
    expect(cell(false)).toBe("no");
    expect(cell(null)).toBe("");
  });
});
