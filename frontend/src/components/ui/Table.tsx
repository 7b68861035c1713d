import type { ComponentProps } from "react";
import { cx } from "@/lib/cx";

/** A scrolling region with a name that the keyboard can reach. */
export function Scroll({ label, className, children }: ComponentProps<"div"> & { label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section tabIndex={0} aria-label={label} className={cx("quiet-scroll", className)}>
      {children}
    </section>
  );
}

export function Table({ className, ...rest }: ComponentProps<"table">) {
  return <table className={cx("w-full border-collapse text-table", className)} {...rest} />;
}

const EDGE = "first:pl-4 last:pr-4 md:first:pl-5 md:last:pr-5";

export function Th({ n, className, ...rest }: { n?: boolean } & ComponentProps<"th">) {
  return (
    <th
      scope="col"
      className={cx(
        "border-b border-line px-3 py-[9px] align-bottom text-meta font-medium whitespace-nowrap text-ink-3",
        EDGE,
        n ? "num text-right" : "text-left",
        className,
      )}
      {...rest}
    />
  );
}

export function Td({ n, className, ...rest }: { n?: boolean } & ComponentProps<"td">) {
  return (
    <td
      className={cx(
        "border-b border-line px-3 py-[9px] align-middle group-last/row:border-b-0",
        EDGE,
        n && "num text-right whitespace-nowrap",
        className,
      )}
      {...rest}
    />
  );
}

export function Tr({ className, ...rest }: ComponentProps<"tr">) {
  return <tr className={cx("group/row", className)} {...rest} />;
}
