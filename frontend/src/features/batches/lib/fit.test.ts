import { describe, expect, it } from "vitest";
import type { Check } from "../queries";
import { linesOf, naming } from "./fit";

const check = (change: Partial<Check> = {}): Check =>
  ({
    fits: true,
    n_rows: 100,
    n_checked: 100,
    n_rejected: 0,
    columns: ["a", "b"],
    missing: [],
    extra: [],
    notices: [],
    preview: { columns: [], rows: [], answers: null },
    ...change,
  }) as Check;

const notice = (severity: string, message: string, code = "new-level") => ({
  code,
  severity,
  message,
  column: "a",
  remedy: "",
  action: "",
  facts: null,
});

describe("a contract check in words", () => {
  it("says that all is there", () => {
    expect(linesOf(check(), 2)).toEqual([{ tone: "good", title: "All 2 columns found", text: "" }]);
  });

  it("names what is missing, with the nearest name", () => {
    const [line] = linesOf(check({ missing: [{ name: "Age", closest: "age" }] } as Partial<Check>), 3);
    expect(line?.tone).toBe("bad");
    expect(line?.title).toBe("2 of 3 columns found");
    expect(line?.text).toBe("Missing: Age. “Age” may be “age” here.");
  });

  it("puts errors first and columns that are not used last", () => {
    const lines = linesOf(
      check({
        extra: ["id"],
        n_rejected: 2,
        notices: [notice("warning", "Watch"), notice("error", "Wrong")],
      } as Partial<Check>),
      2,
    );
    expect(lines.map((line) => line.title)).toEqual([
      "Wrong",
      "Watch",
      "2 lines could not be read as rows",
      "All 2 columns found",
      "1 column not used",
    ]);
  });

  it("does not say twice which columns are missing", () => {
    const lines = linesOf(
      check({
        missing: [{ name: "b", closest: null }],
        notices: [notice("error", "Column b is missing.", "absent-column")],
      } as Partial<Check>),
      2,
    );
    expect(lines).toHaveLength(1);
  });
});

it("counts the names that are too many", () => {
  expect(naming(["a", "b"])).toBe("a and b");
  expect(naming(["a", "b", "c", "d", "e", "f", "g", "h"])).toBe("a, b, c, d, e and 3 more");
});
