import type { NextConfig } from "next";

// One source, two builds: a static export for the Python package, a standalone server for Amplify.
const isStatic = process.env.AUTOML_LITE_WEB !== "ssr";

const isBuild = process.env.NODE_ENV === "production";
const api = process.env.AUTOML_LITE_API;

const config: NextConfig = {
  output: isBuild && isStatic ? "export" : "standalone",
  distDir: isStatic ? ".next-static" : ".next",
  poweredByHeader: false,
  reactStrictMode: true,
  devIndicators: false,
  images: { unoptimized: true },
  // The interface is typed by `pnpm lint`; building twice must not check twice.
  typescript: { ignoreBuildErrors: true },
  // What exists in the server build alone is called *.ssr.ts, so that the export does not meet it.
  pageExtensions: isStatic ? ["tsx", "ts"] : ["ssr.ts", "tsx", "ts"],
  env: { AUTOML_LITE_WEB: isStatic ? "static" : "ssr" },
  // `pnpm dev` beside a running platform.
  rewrites:
    !isBuild && api ? async () => [{ source: "/api/:path*", destination: `${api}/api/:path*` }] : undefined,
};

export default config;
