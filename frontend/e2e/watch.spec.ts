/** What is watched about a model: alerts, a signed webhook, training again with a duel. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Schemas } from "../src/lib/api";
import { call, jobs, upload } from "./support/api";
import { csv, drifted, exampleRows, file, without } from "./support/tables";
import { expect, test } from "./support/test";

async function loans(): Promise<Schemas["JobOut"]> {
  const job = (await jobs("&deployed=true")).find((each) => each.target_column === "Status");
  if (!job) throw new Error("No model of loans is deployed.");
  return job;
}

test("a drifted batch raises an alert, the webhook is told, the alert is seen", async ({ page }) => {
  test.setTimeout(120_000);
  const job = await loans();
  const arrived: { signature: string; body: string }[] = [];
  const hook = createServer((request, answer) => {
    let body = "";
    request.on("data", (piece) => {
      body += piece;
    });
    request.on("end", () => {
      arrived.push({ signature: String(request.headers["webhook-signature"] ?? ""), body });
      answer.writeHead(200).end();
    });
  });
  await new Promise<void>((resolve) => hook.listen(0, "127.0.0.1", resolve));
  try {
    await page.goto(`/watch/${job.id}`);
    const form = page.getByRole("region", { name: "What is watched" });
    await form.getByRole("textbox", { name: "Webhook" }).fill("nowhere");
    await expect(form.getByText("An address like https://…")).toBeVisible();
    const { port } = hook.address() as AddressInfo;
    await form.getByRole("textbox", { name: "Webhook" }).fill(`http://127.0.0.1:${port}/alerts`);
    await form.getByRole("textbox", { name: "estimated accuracy falls by" }).fill("2,5");
    await form.getByRole("radio", { name: "Slight" }).click();
    await form.getByRole("button", { name: "Save" }).click();
    await expect(form.getByText("The secret of the signature, shown this once.")).toBeVisible();
    await form.getByRole("button", { name: "Send a test" }).click();
    await expect(form.getByText("Arrived, answered with 200.")).toBeVisible();
    expect(arrived[0]?.signature).toMatch(/^v1,/);
    await page.reload();
    await expect(form.getByRole("textbox", { name: "estimated accuracy falls by" })).toHaveValue("2.5");
    await expect(form.getByText("The secret of the signature")).toBeHidden();

    const rows = drifted(without(exampleRows("credit.csv", 1_000, 1_600), "Status"));
    const { id } = await upload("strange loans.csv", csv(rows));
    await call("POST", `/predict/${job.id}/batch?wait=25`, { dataset_id: id });
    await expect.poll(() => arrived.length, { timeout: 20_000 }).toBeGreaterThan(1);
    expect(arrived.at(-1)?.body).toContain("drift");

    await page.goto("/alerts");
    const alert = page.getByRole("listitem").filter({ hasText: "strange loans.csv" });
    await expect(alert.first()).toBeVisible();
    await expect(
      page
        .getByRole("navigation", { name: "Main" })
        .getByText(/not seen/)
        .first(),
    ).toBeAttached();
    for (let left = await alert.count(); left > 0; left--) {
      await alert.first().getByRole("button", { name: /^Seen/ }).click();
      await expect(alert).toHaveCount(left - 1);
    }
    await page.getByRole("radio", { name: "All" }).click();
    await expect(alert.first()).toBeVisible();
    await alert.first().getByRole("link", { name: "Batch" }).click();
    await expect(page.getByRole("heading", { name: "strange loans.csv" })).toBeVisible();
  } finally {
    await call("DELETE", `/jobs/${job.id}/monitor`);
    await new Promise((resolve) => hook.close(resolve));
  }
});

test("training again by the clock is set, told back, and taken back", async ({ page }) => {
  const job = await loans();
  await page.goto(`/watch/${job.id}`);
  const form = page.getByRole("region", { name: "What is watched" });
  await form.getByRole("radio", { name: "Cron" }).click();
  await form.getByRole("textbox", { name: "Cron expression" }).fill("30 6 * *");
  await expect(form.getByText("Five fields: minute, hour, day, month, weekday")).toBeVisible();
  await expect(form.getByRole("button", { name: "Save" })).toBeDisabled();
  await form.getByRole("textbox", { name: "Cron expression" }).fill("30 6 * * 2");
  await form.getByRole("button", { name: "Save" }).click();
  await expect(form.getByText(/^Next at/)).toBeVisible();
  await page.reload();
  await expect(form.getByRole("textbox", { name: "Cron expression" })).toHaveValue("30 6 * * 2");
  await form.getByRole("button", { name: "Back to the defaults" }).click();
  await expect(form.getByRole("radio", { name: "Never" }).last()).toHaveAttribute("data-state", "on");
});

test("a model is trained again on newer rows and set against the one that answers", async ({ page }) => {
  test.setTimeout(300_000);
  const job = await loans();
  await page.goto(`/watch/${job.id}#retrain`);
  const card = page.getByRole("region", { name: "Retrain" });
  await card
    .getByLabel("Table to read")
    .setInputFiles(file("newer loans.csv", exampleRows("credit.csv", 500, 2_500)));
  await card.getByLabel("When the new model is done").selectOption("only compare them");
  await card.getByRole("button", { name: "Train again" }).click({ timeout: 30_000 });
  await page.waitForURL(/\/training\//);
  await expect(page.getByRole("img", { name: /^Best score so far/ })).toBeVisible({ timeout: 120_000 });
  await page.getByRole("button", { name: "Stop, keep best" }).click();
  await page.waitForURL(/\/results\//, { timeout: 120_000 });
  await expect(page.getByText(/rows? that neither learned from/)).toBeVisible({ timeout: 30_000 });
  await call("DELETE", `/jobs/${new URL(page.url()).pathname.split("/").at(-1)}`);
});
