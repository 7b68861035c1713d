/** The words, tones and steps of drift; red stays for failures. */
type Severity = "none" | "slight" | "moderate" | "strong";

const ORDER: readonly Severity[] = ["none", "slight", "moderate", "strong"];

export const LEGEND = ["as in training", "slight", "moderate", "strong"] as const;

/** 0 for none to 3 for strong; what is not known counts as none. */
export function stepOf(severity: string): 0 | 1 | 2 | 3 {
  return Math.max(0, (ORDER as readonly string[]).indexOf(severity)) as 0 | 1 | 2 | 3;
}

/** A severity as a label: “Like training”, “Strong drift”. */
export function severityLabel(severity: string): string {
  const step = stepOf(severity);
  return step === 0 ? "Like training" : `${severity.charAt(0).toUpperCase()}${severity.slice(1)} drift`;
}

export function severityTone(severity: string): "neutral" | "accent" | "warn" {
  return (["accent", "neutral", "warn", "warn"] as const)[stepOf(severity)];
}
