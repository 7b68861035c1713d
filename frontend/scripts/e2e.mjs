// Playwright with a browser that starts: Chromium or Chrome of this machine, else the one that Playwright installs.
// `--quick` runs the tests tagged @quick, for `make test`, and skips them in plain sight where there is no browser.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chromium } from "@playwright/test";

const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];
const INSTALL_WITHIN = 300_000; // ms
const CLI = "node_modules/@playwright/test/cli.js";

async function starts(executablePath) {
  try {
    const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
    await browser.close();
    return true;
  } catch (error) {
    console.error(String(error.message).split("\n")[0]);
    return false;
  }
}

/** Path of a browser that starts, "" for Playwright's own, null where there is none. */
async function findBrowser() {
  const path = process.env.CHROMIUM || PLACES.find(existsSync);
  if (path && (await starts(path))) return path;
  if (existsSync(chromium.executablePath()) && (await starts())) return "";
  console.log("No Chromium found on this machine; asking Playwright to install one.");
  spawnSync(process.execPath, [CLI, "install", "chromium"], { stdio: "inherit", timeout: INSTALL_WITHIN });
  return existsSync(chromium.executablePath()) && (await starts()) ? "" : null;
}

const isQuick = process.argv.includes("--quick");
const rest = process.argv.slice(2).filter((arg) => arg !== "--quick");
const browser = await findBrowser();
if (browser === null) {
  console.error(
    `\nBROWSER TESTS ${isQuick ? "SKIPPED" : "NOT RUN"}: no Chromium starts here and none could be installed.` +
      "\nPut one on the machine (apt install chromium), or name it: CHROMIUM=/path/to/chrome.\n",
  );
  process.exit(isQuick ? 0 : 1);
}
const env = {
  ...process.env,
  CHROMIUM: browser,
  AUTOML_LITE_E2E_ONLY: isQuick ? "@quick" : process.env.AUTOML_LITE_E2E_ONLY,
};
process.exit(spawnSync(process.execPath, [CLI, "test", ...rest], { stdio: "inherit", env }).status ?? 1);
