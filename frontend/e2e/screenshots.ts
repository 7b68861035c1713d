/** A picture of every page in both themes and two widths, of a platform with a few real runs. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import type { Schemas } from "../src/lib/api";
import { ask, call, ended, train, upload, uploadExample } from "./support/api";
import { ROOT } from "./support/server";
import { csv, drifted, exampleRows, without } from "./support/tables";
import { expect, test } from "./support/test";

const FOLDER = process.env.AUTOML_LITE_SHOTS ?? join(ROOT, "frontend", "screenshots");
const WIDTHS = [1440, 390];

/** Until nothing is drawn as a placeholder any more; a page that follows a training is never at rest. */
async function shows(page: Page, isLive: boolean): Promise<void> {
  if (isLive) await page.waitForTimeout(3_000);
  else await page.waitForLoadState("networkidle");
  await expect(page.locator("[data-skeleton]")).toHaveCount(0, { timeout: 60_000 });
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
}

test("pictures", async ({ browser, baseURL }) => {
  mkdirSync(FOLDER, { recursive: true });
  // The file is in an order of its own: what arrives later is taken from all over it.
  const loans = exampleRows("credit.csv", 0, 9_999);
  const credit = await upload("credit.csv", csv(loans.filter((_, place) => place % 7 < 5)));
  const flights = await uploadExample("flights.csv");
  const cluster = await uploadExample("jobs.csv");
  const runs = [
    await train(credit.id, "Status", { time_budget: 30 }, ["credit", "q4-review"]),
    await train(credit.id, "Status", { time_budget: 15, quality: "fast", name: "credit · small" }, [
      "credit",
    ]),
    await train(flights.id, "arr_delay", { time_budget: 20 }, ["flights"]),
    await train(cluster.id, "class", { time_budget: 20 }),
  ];
  for (const run of runs) expect((await ended(run, 180)).status).toBe("completed");
  const [first = "", second = "", regression = "", many = ""] = runs;
  await call("POST", `/jobs/${first}/deploy`, { deploy: true });
  const known = loans.filter((_, place) => place % 7 >= 5);
  const rows = without(known, "Status");
  const batches: string[] = [];
  for (const [name, table, route] of [
    ["september.csv", rows.slice(0, 400), "batch"],
    ["october.csv", rows.slice(400, 800), "batch"],
    ["november.csv", drifted(rows.slice(600)), "batch"],
    ["known by now.csv", known, "validate"],
  ] as const) {
    const { id } = await upload(name, csv([...table]));
    const challenger = route === "validate" ? { challenger_id: second } : {};
    const batch = await call<Schemas["BatchOut"]>("POST", `/predict/${first}/${route}?wait=25`, {
      dataset_id: id,
      ...challenger,
    });
    batches.push(batch.id);
  }
  const [, october, november, duel] = batches;
  const keep = { log_share: 1, log_without: ["Age", "Marital"] };
  await call("PUT", `/jobs/${first}/monitor`, keep);
  await expect
    .poll(
      async () => {
        await ask(first, rows.slice(0, 30));
        return (await call<Schemas["KeptPage"]>("GET", `/predict/${first}/kept`)).items.length;
      },
      { timeout: 15_000 },
    )
    .toBeGreaterThan(20);
  const waiting = await upload("december.csv", csv(rows.slice(200, 800)));
  const live = await train(credit.id, "Status", { time_budget: 240, name: "credit · thorough" }, ["credit"]);

  const pages: Record<string, string> = {
    home: "/",
    configure: `/configure/${credit.id}?target=Status`,
    training: `/training/${live}`,
    results: `/results/${first}`,
    regression: `/results/${regression}`,
    classes: `/results/${many}`,
    playground: `/playground/${first}`,
    compare: `/compare?runs=${first},${second}`,
    runs: "/history",
    data: "/datasets",
    table: `/datasets/${flights.id}`,
    settings: "/settings",
    batches: "/batches",
    "batch-check": `/batch/${first}?data=${waiting.id}`,
    batch: `/batches/${november}`,
    "batches-compared": `/batches/compare?a=${october}&b=${november}`,
    duel: `/batches/${duel}`,
    drift: `/drift/${first}`,
    watch: `/watch/${first}`,
    kept: `/kept/${first}`,
    "kept-off": `/kept/${regression}`,
    alerts: "/alerts",
    "not-found": "/no/such/page",
  };
  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of WIDTHS) {
      const context = await browser.newContext({ baseURL, colorScheme, viewport: { width, height: 900 } });
      const page = await context.newPage();
      for (const [name, path] of Object.entries(pages)) {
        await page.goto(path);
        await shows(page, name === "training");
        await page.screenshot({ path: join(FOLDER, `${name}-${colorScheme}-${width}.png`), fullPage: true });
      }
      await context.close();
    }
  }
  await call("POST", `/jobs/${live}/cancel`, {});
});
