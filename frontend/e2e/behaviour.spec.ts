/** Deep links, theme, hostile names, keyboard: how the pages behave. */
import { upload, uploadExample } from "./support/api";
import { expect, test } from "./support/test";

const QUICK = { tag: "@quick" };
const GROUNDS = { light: "rgb(246, 248, 247)", dark: "rgb(11, 15, 16)" }; // --bg of tokens.css

test(
  "a deep link draws its page, stays after a reload, and links move without loading anew",
  QUICK,
  async ({ page }) => {
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
  },
);

test("unknown addresses and ids say so", QUICK, async ({ page, told }) => {
  told.allow(/404|422/);
  const answer = await page.goto("/no/such/page");
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole("heading", { name: "There is no page at this address" })).toBeVisible();
  await page.goto("/datasets/7f3f0a52-4a43-4f0e-9d0f-0f6a3b7f6c11");
  await expect(page.getByRole("heading", { name: "There is no such data set" })).toBeVisible();
  await page.goto("/training/nonsense");
  await expect(page.getByRole("heading", { name: "There is no such run" })).toBeVisible();
});

for (const [chosen, system] of [
  ["Dark", "light"],
  ["Light", "dark"],
] as const) {
  test(`the theme ${chosen} is kept, and each frame that is painted has it`, QUICK, async ({ page }) => {
    const theme = chosen.toLowerCase() as "light" | "dark";
    await page.emulateMedia({ colorScheme: system });
    await page.goto("/settings");
    await page.getByRole("radio", { name: chosen }).click();
    await expect(page.locator("html")).toHaveAttribute("data-theme", theme);
    await page.addInitScript(() => {
      const frames: string[] = [];
      Object.assign(window, { painted: frames });
      // Callbacks of animation frames run right before the frame is painted.
      const look = () => {
        if (document.body) {
          const ground = getComputedStyle(document.body).backgroundColor;
          frames.push(`${document.documentElement.dataset.theme} ${ground}`);
        }
        requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
    for (const path of ["/datasets", "/", "/history"]) {
      await page.goto(path);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length > 0);
      const painted = await page.evaluate(() => (window as unknown as { painted: string[] }).painted);
      expect(painted.length, "frames looked at").toBeGreaterThan(0);
      expect([...new Set(painted)], `frames of ${path}`).toEqual([`${theme} ${GROUNDS[theme]}`]);
    }
  });
}

test("names with markup, emoji and right-to-left text stay text", QUICK, async ({ page }) => {
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

test("the keyboard is enough: skip link, target by search, start", QUICK, async ({ page }) => {
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
