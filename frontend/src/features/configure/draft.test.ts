import { describe, expect, it } from "vitest";
import type { DatasetDetail, Notice, Target } from "@/features/datasets";
import type { JobDetail } from "@/features/jobs";
import { bodyOf, changed, draftOf, emptyDraft, obstacle } from "./draft";
import { fixOf, noticesFor } from "./notices";

const notice = (change: Partial<Notice>): Notice => ({
  code: "c",
  severity: "info",
  message: "m",
  column: "",
  remedy: "",
  action: "",
  facts: null,
  ...change,
});
const dataset = (notices: Notice[]) =>
  ({ columns: [{ name: "y" }, { name: "id" }, { name: "sold" }], notices }) as DatasetDetail;

describe("the settings of a run", () => {
  it("forget what depended on the target when it changes", () => {
    const draft = {
      ...emptyDraft("y"),
      task: "binary" as const,
      metric: "f1" as const,
      drop: ["id", "sold"],
    };
    expect(changed(draft, { target: "id" })).toMatchObject({
      target: "id",
      task: null,
      metric: null,
      drop: ["sold"],
    });
    expect(changed(draft, { target: "y" })).toMatchObject({ task: "binary", metric: "f1" });
  });

  it("use a column in one way at a time", () => {
    const dropped = changed(emptyDraft("y"), { type: "drop", column: "id" });
    const kept = changed(dropped, { type: "keep", column: "id" });
    expect(kept).toMatchObject({ drop: [], keep: ["id"] });
    expect(changed(kept, { type: "neither", column: "id" })).toMatchObject({ drop: [], keep: [] });
  });

  it("say what keeps them from being sent", () => {
    expect(obstacle(emptyDraft(""))).toMatch(/column to predict/);
    expect(obstacle({ ...emptyDraft("y"), splitBy: "time" })).toMatch(/date column/);
    expect(obstacle(emptyDraft("y"))).toBe("");
  });

  it("keep the engine, and give AutoGluon time", () => {
    const draft = { ...emptyDraft("y"), engine: "autogluon" as const };
    expect(bodyOf("d", draft, null).config?.engine).toBe("autogluon");
    expect(obstacle(draft)).toBe("");
    expect(obstacle({ ...draft, budget: 10 })).toMatch(/at least 20 s/);
    expect(bodyOf("d", emptyDraft("y"), null).config?.engine).toBeNull();
  });

  it("carry what the final model learns from, and leave it to the server otherwise", () => {
    expect(bodyOf("d", emptyDraft("y"), null).config?.final_fit).toBeNull();
    const draft = { ...emptyDraft("y"), finalFit: "training" as const };
    expect(bodyOf("d", draft, null).config?.final_fit).toBe("training");
    const job = (final_fit: string) =>
      ({ target_column: "y", config: { split: { by: "auto", column: "" }, final_fit } }) as JobDetail;
    expect(draftOf(job("training")).finalFit).toBe("training");
    expect(draftOf(job("")).finalFit).toBeNull();
  });

  it("send a split column only where the split needs one", () => {
    const draft = { ...emptyDraft("y"), splitColumn: "sold", name: "  " };
    expect(bodyOf("d", draft, null).config?.split?.column).toBeNull();
    expect(bodyOf("d", { ...draft, splitBy: "time" }, null).config?.split?.column).toBe("sold");
    expect(bodyOf("d", draft, null).config?.name).toBeNull();
  });
});

describe("warnings", () => {
  it("come worst first and once, the target's before the table's", () => {
    const target = { notices: [notice({ code: "leak", severity: "error", column: "id" })] } as Target;
    const table = dataset([
      notice({ code: "gaps" }),
      notice({ code: "leak", severity: "error", column: "id" }),
      notice({ code: "constant", severity: "warning", column: "sold" }),
    ]);
    expect(noticesFor(table, target).map((one) => one.code)).toEqual(["leak", "constant", "gaps"]);
  });

  it("offer a fix that can be undone, never for the target or an unknown column", () => {
    const table = dataset([]);
    const draft = emptyDraft("y");
    const fix = fixOf(notice({ action: "drop", column: "id" }), draft, table);
    expect(fix?.isDone).toBe(false);
    const after = changed(draft, fix?.apply ?? {});
    expect(after.drop).toEqual(["id"]);
    expect(changed(after, fix?.undo ?? {}).drop).toEqual([]);
    expect(fixOf(notice({ action: "drop", column: "y" }), draft, table)).toBeNull();
    expect(fixOf(notice({ action: "drop", column: "gone" }), draft, table)).toBeNull();
  });
});
