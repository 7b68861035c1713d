"use client";

import "./globals.css";

/** The last resort: the frame around the pages itself failed. */
export default function GlobalError({ error, reset }: { error: Error; reset: () => void }) {
  return (
    <html lang="en" data-theme="light">
      <body className="mx-auto max-w-md px-6 py-24">
        <h1 className="text-page font-semibold">The app could not be drawn</h1>
        <p className="mt-2 text-ink-2">
          Your data and runs are untouched. Reload; if it happens again, this is a fault of the app:{" "}
          <code>{error.message}</code>
        </p>
        <button
          type="button"
          onClick={reset}
          className="mt-5 h-10 rounded-[7px] bg-accent px-4 font-medium text-on-accent"
        >
          Draw it again
        </button>
      </body>
    </html>
  );
}
