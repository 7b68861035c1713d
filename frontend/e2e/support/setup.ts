/** One platform for all tests; the address of a running one can be given instead. */
import { startPlatform } from "./server";

export default async function setup(): Promise<() => Promise<void>> {
  if (process.env.AUTOML_LITE_URL) return async () => undefined;
  const platform = await startPlatform();
  process.env.AUTOML_LITE_URL = platform.url;
  return platform.stop;
}
