import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

// A browser of the system where there is one; else the one that `npx playwright install chromium` brings.
const system = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"].find(
  (path) => path && existsSync(path),
);

export default defineConfig({
  testDir: "e2e",
  globalSetup: "./e2e/support/setup.ts",
  workers: 1,
  fullyParallel: false,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: {
    viewport: { width: 1440, height: 900 },
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: system,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  projects: [
    // Trainings first: what they leave behind is what the other tests look at.
    { name: "journeys", testMatch: /journeys\.spec\.ts/ },
    { name: "pages", testIgnore: /journeys\.spec\.ts/, dependencies: ["journeys"] },
  ],
});
