import { Compass } from "lucide-react";
import { ButtonLink, Empty } from "@/components/ui";

/** What stands at an address that leads nowhere. */
export function NotFound() {
  return (
    <div className="pt-16">
      <Empty
        heading
        icon={<Compass aria-hidden="true" strokeWidth={1.75} />}
        title="There is no page at this address"
        action={
          <>
            <ButtonLink look="primary" href="/" prefetch={false}>
              Start with a table
            </ButtonLink>
            <ButtonLink href="/history" prefetch={false}>
              All runs
            </ButtonLink>
          </>
        }
      >
        It may have a typing error, or what stood here was deleted.
      </Empty>
    </div>
  );
}
