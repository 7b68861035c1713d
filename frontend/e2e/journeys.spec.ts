/** From a table to a prediction, as people go: a question with two answers, with several, and a number. */
import type { Page } from "@playwright/test";
import { expect, test } from "./support/test";

const JOURNEYS = [
  { sample: "Loans", task: "binary", says: /Chance that Status is “bad”/ },
  { sample: "Computing jobs", task: "multiclass", says: /What class is/ },
  { sample: "Flights from New York City", task: "regression", says: /Estimate of arr_delay/ },
];
const MAX_CLICKS = 9;

for (const { sample, task, says } of JOURNEYS) {
  const isQuick = task === "binary";
  test(`${task}: sample, configure, train, deploy, predict`, { tag: isQuick ? "@quick" : [] }, async ({
    page,
  }) => {
    test.setTimeout(300_000);
    let clicks = 0;
    const press = async (name: string | RegExp, role: "button" | "link" = "button") => {
      clicks += 1;
      await page.getByRole(role, { name }).first().click({ timeout: 120_000 });
    };
    await page.goto("/");
    await press(new RegExp(`^${sample}`));
    await page.waitForURL(/\/configure\//);
    await expect(page.getByRole("button", { name: "Start training" }).first()).toBeEnabled();

    await press("Start training");
    await page.waitForURL(/\/training\//);
    await expect(page.getByText(/left|Starting|Waits/).first()).toBeVisible();
    await expect(page.getByRole("list").filter({ hasText: "Search models" })).toBeVisible();
    await expect(page.getByRole("img", { name: /^Best score so far/ })).toBeVisible({ timeout: 120_000 });

    // Not needed, but nobody should wait a minute for a test.
    await press("Stop, keep best");
    await page.waitForURL(/\/results\//, { timeout: 120_000 });
    await expect(page.getByRole("region", { name: "Scores", exact: true })).toBeVisible();
    await seesEvidence(page, task);

    await press("Deploy this model");
    await expect(page.getByText("Deployed", { exact: true }).first()).toBeVisible();
    await press("Try a prediction", "link");
    await page.waitForURL(/\/playground\//);
    await expect(page.getByRole("heading", { name: says })).toBeVisible();
    await expect(page.getByText("Answered by the server")).toBeVisible();
    await expect(page.getByRole("list", { name: "Contributions, largest first" })).toBeVisible({
      timeout: 60_000,
    });
    expect(clicks, "clicks from the start to the first prediction").toBeLessThanOrEqual(MAX_CLICKS);
  });
}

async function seesEvidence(page: Page, task: string): Promise<void> {
  const cards =
    task === "binary"
      ? [
          "Where to draw the line",
          "ROC curve",
          "Right flags against cases caught",
          "Can you trust the percentages?",
        ]
      : task === "multiclass"
        ? ["What is taken for what", "Can you trust the percentages?"]
        : ["Estimate against truth", "How far off", "Do the ranges hold?", "Where it works less well"];
  const shared = [
    "What matters",
    "Leaderboard",
    "All scores",
    "What we left out, and why",
    "Timeline",
    "Use it",
    "Downloads",
  ];
  for (const name of [...cards, ...shared]) {
    await expect(page.getByRole("region", { name, exact: true }).first()).toBeVisible();
  }
}
