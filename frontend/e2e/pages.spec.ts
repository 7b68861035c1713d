/** Every page in both themes and two widths: no axe violation, nothing wider than the window, a quiet console. */
import AxeBuilder from "@axe-core/playwright";
import { jobs, uploadExample } from "./support/api";
import { expect, test } from "./support/test";

let dataset = "";

test.beforeAll(async () => {
  dataset = (await uploadExample("credit.csv")).id;
});

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
    "playground without a model": "/playground",
    compare: `/compare?runs=${done
      .slice(0, 3)
      .map((job) => job.id)
      .join(",")}`,
  };
}

for (const theme of ["light", "dark"] as const) {
  for (const width of [1440, 360]) {
    const isQuick = width === (theme === "light" ? 360 : 1440);
    test(`axe, ${theme}, ${width} px`, { tag: isQuick ? "@quick" : [] }, async ({
      browser,
      baseURL,
      told,
    }) => {
      test.setTimeout(180_000);
      told.allow(/status of 404.*\/no\/such\/page/);
      const context = await browser.newContext({
        baseURL,
        colorScheme: theme,
        viewport: { width, height: 900 },
      });
      told.mind(context);
      const page = await context.newPage();
      for (const [name, path] of Object.entries(await addresses())) {
        await test.step(name, async () => {
          await page.goto(path);
          await page.waitForLoadState("networkidle");
          await expect(page.locator("html")).toHaveAttribute("data-theme", theme);
          const { violations } = await new AxeBuilder({ page }).analyze();
          expect
            .soft(violations.map((v) => `${v.id}: ${v.nodes.map((node) => node.target).join(" | ")}`))
            .toEqual([]);
          const over = await page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          );
          expect.soft(over, `${path} is wider than the window`).toBeLessThanOrEqual(0);
        });
      }
      await context.close();
    });
  }
}
