import { describe, expect, it } from "vitest";
import type { DatasetDetail, Notice } from "@/features/datasets";
import { changed, emptyDraft } from "./draft";
import { fixOf } from "./notices";

const dataset = { columns: ["y", "a", "b", "c"].map((name) => ({ name })) } as DatasetDetail;

const notice = (more: Partial<Notice>): Notice => ({
  code: "nearly-constant-column",
  message: "",
  severity: "info",
  column: "",
  remedy: "",
  action: "drop",
  facts: { columns: ["a", "b", "y", "gone"] },
  ...more,
});

describe("the fix of a notice about several columns", () => {
  it("leaves them all out, but never the target or unknown ones", () => {
    const draft = { ...emptyDraft("y"), drop: ["c"], keep: ["a"] };
    const fix = fixOf(notice({}), draft, dataset);
    if (!fix) throw new Error("no fix");
    expect(fix.label).toBe("Leave all 2 out");
    expect(fix.isDone).toBe(false);
    const after = changed(draft, fix.apply);
    expect([after.drop, after.keep]).toEqual([["c", "a", "b"], []]);
    expect(fixOf(notice({}), after, dataset)?.isDone).toBe(true);
    expect(changed(after, fix.undo).drop).toEqual(["c"]);
  });

  it("brings back what the program leaves out", () => {
    const draft = emptyDraft("y");
    const fix = fixOf(notice({ action: "keep" }), draft, dataset);
    if (!fix) throw new Error("no fix");
    expect(changed(draft, fix.apply).keep).toEqual(["a", "b"]);
  });

  it("is none where nothing can be set", () => {
    expect(fixOf(notice({ action: "", facts: null }), emptyDraft("y"), dataset)).toBeNull();
  });
});
