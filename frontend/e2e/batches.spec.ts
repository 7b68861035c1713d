/** Files through a deployed model: fit, answers, history, comparison. */
import { readFileSync } from "node:fs";
import type { Schemas } from "../src/lib/api";
import { call, ended, jobs, train, upload } from "./support/api";
import { csv, drifted, exampleRows, file, without } from "./support/tables";
import { expect, test } from "./support/test";

const rows = without(exampleRows("credit.csv", 0, 1_200), "Status");

async function loans(): Promise<Schemas["JobOut"]> {
  const job = (await jobs("&deployed=true")).find((each) => each.target_column === "Status");
  if (!job) throw new Error("No model of loans is deployed.");
  return job;
}

test("a file is checked, scored, looked at and taken away", { tag: "@quick" }, async ({ page }) => {
  test.setTimeout(120_000);
  const job = await loans();
  await page.goto(`/results/${job.id}`);
  const parts = page.getByRole("navigation", { name: "Parts of this run" });
  await parts.getByRole("link", { name: "Batches", exact: true }).click();
  await expect(page).toHaveURL(`/batch/${job.id}`);
  await page.getByLabel("Table to read").setInputFiles(file("october <b>😀</b>.csv", rows.slice(0, 600)));
  const fit = page.getByRole("region", { name: "Does the file fit?" });
  await expect(fit.getByText("All 13 columns found")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole("region", { name: "First rows", exact: true })).toBeVisible();
  await page.reload(); // the chosen file stands in the address
  await page.getByRole("button", { name: "Score 600 rows" }).click();
  await page.waitForURL(/\/batches\//);
  await expect(page.getByText(/600 rows answered/)).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole("list", { name: "Labels, most frequent first" })).toContainText("good");
  await expect(page.getByRole("region", { name: "Does it look like training?" })).toBeVisible();
  const table = page.getByRole("region", { name: "Rows with their answers" });
  await expect(table.getByRole("columnheader", { name: "prediction", exact: true })).toBeVisible();

  const saved = page.waitForEvent("download");
  await page.getByRole("link", { name: /^Download Results \(CSV\)/ }).click();
  const path = await (await saved).path();
  const [head = "", ...lines] = readFileSync(path, "utf8").replace("\uFEFF", "").trim().split(/\r?\n/);
  const names = head.split(",");
  expect(names).toEqual(expect.arrayContaining(["Seniority", "prediction", "probability", "_error"]));
  expect(lines).toHaveLength(600);
  const seniority = names.indexOf("Seniority");
  expect(lines.map((line) => line.split(",")[seniority])).toEqual(
    rows.slice(0, 600).map((row) => row.Seniority),
  );
});

