"use client";

import { PageError } from "@/features/shell";

export default function Failed({ error, reset }: { error: Error; reset: () => void }) {
  return <PageError error={error} retry={reset} />;
}
