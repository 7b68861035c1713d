/** Every page in both themes and two widths: no axe violation, nothing wider than the window, a quiet console. */
import AxeBuilder from "@axe-core/playwright";
import type { Schemas } from "../src/lib/api";
import { call, jobs, upload, uploadExample } from "./support/api";
import { csv, drifted, exampleRows, without } from "./support/tables";
import { expect, test } from "./support/test";

let dataset = "";
let batches: Schemas["BatchOut"][] = [];

test.beforeAll(async () => {
  test.setTimeout(120_000);
  dataset = (await uploadExample("credit.csv")).id;
  batches = await batchesOf();
});

/** A drifted batch of the model of loans, one that is like training, and a validation. */
async function batchesOf(): Promise<Schemas["BatchOut"][]> {
  const model = (await jobs("&deployed=true")).find((job) => job.target_column === "Status");
  if (!model) return [];
  const known = exampleRows("credit.csv", 0, 300);
  const rows = without(known, "Status");
  const made: Schemas["BatchOut"][] = [];
  for (const [name, table, route] of [
    ["drifted.csv", drifted(rows), "batch"],
    ["like training.csv", rows, "batch"],
    ["known.csv", known, "validate"],
  ] as const) {
    const { id } = await upload(name, csv([...table]));
    made.push(await call("POST", `/predict/${model.id}/${route}?wait=25`, { dataset_id: id }));
  }
  await call("PUT", `/jobs/${model.id}/monitor`, { log_share: 1, log_without: ["Age"] });
  await expect
    .poll(
      async () => {
        await call("POST", `/predict/${model.id}`, {
          features: { Seniority: 2, Job: "freelance", Amount: 900 },
        });
        return (await call<Schemas["KeptPage"]>("GET", `/predict/${model.id}/kept`)).items.length;
      },
      { timeout: 15_000 },
    )
    .toBeGreaterThan(0);
  return made;
}

/** Every page; those of a run for each problem type that there is. */
async function addresses(): Promise<Record<string, string>> {
  const done = await jobs("&status=completed");
  const types = ["binary", "multiclass", "regression"];
  const ofType = types.flatMap((type) => done.find((job) => job.problem_type === type) ?? []);
  const ofRuns = ofType.flatMap((job) => [
    [`results, ${job.problem_type}`, `/results/${job.id}`],
    [`playground, ${job.problem_type}`, `/playground/${job.id}`],
  ]);
  return {
    home: "/",
    data: "/datasets",
    table: `/datasets/${dataset}`,
    configure: `/configure/${dataset}`,
    runs: "/history",
    settings: "/settings",
    "not found": "/no/such/page",
    ...Object.fromEntries(ofRuns),
    training: `/training/${ofType[0]?.id}`,
    "nothing kept": `/kept/${ofType.at(-1)?.id}`,
    ...addressesOf(batches),
    "playground without a model": "/playground",
    compare: `/compare?runs=${done
      .slice(0, 3)
      .map((job) => job.id)
      .join(",")}`,
  };
}

function addressesOf([one, other, validation]: Schemas["BatchOut"][]): Record<string, string> {
  if (!one || !other || !validation) return {};
  return {
    batches: "/batches",
    batch: `/batches/${one.id}`,
    "batches compared": `/batches/compare?a=${other.id}&b=${one.id}`,
    "a file to score": `/batch/${one.job_id}?data=${one.dataset_id}`,
    "a file to measure on": `/validate/${one.job_id}`,
    validation: `/batches/${validation.id}`,
    duel: `/duel?champion=${one.job_id}`,
    drift: `/drift/${one.job_id}`,
    "watch and retrain": `/watch/${one.job_id}`,
    "kept predictions": `/kept/${one.job_id}`,
    alerts: "/alerts",
  };
}

for (const width of [1440, 360]) {
  test(`axe in both themes, ${width} px`, { tag: width === 1440 ? "@quick" : [] }, async ({
    browser,
    baseURL,
    told,
  }) => {
    test.setTimeout(600_000);
    told.allow(/status of 404.*\/no\/such\/page/);
    const context = await browser.newContext({ baseURL, viewport: { width, height: 900 } });
    told.mind(context);
    const page = await context.newPage();
    for (const [name, path] of Object.entries(await addresses())) {
      await test.step(name, async () => {
        await page.goto(path);
        await page.waitForLoadState("networkidle");
        for (const theme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme: theme });
          await expect(page.locator("html")).toHaveAttribute("data-theme", theme);
          const { violations } = await new AxeBuilder({ page }).analyze();
          expect
            .soft(violations.map((v) => `${v.id}: ${v.nodes.map((node) => node.target).join(" | ")}`))
            .toEqual([]);
        }
        const over = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect.soft(over, `${path} is wider than the window`).toBeLessThanOrEqual(0);
      });
    }
    await context.close();
  });
}
