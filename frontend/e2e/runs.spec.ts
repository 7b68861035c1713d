/** Runs that fail or are ended, results that are annotated, runs side by side. */
import { call, ended, jobs, train, upload, uploadExample } from "./support/api";
import { expect, test } from "./support/test";

test("a failed run says why and offers what to do", async ({ page }) => {
  const rows = Array.from({ length: 60 }, (_, row) => `1,x,${row % 3 ? "no" : "yes"}`);
  const { id } = await upload("nothing to learn from.csv", `a,b,y\n${rows.join("\n")}\n`);
  const job = await train(id, "y", { time_budget: 5 });
  expect((await ended(job)).status).toBe("failed");
  await page.goto(`/training/${job}`);
  const why = page.getByRole("alert").filter({ hasText: "At least one column besides the target is needed" });
  await expect(why).toBeVisible();
  await expect(why.getByRole("link", { name: "Change settings" })).toHaveAttribute(
    "href",
    new RegExp(`from=${job}`),
  );
  await expect(why.getByRole("button", { name: "Train again" })).toBeEnabled();
  await expect(page.getByRole("log")).toContainText(/\w/);
  await page.goto(`/results/${job}`);
  await expect(page.getByText("This run has no results")).toBeVisible();
  await page.goto(`/playground/${job}`);
  await expect(page.getByText("There is no model to try")).toBeVisible();
});

test("a training is cancelled, told of live, and trained again", async ({ page }) => {
  test.setTimeout(180_000);
  const { id } = await uploadExample("jobs.csv");
  const job = await train(id, "class", { time_budget: 120, name: "to be cancelled" });
  await page.goto(`/training/${job}`);
  await page.getByRole("button", { name: "Cancel" }).click();
  const question = page.getByRole("alertdialog", { name: "Cancel this training?" });
  await expect(question).toBeVisible();
  await question.getByRole("button", { name: "Go on training" }).click();
  await expect(question).toBeHidden();
  await page.getByRole("button", { name: "Cancel" }).click();
  await question.getByRole("button", { name: "Cancel, keep nothing" }).click();
  await expect(page.getByText("Stopped before a model was kept.")).toBeVisible({ timeout: 90_000 });
  expect((await ended(job)).status).toBe("cancelled");
  await page.getByRole("button", { name: "Train again" }).click();
  await expect(page.getByRole("button", { name: "Cancel" })).toBeVisible();
  await page.goto("/settings");
  await call("DELETE", `/jobs/${job}`);
});

