import { describe, expect, it } from "vitest";
import { toFloat, toText, WrongValue } from "./cells";
import type { InputColumn, Kind } from "./contract";

const column = (kind: Kind, more: Partial<InputColumn> = {}): InputColumn => ({
  name: "c",
  kind,
  type: kind === "number" || kind === "integer" ? "float" : "string",
  ...more,
});

describe("numbers", () => {
  it.each([
    ["12.5", 12.5],
    [" −".replace("−", "-3"), -3],
    ["1e3", 1000],
    [".5", 0.5],
    [7, 7],
    [1e300, 3.4028234663852886e38],
  ])("reads %j as %d", (value, expected) => {
    expect(toFloat(value, column("number"))).toBe(expected);
  });

  it.each([null, undefined, "", "NA", " nan ", "None", Number.NaN, Number.POSITIVE_INFINITY])(
    "takes %j for missing",
    (value) => {
      expect(toFloat(value, column("number"))).toBeNaN();
    },
  );

  it.each(["old", "1,5", "1_000", "0x10", "1 2", true])("refuses %j and names the column", (value) => {
    expect(() => toFloat(value, column("number", { name: "Age", min: 0, max: 80 }))).toThrow(
      /Age must be a number/,
    );
  });

  it("takes yes and no where training saw nothing but zeros and ones", () => {
    expect(toFloat(true, column("integer", { min: 0, max: 1 }))).toBe(1);
  });
});

describe("texts", () => {
  it.each(["true", "TRUE", "yes", "1", "1.0", true, 1])("reads %j as true", (value) => {
    expect(toText(value, column("boolean"))).toBe("true");
  });

  it("refuses what is neither yes nor no", () => {
    expect(() => toText("maybe", column("boolean"))).toThrow(WrongValue);
  });

  it("keeps categories as they are, also those that look like nothing", () => {
    expect(toText("NA", column("category"))).toBe("NA");
    expect(toText("<b>x</b> 😀", column("category"))).toBe("<b>x</b> 😀");
    expect(toText(null, column("category"))).toBe("");
  });

  it("writes numbers of a category as training saw them", () => {
    expect(toText(3, column("category", { values: ["3.0", "4.0"] }))).toBe("3.0");
    expect(toText(true, column("category", { values: ["TRUE", "FALSE"] }))).toBe("TRUE");
  });

  it.each([
    ["2014-10-13", "2014-10-13T00:00:00"],
    ["2014-10-13 08:30", "2014-10-13T08:30:00"],
    ["2014-10-13T08:30:00.25", "2014-10-13T08:30:00.250000"],
    ["2014-10-13T08:30:00Z", "2014-10-13T08:30:00"],
    ["2014-10-13T08:30:00+02:00", "2014-10-13T06:30:00"],
    ["2014-01-01T00:30:00-0130", "2014-01-01T02:00:00"],
    ["", ""],
  ])("reads the date %j as %j", (value, expected) => {
    expect(toText(value, column("datetime"))).toBe(expected);
  });

  it.each(["2014-02-30", "2014-13-01", "13.10.2014", "soon", "2014-01-01T25:00"])(
    "refuses the date %j",
    (value) => {
      expect(() => toText(value, column("datetime"))).toThrow(/must be a date/);
    },
  );
});
