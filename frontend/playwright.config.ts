import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "e2e",
  // Set by scripts/e2e.mjs; unlike --grep it holds for the journeys too, which the other tests depend on.
  grep: new RegExp(process.env.AUTOML_LITE_E2E_ONLY || "."),
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
      executablePath: process.env.CHROMIUM || undefined, // scripts/e2e.mjs chooses it
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
