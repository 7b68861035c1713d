/** From a sample table to a prediction, as a person does it; a run that fails, and one that is cancelled. */
import type { Page } from "@playwright/test";
import { call, ended, jobs, train, upload } from "./support/api";
import { expect, test } from "./support/test";

const JOURNEYS = [
  { kind: "binary", sample: "Loans", verdict: /ranks a/i, answer: /Chance that Status is/ },
  { kind: "multi-class", sample: "Computing jobs", verdict: /.+/, answer: /What class is/ },
  {
    kind: "regression",
    sample: "Flights from New York",
    verdict: /Half of the estimates/i,
    answer: /Estimate of arr_delay/,
  },
];

/** Clicks on the way, since the promise is fewer than ten. */
function clicker(page: Page) {
  let clicks = 0;
  return {
    click: async (name: RegExp | string, role: "button" | "link" = "button") => {
      clicks += 1;
      await page.getByRole(role, { name }).first().click();
    },
    get count() {
      return clicks;
    },
  };
}

for (const { kind, sample, verdict, answer } of JOURNEYS) {
  test(`a ${kind} sample: configured, trained, deployed, predicted`, async ({ page }) => {
    test.setTimeout(240_000);
    const way = clicker(page);
    await page.goto("/");
    await way.click(new RegExp(sample));
    await expect(page).toHaveURL(/\/configure\//);
    await expect(page.getByText(/^Detected:/)).toBeVisible();
    // Thirty seconds are offered as the quick look; the radio itself is behind its card.
    await page.getByText("Quick", { exact: true }).click();
    await way.click("Start training");
    await expect(page).toHaveURL(/\/training\//);
    await expect(page).toHaveURL(/\/results\//, { timeout: 150_000 });
    await expect(page.getByText(verdict).first()).toBeVisible();
    await way.click("Deploy this model");
    await expect(page.getByRole("button", { name: "Undeploy" })).toBeVisible();
    await way.click("Try it", "link");
    await expect(page).toHaveURL(/\/playground\//);
    await expect(page.getByRole("heading", { name: answer })).toBeVisible();
    await expect(page.getByText("Answered by the server")).toBeVisible();
    expect(way.count + 1).toBeLessThan(10);
  });
}

test("a run that was ended says so, with the way on", async ({ page }) => {
  const rows = Array.from({ length: 60 }, (_, row) => `${row % 7},${row % 2 ? "x" : "y"},${row}`).join("\n");
  const dataset = await upload("ended.csv", `a,b,c\n${rows}\n`);
  const id = await train(dataset.id, "b", {
    time_budget: 5,
    name: "will be ended",
    keep: ["c"],
    drop: ["a"],
  });
  await call("POST", `/jobs/${id}/cancel`, {});
  const job = await ended(id);
  expect(job.status).toBe("cancelled");
  await page.goto(`/training/${id}`);
  await expect(page.getByText("Stopped before a model was kept.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Train again" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Change settings" })).toHaveAttribute(
    "href",
    /\/configure\/.*from=/,
  );
});

test("a training is cancelled from its page", async ({ page }) => {
  test.setTimeout(120_000);
  const done = await jobs("&status=completed");
  const dataset = done[0]?.dataset_id ?? "";
  const id = await train(dataset, done[0]?.target_column ?? "", {
    time_budget: 60,
    name: "will be cancelled",
  });
  await page.goto(`/training/${id}`);
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Cancel, keep nothing" }).click();
  await expect(page.getByText("Stopped before a model was kept.")).toBeVisible({ timeout: 60_000 });
  expect((await ended(id)).status).toBe("cancelled");
});
