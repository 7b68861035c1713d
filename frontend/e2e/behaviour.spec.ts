/** Deep links, theme, history, hostile names, wide tables: how the pages behave. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { jobs, upload, uploadExample } from "./support/api";
import { ROOT } from "./support/server";
import { expect, test } from "./support/test";

const LONG = 10_000; // runs
const WIDE = 2_000; // columns

test("a deep link draws its page, stays after a reload, and links move without loading anew", async ({
  page,
}) => {
  const dataset = await uploadExample("jobs.csv");
  await page.goto(`/datasets/${dataset.id}`);
  await expect(page.getByRole("heading", { name: "jobs.csv" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("heading", { name: "jobs.csv" })).toBeVisible();
  await page.evaluate(() => Object.assign(window, { kept: true }));
  await page.getByRole("link", { name: "Train on it" }).click();
  await expect(page).toHaveURL(`/configure/${dataset.id}`);
  await expect(page.getByRole("heading", { name: "Choose what to predict" })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("heading", { name: "jobs.csv" })).toBeVisible();
  expect(await page.evaluate(() => "kept" in window), "the document was not loaded again").toBe(true);
});

test("unknown addresses and ids say so", async ({ page, told }) => {
  told.allow(/404|422/);
  const answer = await page.goto("/no/such/page");
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole("heading", { name: "There is no page at this address" })).toBeVisible();
  await page.goto("/datasets/7f3f0a52-4a43-4f0e-9d0f-0f6a3b7f6c11");
  await expect(page.getByRole("heading", { name: "There is no such data set" })).toBeVisible();
  await page.goto("/training/nonsense");
  await expect(page.getByRole("heading", { name: "There is no such run" })).toBeVisible();
});

test("the theme is chosen, kept, and there before the first paint", async ({ page }) => {
  await page.goto("/settings");
  await page.getByRole("radio", { name: "Dark" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.addInitScript(() => {
    new MutationObserver((_, observer) => {
      if (!document.body) return;
      Object.assign(window, { first: document.documentElement.dataset.theme });
      observer.disconnect();
    }).observe(document, { childList: true, subtree: true });
  });
  await page.goto("/datasets");
  await expect(page.getByRole("heading", { name: "Data", exact: true })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});

test("names with markup, emoji and right-to-left text stay text", async ({ page }) => {
  const header = ['"<img src=x onerror=document.title=1>"', "🦊", "المبيعات", "y"];
  const rows = Array.from(
    { length: 80 },
    (_, n) => `${n},"<b>${n % 3}</b>",${n % 5},${n % 2 ? "نعم" : "<i>no</i>"}`,
  );
  const name = "<svg onload=alert(1)> تقرير 😀.csv";
  const dataset = await upload(name, [header.join(","), ...rows].join("\n"));
  page.on("dialog", () => {
    throw new Error("a script of the data ran");
  });
  for (const path of [`/configure/${dataset.id}?target=y`, `/datasets/${dataset.id}`, "/datasets"]) {
    await page.goto(path);
    await expect(page.getByText("تقرير").first()).toBeVisible();
    await page.waitForLoadState("networkidle");
    expect(await page.locator("main img, main svg[onload], main i, main b:has-text('0')").count()).toBe(0);
    expect(await page.title()).not.toBe("1");
  }
});

test(`a table of ${WIDE} columns can be configured`, async ({ page }) => {
  test.setTimeout(120_000);
  const names = Array.from({ length: WIDE }, (_, column) => `c${column}`);
  const row = (n: number) => names.map((_, column) => (n * 31 + column * 7) % 11).join(",");
  const dataset = await upload(
    "wide.csv",
    [names.join(","), ...Array.from({ length: 60 }, (_, n) => row(n))].join("\n"),
  );
  await page.goto(`/configure/${dataset.id}`);
  await page.getByRole("button", { name: "Target column" }).click();
  await page.getByRole("combobox", { name: "Search Target column" }).fill("c1999");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Target column" })).toContainText("c1999");
  await page.getByRole("button", { name: "Show all columns as a list" }).click();
  await page.getByRole("searchbox", { name: "Search columns" }).fill("c77");
  await expect(page.getByRole("row").filter({ hasText: "c770" })).toBeVisible();
  expect(await page.locator("main *").count(), "elements drawn").toBeLessThan(6_000);
});

test(`a history of ${LONG} runs: pages, search, filters, tags, bulk deletion`, async ({ page }) => {
  const folder = process.env.AUTOML_LITE_E2E_DATA;
  test.skip(!folder, "the data folder of the running platform is not known");
  test.setTimeout(240_000);
  const python = join(ROOT, ".venv", "bin", "python");
  const script = join(ROOT, "frontend", "e2e", "support", "seed_history.py");
  execFileSync(python, [script, folder ?? "", String(LONG)]);

  await page.goto("/history");
  await expect(page.getByRole("heading", { name: "Runs", exact: true })).toBeVisible();
  await expect(page.getByText(/^1–50 of 10,0\d\d$/)).toBeVisible();
  expect(await page.locator("main *").count(), "elements drawn").toBeLessThan(5_000);
  await page.getByRole("button", { name: "Older" }).click();
  await expect(page.getByText(/^51–100 of/)).toBeVisible();
  await page.reload();
  await expect(page.getByText(/^51–100 of/)).toBeVisible();
  await page.getByRole("button", { name: "Newer" }).click();
  await expect(page.getByText(/^1–50 of/)).toBeVisible();

  await page.getByRole("searchbox", { name: "Search runs" }).fill("churn 9999");
  await expect(page).toHaveURL(/q=churn/);
  await expect(page.getByText("1 run", { exact: true })).toBeVisible();
  await page.getByRole("checkbox", { name: /^Choose Quarterly churn 9999/ }).check();
  await page.getByRole("button", { name: "Tag", exact: true }).click();
  await page.getByRole("textbox", { name: "New tag" }).fill("to go");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("link", { name: "to go" })).toBeVisible();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete the run" }).click();
  await expect(page.getByText("No runs match")).toBeVisible();
  await page.getByRole("button", { name: "Clear the filters" }).click();
  await page.getByRole("radio", { name: /^Failed/ }).click();
  await expect(page.getByText("The target has one value in every row.").first()).toBeVisible();
  expect(await jobs("&q=9999")).toHaveLength(0);

  // A failed run tells its reason and the way out on its own page too.
  await page.getByRole("link", { name: "Log" }).first().click();
  await expect(page).toHaveURL(/\/training\//);
  await expect(page.getByText("The target has one value in every row.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Train again" })).toBeVisible();
});

test("the keyboard is enough: skip link, target by search, start", async ({ page }) => {
  const dataset = await uploadExample("credit.csv");
  await page.goto(`/configure/${dataset.id}`);
  await expect(page.getByText(/^Detected:/)).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the content" })).toBeFocused();
  await page.getByRole("button", { name: "Target column" }).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.type("Home");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Detected: several classes")).toBeVisible();
  await expect(page.getByRole("button", { name: "Target column" })).toBeFocused();
});
