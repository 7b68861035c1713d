/** Alerts in words. */
import type { Alert } from "../queries";

const RULES: Record<string, string> = {
  drift: "Drift",
  "accuracy-drop": "Estimated accuracy",
  "error-share": "Rows without an answer",
  worse: "Measured worse",
};

export const ruleOf = (alert: Pick<Alert, "rule">): string => RULES[alert.rule] ?? alert.rule;

/** Whether the webhook got it; empty where there is none. */
export function deliveryOf({ delivery }: Pick<Alert, "delivery">): string {
  if (!delivery) return "";
  if (delivery.delivered_at) return "webhook told";
  return `webhook not reached${delivery.attempts > 1 ? ` in ${delivery.attempts} attempts` : ""}`;
}
