import type { Metadata, Viewport } from "next";
import localFont from "next/font/local";
import { headers } from "next/headers";
import type { ReactNode } from "react";
import { Providers, Shell } from "@/features/shell";
import "./globals.css";

const geist = localFont({
  src: "./fonts/geist.woff2",
  variable: "--font-geist",
  weight: "100 900",
  display: "swap",
});
const mono = localFont({
  src: "./fonts/geist-mono.woff2",
  variable: "--font-geist-mono",
  weight: "100 900",
  display: "swap",
  preload: false,
});

export const metadata: Metadata = {
  title: { default: "AutoML Lite", template: "%s · AutoML Lite" },
  description: "Drop a table. You get a model, an honest score, and a way to use it.",
};

export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#f6f8f7" },
    { media: "(prefers-color-scheme: dark)", color: "#0b0f10" },
  ],
};

// The theme that was chosen, else the system's, as next-themes keeps it.
const THEME_FIRST = `try{var t=localStorage.getItem("theme");document.documentElement.dataset.theme=t==="dark"||t!=="light"&&matchMedia("(prefers-color-scheme: dark)").matches?"dark":"light"}catch(e){}`;

// The server build renders each page with a nonce for its inline scripts; the export's are allowed by their hashes.
async function nonceOf(): Promise<string | undefined> {
  if (process.env.AUTOML_LITE_WEB !== "ssr") return undefined;
  return (await headers()).get("x-nonce") ?? undefined;
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = await nonceOf();
  return (
    <html lang="en" suppressHydrationWarning className={`${geist.variable} ${mono.variable}`}>
      <head>
        {/* In the head, so that it has run before there is a body to paint; next-themes' own script stands in the body. */}
        <script
          nonce={nonce}
          suppressHydrationWarning
          // biome-ignore lint/security/noDangerouslySetInnerHtml: a constant of this file
          dangerouslySetInnerHTML={{ __html: THEME_FIRST }}
        />
      </head>
      <body>
        <Providers nonce={nonce}>
          <Shell>{children}</Shell>
        </Providers>
      </body>
    </html>
  );
}
