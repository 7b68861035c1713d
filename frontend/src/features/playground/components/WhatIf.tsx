"use client";

import { type Axis, Mark, Numbers, nice, Plot, path } from "@/components/charts";
import { Card, CardBody, CardHead, Combobox, Skeleton, Slider } from "@/components/ui";
import type { Answer, Contract, InputColumn } from "@/lib/model";
import type { Texts } from "../lib/form";
import {
  canVary,
  figureOf,
  figureText,
  nearest,
  ownText,
  type Sweep,
  sentenceOf,
  stepText,
} from "../lib/whatif";

export type Swept = { sweep: Sweep; answers: Answer[] };

/** Change one value, keep the rest: how the answer follows. */
export function WhatIf({
  swept,
  columns,
  chosen,
  texts,
  contract,
  output,
  onChoose,
  onChange,
}: {
  swept: Swept[] | undefined;
  columns: InputColumn[];
  chosen: string[];
  texts: Texts;
  contract: Contract;
  output: string;
  onChoose: (place: number, name: string) => void;
  onChange: (name: string, text: string) => void;
}) {
  if (chosen.length === 0) return null;
  const options = columns.filter(canVary).map((column) => ({ value: column.name }));
  const figures = swept?.map((item) => item.answers.map((answer) => figureOf(answer, output))) ?? [];
  const domain = domainOf(figures.flat(), contract);
  return (
    <Card label="What if">
      <CardHead title="What if" sub="Change one value, keep the rest" />
      <CardBody className="grid gap-x-8 gap-y-6 md:grid-cols-2 lg:grid-cols-3">
        {chosen.map((name, place) => {
          const item = swept?.find((each) => each.sweep.column.name === name);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: three fixed places, whatever stands in them
            <div key={place} className="min-w-0">
              <Combobox
                mono
                hideLabel
                label={`What to vary, ${place + 1} of ${chosen.length}`}
                value={name}
                options={options}
                onChange={(next) => onChoose(place, next)}
              />
              {item ? (
                <OneSweep
                  sweep={item.sweep}
                  answers={item.answers}
                  output={output}
                  own={texts[name] ?? ""}
                  contract={contract}
                  domain={domain}
                  onChange={(text) => onChange(name, text)}
                />
              ) : (
                <Skeleton className="mt-3 h-40" />
              )}
            </div>
          );
        })}
      </CardBody>
    </Card>
  );
}

// One scale for all: a flat line must look flat.
function domainOf(figures: number[], { task, threshold }: Contract): readonly [number, number] {
  const known = figures.filter(Number.isFinite);
  if (known.length === 0) return [0, 1];
  const low = Math.min(...known);
  const high = Math.max(...known);
  if (task !== "regression")
    return [
      0,
      Math.min(
        1,
        Math.max(0.2, Math.ceil(Math.max(high, task === "binary" ? (threshold ?? 0) : 0) * 5 + 0.25) / 5),
      ),
    ];
  const margin = (high - low) * 0.1 || Math.abs(high) * 0.1 || 1;
  return nice([low - margin, high + margin], 3);
}

function OneSweep({
  sweep,
  answers,
  output,
  own,
  contract,
  domain,
  onChange,
}: {
  sweep: Sweep;
  answers: Answer[];
  output: string;
  own: string;
  contract: Contract;
  domain: readonly [number, number];
  onChange: (text: string) => void;
}) {
  const here = nearest(sweep, own);
  const last = sweep.steps.length - 1;
  const figures = answers.map((answer) => figureOf(answer, output));
  const words = sentenceOf(sweep, answers, output, contract.task);
  const { task, threshold } = contract;
  const x: Axis = {
    domain: [sweep.isLine ? 0 : -0.5, sweep.isLine ? last : last + 0.5],
    label: "",
    format: (index) => axisText(sweep, Math.round(index)),
    ticks: sweep.isLine ? [0, last] : sweep.steps.length <= 4 ? sweep.steps.map((_, index) => index) : [],
  };
  const y: Axis = {
    domain,
    label: "",
    format: (value) => figureText(value, task),
    ticks:
      task === "regression"
        ? [domain[0], (domain[0] + domain[1]) / 2, domain[1]]
        : [0, domain[1] / 2, domain[1]],
  };
  return (
    <>
      <div className="[&_.plot]:!mt-3 [&_.plot]:!mb-6">
        <Plot height={76} left={40} alt={`Answer while ${sweep.column.name} varies. ${words}`} x={x} y={y}>
          {({ x: toX, y: toY }) => (
            <>
              {task === "binary" && typeof threshold === "number" ? (
                <line className="mark-reference" x1="0" x2="100" y1={toY(threshold)} y2={toY(threshold)} />
              ) : null}
              {sweep.isLine ? (
                <path
                  className="mark-line"
                  stroke="var(--c1)"
                  d={path(figures.map((figure, index) => [toX(index), toY(figure)]))}
                />
              ) : (
                figures.map((figure, index) => (
                  <Mark
                    key={sweep.steps[index]?.text}
                    x={toX(index)}
                    y={toY(figure)}
                    size={index === here ? 10 : 7}
                    color={index === here ? "var(--c1)" : "var(--c6)"}
                  />
                ))
              )}
              {sweep.isLine && here >= 0 ? (
                <Mark x={toX(here)} y={toY(figures[here] ?? 0)} size={9} color="var(--c1)" />
              ) : null}
            </>
          )}
        </Plot>
      </div>
      <div style={{ paddingLeft: 40, paddingRight: 8 }}>
        <Slider
          label={`Vary ${sweep.column.name}`}
          words={here < 0 ? "empty" : `${stepText(sweep, here)}: ${figureText(figures[here], task)}`}
          min={0}
          max={last}
          step={1}
          value={Math.max(0, here)}
          onChange={(event) => onChange(sweep.steps[Number(event.target.value)]?.text ?? "")}
        />
      </div>
      <p className="m-0 mt-1 text-table text-ink-2">
        <b className="font-[550] text-ink">
          <bdi>{here < 0 ? "empty" : ownText(sweep, own)}</bdi>.
        </b>{" "}
        {words}
      </p>
      <Numbers
        name={`What if, ${sweep.column.name}`}
        table={() => ({
          head: [sweep.column.name, "Answer"],
          rows: sweep.steps.map((_, index) => [stepText(sweep, index), figureText(figures[index], task, 1)]),
        })}
      />
    </>
  );
}

// Days are enough at the ends of an axis.
function axisText(sweep: Sweep, index: number): string {
  const text = stepText(sweep, index);
  return sweep.column.kind === "datetime" ? text.slice(0, 10) : text;
}
