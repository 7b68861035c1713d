// No component file past 250 lines: beyond that it has a second subject.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const LIMIT = 250;
const files = readdirSync("src", { recursive: true })
  .filter((file) => file.endsWith(".tsx"))
  .map((file) => join("src", file));
const long = files
  .filter((file) => !file.includes(".test."))
  .map((file) => [file, readFileSync(file, "utf8").split("\n").length - 1])
  .filter(([, lines]) => lines > LIMIT);
for (const [file, lines] of long) console.error(`${file}: ${lines} lines, at most ${LIMIT}`);
process.exit(long.length > 0 ? 1 : 0);
