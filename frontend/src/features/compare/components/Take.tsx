import { Lead } from "@/components/ui";
import { bytes, list, number } from "@/lib/format";
import { metricLabel } from "@/lib/metrics";
import { choose, namesOf, type Run } from "../lib/compare";

/** The verdict: which run to take, and why. On a tie the simplest, always. */
export function Take({ runs }: { runs: Run[] }) {
  const choice = choose(runs);
  const run = choice ? runs[choice.place] : undefined;
  if (!choice || !run) return null;
  const names = namesOf(runs);
  const name = (place: number) => names[place] ?? "";
  const metric = metricLabel(run.evaluation.primary).toLowerCase();
  const others = choice.tied.filter((place) => place !== choice.place);
  const worse = runs.flatMap((_, place) => (choice.tied.includes(place) ? [] : [name(place)]));
  const largest = Math.max(...others.map((place) => runs[place]?.job.model_bytes ?? 0));
  const factor = run.job.model_bytes > 0 ? largest / run.job.model_bytes : 1;
  return (
    <Lead>
      Take <bdi className="font-semibold text-accent-ink">{name(choice.place)}</bdi>.{" "}
      {others.length === 0 ? `By ${metric} it is better than every other run here.` : null}
      {others.length > 0 ? (
        <>
          By {metric} there is no real difference to <bdi>{list(others.map(name))}</bdi>
          {factor >= 1.05
            ? `, and it is the simplest: ${bytes(run.job.model_bytes)}${factor >= 1.5 ? `, ${number(factor, factor < 10 ? 1 : 0)} times smaller` : ""}.`
            : ", and none of them is simpler."}
        </>
      ) : null}{" "}
      {others.length > 0 && worse.length > 0 ? (
        <>
          <bdi>{list(worse)}</bdi> {worse.length === 1 ? "is" : "are"} really worse.
        </>
      ) : null}{" "}
      {run.job.portable ? null : "It is a second opinion without an ONNX file and cannot be deployed here."}
    </Lead>
  );
}