test("progress comes through one stream, and through polling where streams do not get through", async ({
  page,
  told,
}) => {
  test.setTimeout(180_000);
  told.allow(/Failed to load resource.*events/);
  const { id } = await uploadExample("jobs.csv");
  for (const isStream of [true, false]) {
    const job = await train(id, "class", { time_budget: 12, name: `followed ${isStream}` });
    let polls = 0;
    const count = (request: { url: () => string }) => {
      if (request.url().endsWith(`/api/jobs/${job}`)) polls += 1;
    };
    page.on("request", count);
    if (!isStream) await page.route("**/events", (route) => route.abort());
    await page.goto(`/training/${job}`);
    await page.waitForURL(/\/results\//, { timeout: 120_000 });
    page.off("request", count);
    if (isStream) expect(polls, "requests beside the stream").toBeLessThanOrEqual(6);
    else expect(polls, "requests without a stream").toBeGreaterThan(6);
    await page.unroute("**/events");
    await page.goto("/settings");
    await call("DELETE", `/jobs/${job}`);
  }
});

test("threshold and costs follow the slider, by keyboard too", async ({ page }) => {
  const [job] = (await jobs("&status=completed")).filter((each) => each.problem_type === "binary");
  await page.goto(`/results/${job?.id}`);
  const card = page.getByRole("region", { name: "Where to draw the line" });
  const slider = card.getByRole("slider");
  await card.getByLabel("A missed case costs").fill("20");
  await card.getByRole("button", { name: "Use the lowest" }).click();
  const lowest = Number(await slider.inputValue());
  await expect(card.getByRole("button", { name: "Use the lowest" })).toBeDisabled();
  await slider.press("ArrowRight");
  expect(Number(await slider.inputValue())).toBeCloseTo(lowest + 0.01, 5);
  await expect(slider).toHaveAttribute("aria-valuetext", /catches \d+/);
  await card.getByText("Show the numbers").first().click();
  await expect(card.getByRole("table").filter({ hasText: "False alarms" })).toBeVisible();
});

test("tags, notes and downloads", async ({ page }) => {
  const [job] = await jobs("&status=completed");
  await page.goto(`/results/${job?.id}`);
  const card = page.getByRole("region", { name: "Tags and notes" });
  await card.getByRole("button", { name: "Add" }).click();
  await card.getByLabel("New tag").fill("<b>q4</b> 😀");
  await card.getByLabel("New tag").press("Enter");
  await expect(card.getByText("<b>q4</b> 😀")).toBeVisible();
  await card.getByLabel("Notes").fill("Ask risk.");
  await card.getByLabel("Notes").blur();
  await expect(card.getByText("Saved", { exact: true })).toBeVisible();
  await page.reload();
  await expect(card.getByLabel("Notes")).toHaveValue("Ask risk.");
  await card.getByRole("button", { name: /Remove the tag/ }).click();
  await expect(card.getByText("<b>q4</b> 😀")).toBeHidden();
  const saved = page.waitForEvent("download");
  await page.getByRole("link", { name: /Download Model \(ONNX\)/ }).click();
  expect((await saved).suggestedFilename()).toMatch(/-model\.onnx$/);
});

test("two runs on the same rows are judged, nonsense is refused unless asked for", async ({ page }) => {
  test.setTimeout(180_000);
  const done = await jobs("&status=completed");
  const binary = done.find((job) => job.problem_type === "binary" && job.name !== "second look");
  const other = done.find((job) => job.problem_type === "multiclass");
  const second = await train(binary?.dataset_id ?? "", binary?.target_column ?? "", {
    time_budget: 6,
    name: "second look",
  });
  expect((await ended(second)).status).toBe("completed");

  await page.goto(`/compare?runs=${binary?.id}`);
  await expect(page.getByText("Pick a second run.")).toBeVisible();
  await page.getByLabel("Add a run").click();
  await page.getByRole("combobox", { name: /Search/ }).fill("second look");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(second));
  await expect(page.getByText(/^Take /)).toBeVisible();
  const scores = page.getByRole("region", { name: "Scores side by side" }).first();
  await expect(scores.getByText("Best").first()).toBeVisible();
  await expect(scores.getByText(/no real difference|worse/).first()).toBeVisible();
  await page.getByLabel("Only differences").check();
  await expect(
    page.getByRole("region", { name: "Settings", exact: true }).getByText("Budget", { exact: true }),
  ).toBeVisible();
  await expect(
    page.getByRole("region", { name: "Settings", exact: true }).getByText("Target", { exact: true }),
  ).toBeHidden();

  await page.goto(`/compare?runs=${binary?.id},${other?.id}`);
  await expect(page.getByText("These runs cannot be compared.")).toBeVisible();
  await expect(scores).toBeHidden();
  await page.getByRole("button", { name: "Show them side by side anyway" }).click();
  await expect(scores).toBeVisible();
  await expect(page.getByText(/^Take /)).toBeHidden();
});

test("a deleted run is told of, beside those that are there", async ({ page, told }) => {
  told.allow(/status of 404/);
  const [job] = await jobs("&status=completed");
  await page.goto(`/compare?runs=${job?.id},00000000-0000-4000-8000-000000000000`);
  await expect(page.getByText("One run cannot be shown.")).toBeVisible();
  await page.getByRole("button", { name: "Leave it out" }).click();
  await expect(page.getByText("One run cannot be shown.")).toBeHidden();
  await page.goto("/results/00000000-0000-4000-8000-000000000000");
  await expect(page.getByText("There is no such run")).toBeVisible();
});
