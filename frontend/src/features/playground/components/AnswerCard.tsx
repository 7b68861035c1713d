"use client";

import { Cpu, Server } from "lucide-react";
import { useState } from "react";
import { Button, Card, CardBody, Chip, Skeleton } from "@/components/ui";
import type { Evaluation } from "@/features/jobs";
import { fixed, number, percent, significant } from "@/lib/format";
import type { Answer, Contract } from "@/lib/model";
import { nearby } from "../lib/nearby";

/** The answer first: a chance against its threshold, the likeliest classes, or a number with its range. */
export function AnswerCard({
  answer,
  contract,
  engine,
  milliseconds,
  evaluation,
}: {
  answer: Answer | undefined;
  contract: Contract;
  engine: "server" | "device";
  milliseconds: number | null;
  evaluation?: Evaluation;
}) {
  return (
    <Card label="Answer">
      <CardBody className="!pt-4">
        <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
          <h2 className="m-0 text-table font-normal text-ink-2">{question(contract)}</h2>
          <Chip tone={engine === "device" ? "accent" : "neutral"}>
            {engine === "device" ? <Cpu aria-hidden="true" /> : <Server aria-hidden="true" />}
            {engine === "device" ? "Runs on your device" : "Answered by the server"}
            {milliseconds !== null ? <span className="num">· {time(milliseconds)}</span> : null}
          </Chip>
        </div>
        {answer ? (
          <div aria-live="polite" aria-atomic="true">
            {contract.task === "binary" ? (
              <Chance answer={answer} contract={contract} evaluation={evaluation} />
            ) : null}
            {contract.task === "multiclass" ? <Classes answer={answer} /> : null}
            {contract.task === "regression" ? <Estimate answer={answer} contract={contract} /> : null}
          </div>
        ) : (
          <Skeleton className="mt-3 h-28" />
        )}
      </CardBody>
    </Card>
  );
}

const BIG = "num text-[44px] leading-[52px] font-semibold tracking-[-0.03em]";

function question({ task, target, positive }: Contract): string {
  if (task === "binary") return `Chance that ${target} is “${positive}”`;
  return task === "multiclass" ? `What ${target} is` : `Estimate of ${target}`;
}

function time(milliseconds: number): string {
  return milliseconds < 1 ? "under 1\u00a0ms" : `${number(milliseconds)}\u00a0ms`;
}

function Chance({
  answer,
  contract,
  evaluation,
}: {
  answer: Answer;
  contract: Contract;
  evaluation?: Evaluation;
}) {
  const chance = answer.probabilities?.[contract.positive ?? ""] ?? 0;
  const threshold = contract.threshold ?? 0.5;
  const points = Math.round(Math.abs(chance - threshold) * 100);
  const similar = nearby(evaluation?.calibration, chance);
  return (
    <>
      <p className="m-0 mt-1 flex flex-wrap items-baseline gap-x-3">
        <span className={BIG}>{percent(chance, chance > 0.005 && chance < 0.995 ? 0 : 1)}</span>
        <span className="break-anywhere text-ink-2">
          says <bdi className="font-semibold text-ink">{String(answer.prediction)}</bdi>,{" "}
          {points === 0
            ? "right at the line"
            : `${points} ${points === 1 ? "point" : "points"} ${chance >= threshold ? "over" : "under"} the line`}
        </span>
      </p>
      <div aria-hidden="true" className="relative mt-3 h-3 rounded-full bg-line">
        <div className="h-full rounded-full bg-c1" style={{ width: `${chance * 100}%` }} />
        <span
          className="absolute -top-1.5 h-6 border-l-2 border-ink"
          style={{ left: `${threshold * 100}%` }}
        />
      </div>
      <p
        className="num relative m-0 mt-2 w-max text-meta text-ink-2"
        style={{ left: `${threshold * 100}%`, transform: `translateX(-${threshold * 100}%)` }}
      >
        threshold {fixed(threshold, 2)}
      </p>
      {similar ? (
        <p className="m-0 mt-2 text-table text-ink-2">
          Of 100 test rows with a similar chance, about {Math.round(similar.observed * 100)} really were “
          <bdi>{contract.positive}</bdi>” ({Math.round(similar.low * 100)} to {Math.round(similar.high * 100)}
          ).
        </p>
      ) : null}
    </>
  );
}

