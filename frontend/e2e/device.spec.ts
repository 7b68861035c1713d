/** The model in the browser: answers as the server does, and in a page of its own without any network. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Schemas } from "../src/lib/api";
import { type Contract, encode } from "../src/lib/model";
import { call, jobs } from "./support/api";
import { ROOT } from "./support/server";
import { expect, test } from "./support/test";

const TASKS = ["binary", "multiclass", "regression"] as const;
const ROWS = 200;

async function modelOf(task: string): Promise<Schemas["JobOut"]> {
  const job = (await jobs("&deployed=true")).find((each) => each.problem_type === task);
  if (!job) throw new Error(`No ${task} model is deployed.`);
  return job;
}

/** Rows of the example file, some with values missing, unseen or out of range. */
function rowsOf(job: Schemas["JobOut"], info: Schemas["ModelInfoOut"]): Record<string, string | null>[] {
  const [head = "", ...lines] = readFileSync(join(ROOT, "examples", job.dataset_name), "utf8")
    .trim()
    .split("\n");
  const names = head.split(",");
  return lines.slice(-ROWS).map((line, row) => {
    const cells = line.split(",");
    const entries = info.inputs.map((column, place) => {
      const cell = cells[names.indexOf(column.name)] ?? "";
      if ((row + place) % 11 === 0) return [column.name, null];
      if (row % 17 === 0 && column.kind === "category") return [column.name, "never seen 😀"];
      return [column.name, cell === "" || cell === "NA" ? null : cell];
    });
    return Object.fromEntries(entries);
  });
}

for (const task of TASKS) {
  test(`${task}: the browser answers ${ROWS} rows as the server does`, async ({ page }) => {
    test.setTimeout(120_000);
    const job = await modelOf(task);
    const info = await call<Schemas["ModelInfoOut"]>("GET", `/predict/${job.id}/info`);
    const rows = rowsOf(job, info);
    const { predictions } = await call<Schemas["PredictionsOut"]>("POST", `/predict/${job.id}`, { rows });
    const { outputs } = info.contract as unknown as { outputs: Record<string, string> };
    const feed = encode(info as unknown as Contract, rows);
    const plain = Object.fromEntries(
      Object.entries(feed).map(([name, values]) => [
        name,
        Array.isArray(values) ? values : [...values].map((value) => (Number.isNaN(value) ? null : value)),
      ]),
    );
    await page.goto("/settings");
    const found = await page.evaluate(
      async ({ feed, n, outputs, onnxUrl }) => {
        const bytes = async (path: string) => (await fetch(path)).arrayBuffer();
        const [wasm, model] = await Promise.all([bytes("/ort/ort-wasm-simd-threaded.wasm"), bytes(onnxUrl)]);
        const worker = new Worker("/ort/worker.mjs", { type: "module" });
        const ask = (message: object) =>
          new Promise<{ outputs: Record<string, { data: ArrayLike<number> | string[] }> }>(
            (resolve, reject) => {
              worker.onmessage = ({ data }) =>
                data.error ? reject(new Error(data.error)) : resolve(data.answer);
              worker.postMessage({ id: 1, ...message });
            },
          );
        await ask({ kind: "open", wasm, model });
        const arrays = Object.fromEntries(
          Object.entries(feed).map(([name, values]) => [
            name,
            values.some((value) => typeof value === "string")
              ? values
              : Float32Array.from(values as (number | null)[], (value) => value ?? Number.NaN),
          ]),
        );
        const answer = await ask({ kind: "run", feed: arrays, n, outputs });
        return Object.fromEntries(
          Object.entries(answer.outputs).map(([name, output]) => [
            name,
            Array.from(output.data as ArrayLike<number | string>),
          ]),
        );
      },
      { feed: plain, n: rows.length, outputs: Object.values(outputs), onnxUrl: info.onnx_url },
    );
    expect(predictions).toHaveLength(ROWS);
    let worst = 0;
    predictions.forEach((prediction, row) => {
      if (task === "regression") {
        const here = found[outputs.prediction ?? ""]?.[row] as number;
        const there = prediction.prediction as number;
        worst = Math.max(worst, Math.abs(here - there) / Math.max(1, Math.abs(there)));
        return;
      }
      expect(String(found[outputs.label ?? ""]?.[row])).toBe(String(prediction.prediction));
      const classes = info.classes ?? [];
      classes.forEach((name, place) => {
        const here = found[outputs.probabilities ?? ""]?.[row * classes.length + place] as number;
        worst = Math.max(worst, Math.abs(here - (prediction.probabilities?.[name] ?? Number.NaN)));
      });
    });
    console.log(`${task}: largest difference ${worst.toExponential(1)} over ${ROWS} rows`);
    test.info().annotations.push({ type: "largest difference", description: String(worst) });
    expect(worst).toBeLessThanOrEqual(1e-5);
  });
}

