/** The sign of the product: a fitted curve with its last point. */
export function Logo() {
  return (
    <span aria-hidden="true" className="grid size-[22px] place-items-center rounded-[6px] bg-ink text-bg">
      <svg aria-hidden="true" viewBox="0 0 22 22" className="size-[22px]" fill="none">
        <path
          d="M4 14.5c3 0 3.4-7 6-7s2.6 5 5 5"
          stroke="currentColor"
          strokeWidth="1.8"
          strokeLinecap="round"
        />
        <circle cx="17" cy="9.5" r="1.6" fill="var(--c1)" />
      </svg>
    </span>
  );
}
