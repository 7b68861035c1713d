"use client";

import { TriangleAlert } from "lucide-react";
import { Button, ButtonLink, Empty } from "@/components/ui";

/** A fault of a page: said plainly, with what to press. */
export function PageError({ error, retry }: { error: Error; retry: () => void }) {
  return (
    <div className="pt-16">
      <Empty
        heading
        icon={<TriangleAlert aria-hidden="true" strokeWidth={1.75} />}
        title="This page could not be drawn"
        action={
          <>
            <Button look="primary" onClick={retry}>
              Draw it again
            </Button>
            <ButtonLink href="/" prefetch={false}>
              Home
            </ButtonLink>
          </>
        }
      >
        Your data and runs are untouched. The page met a value that it did not expect:{" "}
        <code className="break-anywhere">{error.message || "no message"}</code>
      </Empty>
    </div>
  );
}
