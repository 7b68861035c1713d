import { Check, TrendingUp, TriangleAlert } from "lucide-react";
import { Chip } from "@/components/ui";
import { severityLabel, severityTone, stepOf } from "../lib/severity";

const ICONS = [Check, TrendingUp, TriangleAlert, TriangleAlert] as const;

/** How far rows have drifted, as a label with a sign. */
export function SeverityChip({ severity }: { severity: string }) {
  const Icon = ICONS[stepOf(severity)];
  return (
    <Chip tone={severityTone(severity)}>
      <Icon aria-hidden="true" strokeWidth={1.75} />
      {severityLabel(severity)}
    </Chip>
  );
}
