import { render, screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import type { JobDetail } from "@/features/jobs";
import { LeftOut } from "./LeftOut";

const message = "Once it was measured, the model also learnt from the 178 test rows.";
const remedy = "To keep the model that was measured, let the final model learn from training rows alone.";

vi.mock("../queries", () => ({
  useMetadata: () => ({
    data: { dropped: [], notices: [{ code: "learnt-from-test-rows", severity: "info", message, remedy }] },
  }),
}));

it("says that the model has learnt from the test rows, and how to get the one that was measured", () => {
  render(<LeftOut job={{ id: "j", dataset_id: "d" } as JobDetail} />);
  expect(screen.getByText(message)).toBeVisible();
  expect(screen.getByText(remedy)).toBeVisible();
});
