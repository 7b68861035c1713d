import type { ReactNode } from "react";

/** What stands where nothing is yet: a small drawing, a sentence, the next step. `heading` for a whole page. */
export function Empty({
  title,
  children,
  action,
  icon,
  heading,
}: {
  title: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
  icon?: ReactNode;
  heading?: boolean;
}) {
  const Title = heading ? "h1" : "p";
  return (
    <div className="flex flex-col items-center px-6 py-12 text-center">
      {icon ? (
        <div className="mb-4 grid size-12 place-items-center rounded-lg border border-line bg-sunken text-ink-3 [&_svg]:size-5">
          {icon}
        </div>
      ) : null}
      <Title className="break-anywhere text-section font-semibold">{title}</Title>
      {children ? <div className="mt-1 max-w-[46ch] text-ink-2 text-pretty">{children}</div> : null}
      {action ? <div className="mt-5 flex flex-wrap justify-center gap-2">{action}</div> : null}
    </div>
  );
}