test("a file that does not fit is told in words and is scored only if one insists", async ({ page }) => {
  test.setTimeout(120_000);
  const job = await loans();
  await page.goto(`/batch/${job.id}`);
  const renamed = rows.slice(0, 80).map(({ Income, ...rest }) => ({ ...rest, Incomes: Income ?? "" }));
  await page.getByLabel("Table to read").setInputFiles(file("renamed.csv", renamed));
  const fit = page.getByRole("region", { name: "Does the file fit?" });
  await expect(fit.getByText("12 of 13 columns found")).toBeVisible({ timeout: 30_000 });
  await expect(fit.getByText("“Income” may be “Incomes” here")).toBeVisible();
  const start = page.getByRole("button", { name: "Score 80 rows" });
  await expect(start).toBeDisabled();
  await page.getByLabel("Go on all the same").check();
  await start.click();
  await page.waitForURL(/\/batches\//);
  await expect(page.getByText(/80 rows answered/)).toBeVisible({ timeout: 60_000 });
});

test("drift is named, with both distributions", async ({ page }) => {
  test.setTimeout(120_000);
  const job = await loans();
  await page.goto(`/batch/${job.id}`);
  await page.getByLabel("Table to read").setInputFiles(file("november.csv", drifted(rows.slice(600))));
  await page.getByRole("button", { name: "Score 600 rows" }).click({ timeout: 30_000 });
  await page.waitForURL(/\/batches\//);
  await expect(page.getByText(/Strong drift: /).first()).toBeVisible({ timeout: 60_000 });
  const report = page.getByRole("region", { name: "Does it look like training?" });
  const columns = report.getByRole("list", { name: "Columns, the most changed first" });
  await columns.getByRole("button", { name: /^Job/ }).click();
  await expect(report.getByText("contract").first()).toBeVisible();
  await columns.getByRole("button", { name: /^Income/ }).click();
  await expect(report.getByRole("img", { name: /^Shares of rows over the values of Income/ })).toBeVisible();
});

test("the history finds, compares and deletes batches", async ({ page }) => {
  const job = await loans();
  await page.goto("/batches");
  await page.getByRole("searchbox", { name: "Search batches" }).fill("renamed");
  await expect(page.getByRole("link", { name: "renamed.csv" })).toBeVisible();
  await expect(page.getByRole("link", { name: "november.csv" })).toBeHidden();
  await page.getByRole("button", { name: "Delete renamed.csv" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete the batch" }).click();
  await expect(page.getByText("No batches match")).toBeVisible();
  const { items } = await call<Schemas["BatchPage"]>("GET", `/predict/${job.id}/batches`);
  expect(items.map((batch) => batch.name)).not.toContain("renamed.csv");

  await page.getByRole("searchbox", { name: "Search batches" }).clear();
  await page.getByRole("checkbox", { name: /^Compare october/ }).check();
  await page.getByRole("checkbox", { name: "Compare november.csv" }).check();
  await page.getByRole("main").getByRole("link", { name: "Compare", exact: true }).click();
  await expect(page).toHaveURL(/\/batches\/compare\?a=/);
  await expect(page.getByRole("heading", { name: "Two batches of one model" })).toBeVisible();
  await expect(page.getByRole("region", { name: "What was said" })).toBeVisible();
});

test("the drift page maps columns over batches and shows one of them in full", async ({ page }) => {
  const job = await loans();
  await page.goto(`/drift/${job.id}`);
  const map = page.getByRole("region", { name: "Drift of columns by batch" });
  await expect(map.getByRole("row", { name: /^Income/ })).toContainText("Strong drift");
  await expect(page.getByRole("img", { name: /^Estimated accuracy over/ })).toBeVisible();
  const batches = page.getByRole("region", { name: "Batches over time" });
  await batches.getByRole("button", { name: /^november/ }).press("Enter");
  await map.getByRole("button", { name: "Income" }).press("Enter");
  const report = page.getByRole("region", { name: "Does it look like training?" });
  await expect(report.getByRole("heading", { name: "Income" })).toBeVisible();
});

test("a validation is set beside the test, a duel is decided, the winner is promoted", async ({ page }) => {
  test.setTimeout(240_000);
  const champion = await loans();
  const known = exampleRows("credit.csv", 3_000, 4_400);
  const some = await upload("a few loans.csv", csv(exampleRows("credit.csv", 0, 400)));
  const challenger = await train(some.id, "Status", { time_budget: 6, quality: "fast", name: "rival" });
  expect((await ended(challenger)).status).toBe("completed");

  await page.goto(`/validate/${champion.id}`);
  await page.getByLabel("Table to read").setInputFiles(file("known by now.csv", known));
  await page.getByRole("button", { name: "Measure on 1,400 rows" }).click({ timeout: 30_000 });
  await page.waitForURL(/\/batches\//);
  const scores = page.getByRole("region", { name: "Scores at the test and now" });
  await expect(scores.getByRole("row", { name: /^ROC AUC/ })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole("region", { name: "Where it fails most" })).toBeVisible();

  await page.goto(`/duel?champion=${champion.id}&challenger=${challenger}`);
  await page.getByRole("button", { name: "Or a table that is already here" }).click();
  await page.getByRole("option", { name: /^known by now/ }).click();
  await page.getByRole("button", { name: "Let both answer 1,400 rows" }).click({ timeout: 30_000 });
  await page.waitForURL(/\/batches\//);
  const duel = page.getByRole("region", { name: "Duel" });
  await expect(duel.getByText("rival")).toBeVisible({ timeout: 60_000 });
  await duel.getByRole("button", { name: "Promote the challenger" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Promote it" }).click();
  await expect(duel.getByText("has taken the champion’s place")).toBeVisible();
  const [one, other] = await Promise.all(
    [champion.id, challenger].map((id) => call<Schemas["JobDetail"]>("GET", `/jobs/${id}`)),
  );
  expect([one?.deployed, other?.deployed]).toEqual([false, true]);
  await call("POST", `/jobs/${champion.id}/deploy`, { deploy: true });
  await call("POST", `/jobs/${challenger}/deploy`, { deploy: false });
});
