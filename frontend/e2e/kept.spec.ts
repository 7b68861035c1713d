/** Single predictions that are kept: off at first, switched on, searched, taken along, deleted. */
import { readFileSync } from "node:fs";
import type { Schemas } from "../src/lib/api";
import { ask, call, jobs } from "./support/api";
import { exampleRows, without } from "./support/tables";
import { expect, test } from "./support/test";

test("predictions are kept once that is wanted, found again, taken along and deleted", async ({ page }) => {
  const job = (await jobs("&deployed=true")).find((each) => each.target_column === "Status");
  if (!job) throw new Error("No model of loans is deployed.");
  await call("DELETE", `/jobs/${job.id}/monitor`);
  await call("DELETE", `/predict/${job.id}/kept`);
  try {
    await page.goto(`/watch/${job.id}`);
    await page.getByRole("link", { name: "Look at what was kept" }).click();
    await page.waitForURL(`/kept/${job.id}`);
    await expect(page.getByText("Single predictions are not kept")).toBeVisible();
    await expect(page.getByRole("link", { name: "Choose a share and columns" })).toHaveAttribute(
      "href",
      `/watch/${job.id}#keep`,
    );
    await page.getByRole("button", { name: "Keep all from now on" }).click();
    await expect(page.getByText("Nothing was asked yet")).toBeVisible();
    const { log_share } = await call<Schemas["MonitorOut"]>("GET", `/jobs/${job.id}/monitor`);
    expect(log_share).toBe(1);

    const rows = without(exampleRows("credit.csv", 0, 3), "Status").map((row) => ({
      ...row,
      Home: "castle",
    }));
    await expect
      .poll(
        async () => {
          await ask(job.id, rows);
          const { items } = await call<Schemas["KeptPage"]>("GET", `/predict/${job.id}/kept`);
          return items.length;
        },
        { timeout: 15_000 }, // a server looks at most every two seconds whether it has to keep
      )
      .toBeGreaterThan(2);
    await page.reload();
    const table = page.getByRole("region", { name: "Kept predictions, newest first" });
    await expect(table.getByRole("row")).not.toHaveCount(0);
    await expect(table.getByRole("cell", { name: "castle" }).first()).toBeVisible();
    await expect(page.getByText("Every single prediction is kept.")).toBeVisible();

    const search = page.getByRole("searchbox", { name: "Search kept predictions" });
    await search.fill("no such house");
    await expect(page.getByText("No kept prediction matches")).toBeVisible();
    await search.fill("CASTLE");
    await expect(page.getByText(/match(es)?, newest first/)).toBeVisible();
    const waiting = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download what matches" }).click();
    const file = await waiting;
    expect(file.suggestedFilename()).toMatch(/-predictions\.csv$/);
    const lines = readFileSync(await file.path(), "utf-8")
      .trimEnd()
      .split("\n");
    expect(lines[0]).toMatch(/^at,prediction,probability,prediction_low,prediction_high,/);
    expect(lines.slice(1).every((line) => line.includes(",castle,"))).toBe(true);

    await page.getByRole("button", { name: "Delete all" }).click();
    await page.getByRole("button", { name: "Delete them" }).click();
    await expect(page.getByText("Nothing was asked yet")).toBeVisible();
  } finally {
    await call("DELETE", `/jobs/${job.id}/monitor`);
  }
});