const SHOWN = 6;

function Classes({ answer }: { answer: Answer }) {
  const [isAll, setAll] = useState(false);
  const ranked = Object.entries(answer.probabilities ?? {}).sort((a, b) => b[1] - a[1]);
  return (
    <>
      <p className="m-0 mt-1 flex flex-wrap items-baseline gap-x-3">
        <bdi className={`${BIG} break-anywhere line-clamp-2`}>{String(answer.prediction)}</bdi>
        <span className="text-ink-2">with a chance of {percent(answer.probability)}</span>
      </p>
      <ul className="m-0 mt-3 max-h-[420px] list-none overflow-y-auto p-0 text-table">
        {ranked.slice(0, isAll ? 200 : SHOWN).map(([name, share], index) => (
          <li
            key={name}
            className="grid grid-cols-[minmax(64px,30%)_minmax(0,1fr)_56px] items-center gap-3 py-[3px]"
          >
            <bdi className={`truncate ${index === 0 ? "font-[550]" : ""}`} title={name}>
              {name}
            </bdi>
            <span aria-hidden="true" className="h-2.5 rounded-full bg-line">
              <span
                className="block h-full min-w-px rounded-full"
                style={{ width: `${share * 100}%`, background: index === 0 ? "var(--c1)" : "var(--mute)" }}
              />
            </span>
            <span className="num text-right">{percent(share)}</span>
          </li>
        ))}
      </ul>
      {ranked.length > SHOWN ? (
        <Button look="ghost" size="sm" className="mt-1 -ml-2.5" onClick={() => setAll(!isAll)}>
          {isAll ? "Show fewer" : `Show ${Math.min(200, ranked.length) - SHOWN} more`}
        </Button>
      ) : null}
    </>
  );
}

function Estimate({ answer, contract }: { answer: Answer; contract: Contract }) {
  const value = Number(answer.prediction);
  const [low, high] = answer.interval ?? [value, value];
  const from = Math.min(contract.target_range?.min ?? low, low);
  const to = Math.max(contract.target_range?.max ?? high, high);
  const at = (x: number) => `${Math.min(100, Math.max(0, ((x - from) / (to - from || 1)) * 100))}%`;
  const unit = contract.unit ? `\u00a0${contract.unit}` : "";
  return (
    <>
      <p className="m-0 mt-1 flex flex-wrap items-baseline gap-x-3">
        <span className={BIG}>
          {significant(value, 4)}
          {unit ? <small className="ml-1 text-section font-medium text-ink-3">{unit}</small> : null}
        </span>
        {answer.interval ? (
          <span className="num text-ink-2">
            {significant(low)} to {significant(high)}
            {unit}
          </span>
        ) : null}
      </p>
      <div aria-hidden="true" className="relative mt-3 h-3 rounded-full bg-line">
        <span
          className="absolute inset-y-0 rounded-full bg-c1 opacity-40"
          style={{ left: at(low), right: `calc(100% - ${at(high)})` }}
        />
        <span
          className="absolute -top-1 -ml-[1.5px] h-5 w-[3px] rounded-full bg-c1"
          style={{ left: at(value) }}
        />
      </div>
      <p aria-hidden="true" className="num m-0 mt-1.5 flex justify-between text-meta text-ink-3">
        <span>{significant(from)}</span>
        <span>{significant(to)}</span>
      </p>
      <p className="m-0 mt-1 text-table text-ink-2">
        {answer.interval && contract.interval_level
          ? `In ${Math.round(contract.interval_level * 10)} of 10 cases the true value lies in the band. `
          : ""}
        The bar runs over the values seen in training.
      </p>
    </>
  );
}
