"use client";

import { useEffect, useRef, useState } from "react";
import type { JobDetail } from "@/features/jobs";
import { metricLabel, metricValue } from "@/lib/metrics";

const PAUSE = 10_000; // ms between two announcements

/** Tells screen readers of each new best, politely and at most every ten seconds. */
export function Milestones({ job }: { job: JobDetail }) {
  const [said, setSaid] = useState("");
  const lastAt = useRef(0);
  const best = job.curve.at(-1);
  const text = best
    ? `New best: ${best.name}, ${metricLabel(job.metric)} ${metricValue(job.metric, best.score)}.`
    : "";
  useEffect(() => {
    if (!text) return;
    const wait = Math.max(0, lastAt.current + PAUSE - Date.now());
    const timer = setTimeout(() => {
      lastAt.current = Date.now();
      setSaid(text);
    }, wait);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <p role="status" className="sr-only">
      {said}
    </p>
  );
}
