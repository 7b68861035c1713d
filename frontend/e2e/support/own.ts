/** A platform of a test file's own, for tables and histories that would slow the other tests down. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPlatform } from "./server";
import { test } from "./test";

/** Start it before the tests of this file, after `prepare` wrote into its data folder, and end it after them. */
export function ownPlatform(prepare: (folder: string) => void = () => undefined): void {
  const shared = process.env.AUTOML_LITE_URL;
  let stop: (() => Promise<void>) | null = null;
  test.beforeAll(async () => {
    test.setTimeout(180_000);
    const folder = mkdtempSync(join(tmpdir(), "automl-lite-e2e-own-"));
    prepare(folder);
    const platform = await startPlatform(folder);
    process.env.AUTOML_LITE_URL = platform.url;
    stop = async () => {
      process.env.AUTOML_LITE_URL = shared;
      await platform.stop();
      rmSync(folder, { recursive: true, force: true });
    };
  });
  test.afterAll(async () => stop?.());
}
