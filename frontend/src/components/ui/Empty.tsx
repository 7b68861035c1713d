import type { ReactNode } from "react";

/** What stands where nothing is yet: a small drawing, a sentence, the next step. */
export function Empty({
  title,
  children,
  action,
  icon,
}: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  icon?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-center px-6 py-12 text-center">
      {icon ? (
        <div className="mb-4 grid size-12 place-items-center rounded-lg border border-line bg-sunken text-ink-3 [&_svg]:size-5">
          {icon}
        </div>
      ) : null}
      <p className="text-section font-semibold">{title}</p>
      {children ? <div className="mt-1 max-w-[46ch] text-ink-2 text-pretty">{children}</div> : null}
      {action ? <div className="mt-5 flex flex-wrap justify-center gap-2">{action}</div> : null}
    </div>
  );
}
