"use client";

import { useState } from "react";
import { Slider } from "@/components/ui";
import { useSystem } from "@/features/shell";
import { compact, number } from "@/lib/format";
import { monthly } from "../lib/costs";

const STEPS = [1e3, 1e4, 1e5, 1e6, 1e7, 1e8];

/** What answering costs here in a month, against an endpoint that always runs. */
export function ServingCost() {
  const { data } = useSystem();
  const [step, setStep] = useState(2);
  const serving = data?.serving;
  if (!serving) return null;
  const n = STEPS[step] ?? 1e5;
  const here = monthly(serving, n);
  const other = serving.always_on_per_month;
  const top = Math.max(here, other, 1);
  const bars = [
    { name: "Here", amount: here, basis: serving.basis, color: "var(--c1)" },
    {
      name: "An endpoint that always runs",
      amount: other,
      basis: serving.always_on_basis,
      color: "var(--c6)",
    },
  ];
  return (
    <section aria-label="What serving costs" className="mt-6 border-t border-line pt-4">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <h3 className="m-0 text-table font-semibold">What serving costs in a month</h3>
        <output className="num text-table text-ink-2">{number(n)} predictions</output>
      </div>
      <Slider
        label="Predictions a month"
        words={`${number(n)} predictions a month`}
        min={0}
        max={STEPS.length - 1}
        step={1}
        value={step}
        onChange={(event) => setStep(Number(event.target.value))}
      />
      <p className="m-0 flex justify-between text-meta text-ink-3">
        {STEPS.map((size) => (
          <span key={size}>{compact(size, 1)}</span>
        ))}
      </p>
      <ul className="m-0 mt-3 list-none space-y-2.5 p-0 text-table" aria-live="polite">
        {bars.map((bar) => (
          <li key={bar.name}>
            <div className="flex items-baseline justify-between gap-3">
              <span>{bar.name}</span>
              <span className="num font-semibold">{money(bar.amount, serving.currency)}</span>
            </div>
            <div aria-hidden="true" className="mt-1 h-2 rounded-full bg-line">
              <div
                className="h-full min-w-0.5 rounded-full"
                style={{ width: `${(bar.amount / top) * 100}%`, background: bar.color }}
              />
            </div>
            <p className="m-0 mt-1 text-meta text-ink-3">{bar.basis}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function money(amount: number, currency: string): string {
  if (amount === 0) return "free";
  const text = amount < 0.01 ? "under 0.01" : amount < 100 ? amount.toFixed(2) : number(amount);
  return `${text}\u00a0${currency}`;
}
