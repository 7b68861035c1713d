import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { emptyDraft } from "../draft";
import { EngineChoice } from "./EngineChoice";

vi.mock("@/features/shell", () => ({
  useSystem: () => ({ data: { engines: ["portfolio", "flaml", "autogluon"] } }),
}));

it("takes back what AutoGluon does not take", async () => {
  const user = userEvent.setup();
  const change = vi.fn();
  render(<EngineChoice draft={{ ...emptyDraft("y"), finalFit: "all", maxModels: 3 }} change={change} />);
  const select = screen.getByRole("combobox", { name: "Engine" });
  await user.selectOptions(select, "FLAML alone");
  expect(change).toHaveBeenLastCalledWith({ engine: "flaml" });
  await user.selectOptions(select, "AutoGluon, a second opinion");
  expect(change).toHaveBeenLastCalledWith({ engine: "autogluon", maxModels: null, finalFit: null });
});
