import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { emptyDraft } from "../draft";
import { FinalFitChoice } from "./FinalFitChoice";

it("learns from all rows unless told otherwise, and says what that means", async () => {
  const user = userEvent.setup();
  const change = vi.fn();
  const { rerender } = render(<FinalFitChoice draft={emptyDraft("y")} change={change} />);
  const select = screen.getByRole("combobox", { name: "Final model" });
  expect(select).toHaveDisplayValue("Learns from all rows");
  expect(select).toHaveAccessibleDescription(/fitted once more/);
  await user.selectOptions(select, "Exactly the model that was measured");
  expect(change).toHaveBeenLastCalledWith({ finalFit: "training" });
  rerender(<FinalFitChoice draft={{ ...emptyDraft("y"), finalFit: "training" }} change={change} />);
  expect(select).toHaveDisplayValue("Exactly the model that was measured");
  expect(select).toHaveAccessibleDescription(/out for good/);
  await user.selectOptions(select, "Learns from all rows");
  expect(change).toHaveBeenLastCalledWith({ finalFit: null });
});

it("is not asked of AutoGluon", () => {
  render(<FinalFitChoice draft={{ ...emptyDraft("y"), engine: "autogluon" }} change={vi.fn()} />);
  expect(screen.queryByRole("combobox")).not.toBeInTheDocument();
});
