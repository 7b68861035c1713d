import Link from "next/link";
import type { ComponentProps } from "react";
import { cx } from "@/lib/cx";

type Look = "default" | "primary" | "ghost" | "danger";
type Size = "sm" | "md" | "lg";
type Style = { look?: Look; size?: Size; full?: boolean; icon?: boolean };

const LOOKS: Record<Look, string> = {
  default: "border-line-2 bg-surface text-ink shadow-card hover:bg-hover hover:border-edge",
  primary: "border-accent bg-accent text-on-accent hover:bg-accent-hover hover:border-accent-hover",
  ghost: "border-transparent text-ink-2 hover:bg-sunken hover:text-ink",
  danger: "border-line-2 bg-surface text-bad shadow-card hover:bg-bad-soft hover:border-bad-line",
};
const SIZES: Record<Size, string> = {
  sm: "h-[34px] md:h-7 px-2.5 text-table rounded-[6px]",
  md: "h-10 md:h-[34px] px-3 rounded-[7px]",
  lg: "h-10 px-4 rounded-[7px]",
};
const SQUARE: Record<Size, string> = {
  sm: "w-[34px] md:w-7 px-0",
  md: "w-10 md:w-[34px] px-0",
  lg: "w-10 px-0",
};

function styleOf({ look = "default", size = "md", full, icon }: Style, extra?: string): string {
  return cx(
    "inline-flex shrink-0 items-center justify-center gap-[7px] border font-medium whitespace-nowrap transition-colors select-none",
    "disabled:cursor-not-allowed disabled:opacity-50 aria-disabled:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0",
    LOOKS[look],
    SIZES[size],
    icon && SQUARE[size],
    full && "w-full",
    extra,
  );
}

/** A button; one primary per view, danger is red text and never a red fill. */
export function Button({
  look,
  size,
  full,
  icon,
  className,
  type = "button",
  ...rest
}: Style & ComponentProps<"button">) {
  return <button type={type} className={styleOf({ look, size, full, icon }, className)} {...rest} />;
}

/** A link that looks like a button. */
export function ButtonLink({
  look,
  size,
  full,
  icon,
  className,
  ...rest
}: Style & ComponentProps<typeof Link>) {
  return <Link className={styleOf({ look, size, full, icon }, className)} {...rest} />;
}

/** A plain link to a file of the API that looks like a button. */
export function ButtonAnchor({
  look,
  size,
  full,
  icon,
  className,
  children,
  ...rest
}: Style & ComponentProps<"a">) {
  return (
    <a className={styleOf({ look, size, full, icon }, className)} {...rest}>
      {children}
    </a>
  );
}
