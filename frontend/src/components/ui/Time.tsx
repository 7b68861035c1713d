import { moment, utc } from "@/lib/format";

/** A moment in local words; UTC on hover. */
export function Time({ at }: { at: string }) {
  return (
    <time dateTime={at} title={utc(at)} suppressHydrationWarning>
      {moment(at)}
    </time>
  );
}
