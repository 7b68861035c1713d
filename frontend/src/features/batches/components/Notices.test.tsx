import { render, screen, within } from "@testing-library/react";
import { expect, it } from "vitest";
import type { Schemas } from "@/lib/api";
import { Notices } from "./Notices";

const notice = (severity: Schemas["NoticeOut"]["severity"], file: string): Schemas["NoticeOut"] => ({
  code: "learnt-from-all-rows",
  severity,
  message: `The model has learnt from every row of ${file}; on them it looks better than it is.`,
  column: "",
  remedy: "Use rows that the model has not seen.",
  action: "",
  facts: null,
});

it("says what flatters a model, as a warning where the rows are its own", () => {
  render(<Notices notices={[notice("warning", "this very file"), notice("info", "its training file")]} />);
  const points = screen.getAllByRole("listitem").map((point) => within(point));
  expect(points[0]?.getByRole("img", { name: "Warning" })).toBeInTheDocument();
  expect(points[0]?.getByText(/this very file/)).toBeVisible();
  expect(points[1]?.getByRole("img", { name: "Note" })).toBeInTheDocument();
  expect(points[1]?.getByText("Use rows that the model has not seen.")).toBeVisible();
});
