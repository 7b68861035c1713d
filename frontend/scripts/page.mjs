// Builds the page that people send to each other: public/ort/page.html, which the server fills with a model.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const source = join(root, "src", "standalone");

const result = await build({
  root,
  configFile: false,
  publicDir: false,
  logLevel: "warn",
  resolve: { alias: { "@": join(root, "src") } },
  build: {
    write: false,
    target: "es2022",
    minify: true,
    modulePreload: false,
    assetsInlineLimit: 0, // the runtime names its WebAssembly file, which the page holds once already
    rollupOptions: { input: join(source, "main.ts"), output: { codeSplitting: false } },
  },
});
const chunks = (Array.isArray(result) ? result : [result]).flatMap((each) => each.output);
const scripts = chunks.filter((chunk) => chunk.type === "chunk");
if (scripts.length !== 1)
  throw new Error(`One script was expected, not ${scripts.map((chunk) => chunk.fileName)}`);
// A script element ends at the first such tag, even inside of a string.
const script = scripts[0].code.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");

const tokens = readFileSync(join(root, "src", "app", "tokens.css"), "utf8");
const dark = tokens.slice(
  tokens.indexOf("{", tokens.indexOf('[data-theme="dark"]')) + 1,
  tokens.lastIndexOf("}"),
);
const style = `${tokens.slice(0, tokens.indexOf('[data-theme="dark"]'))}
@media (prefers-color-scheme: dark) { :root, [data-theme="light"] {${dark}} }
${readFileSync(join(source, "page.css"), "utf8")}`;

const hash = createHash("sha256").update(script).digest("base64");
const page = readFileSync(join(source, "page.html"), "utf8")
  .replace("%HASH%", () => `sha256-${hash}`)
  .replace("%STYLE%", () => style)
  .replace("%SCRIPT%", () => script);
writeFileSync(join(root, "public", "ort", "page.html"), page);
