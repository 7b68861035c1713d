import type { ReactNode } from "react";

/** The verdict of a page: the sentence that is read first; `sub` says what it rests on. */
export function Lead({ children, sub }: { children: ReactNode; sub?: ReactNode }) {
  return (
    <div>
      <p className="break-anywhere m-0 max-w-[40em] text-[18px] leading-[27px] font-medium tracking-[-0.017em] text-pretty md:text-verdict">
        {children}
      </p>
      {sub ? <p className="m-0 mt-2 text-ink-2">{sub}</p> : null}
    </div>
  );
}