test("the runtime is fetched on demand only, then sliders answer without a request", async ({ page }) => {
  test.setTimeout(120_000);
  const job = await modelOf("binary");
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(`/playground/${job.id}`);
  await expect(page.getByText("Answered by the server")).toBeVisible();
  await expect(page.getByRole("list", { name: "Contributions, largest first" })).toBeVisible({
    timeout: 60_000,
  });
  expect(asked.filter((path) => path.startsWith("/ort/"))).toEqual([]);
  const answer = page.getByRole("region", { name: "Answer" });
  const byServer = await answer.locator("p").first().textContent();

  await page.getByRole("radio", { name: "Your device" }).click();
  await expect(page.getByText("Runs on your device")).toBeVisible();
  await expect(answer.getByText(/ms$/)).toBeVisible({ timeout: 60_000 });
  expect(await answer.locator("p").first().textContent()).toBe(byServer);
  expect(asked.filter((path) => path.startsWith("/ort/")).length).toBeGreaterThan(0);

  await page.waitForLoadState("networkidle");
  const before = asked.filter((path) => path.includes("/predict/")).length;
  const slider = page.getByRole("region", { name: "What if" }).getByRole("slider").first();
  await slider.focus();
  for (let step = 0; step < 12; step++) await page.keyboard.press("ArrowLeft");
  await expect(answer.locator("p").first()).not.toHaveText(byServer ?? "");
  expect(asked.filter((path) => path.includes("/predict/")).length).toBe(before);
});

test("a wrong number is told at its field, an unseen value warns and is answered", async ({ page }) => {
  const job = await modelOf("binary");
  await page.goto(`/playground/${job.id}`);
  const field = page.getByRole("textbox", { name: "Income" });
  await field.fill("much");
  await expect(page.getByText("Not a number")).toBeVisible();
  await field.fill("1000000");
  await expect(page.getByText(/outside/).first()).toBeVisible();
  await page.getByRole("button", { name: "Clear" }).click();
  await expect(field).toHaveValue("");
  await expect(page.getByRole("region", { name: "Answer" }).getByText(/says/)).toBeVisible();
});

for (const task of TASKS) {
  test(`${task}: the page to send answers from a file with the network off`, async ({
    page,
    browser,
  }, info) => {
    test.setTimeout(120_000);
    const job = await modelOf(task);
    await page.goto(`/results/${job.id}`);
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download the page" }).click();
    const saved = await download;
    expect(saved.suggestedFilename()).toMatch(/-model-page\.html$/);
    const file = info.outputPath("sent.html");
    await saved.saveAs(file);

    const { example } = await call<Schemas["ModelInfoOut"]>("GET", `/predict/${job.id}/info`);
    const answer = await call<Schemas["PredictionOut"]>("POST", `/predict/${job.id}`, { features: example });

    const context = await browser.newContext({ offline: true, viewport: { width: 360, height: 800 } });
    const sent = await context.newPage();
    const told: string[] = [];
    sent.on("console", (message) => told.push(message.text()));
    sent.on("pageerror", (error) => told.push(error.message));
    sent.on("request", (request) => request.url().startsWith("file:") || told.push(`asked ${request.url()}`));
    await sent.goto(pathToFileURL(file).href);
    const big = sent.locator("#answer .big");
    await expect(big).toBeVisible({ timeout: 60_000 });
    if (task === "multiclass") await expect(big).toHaveText(String(answer.prediction));
    if (task === "binary") await expect(sent.locator("#answer")).toContainText(`says ${answer.prediction}`);
    if (task === "regression") {
      const shown = Number((await big.textContent())?.replace("−", "-").replaceAll(",", ""));
      expect(
        Math.abs(shown - Number(answer.prediction)) / Math.max(1, Math.abs(Number(answer.prediction))),
      ).toBeLessThan(1e-3);
    }
    await expect(sent.locator(".reasons li").first()).toBeVisible({ timeout: 60_000 });
    await sent.getByRole("button", { name: "Clear" }).click();
    await expect(sent.locator(".reasons li").first()).toBeVisible();
    expect(
      await sent.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
    ).toBeLessThanOrEqual(0);
    expect(told).toEqual([]);
    await context.close();
  });
}
