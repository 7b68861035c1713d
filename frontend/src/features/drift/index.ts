export { DriftPage } from "./components/DriftPage";
export { DriftReport } from "./components/DriftReport";
export { ReportCard } from "./components/ReportCard";
export { SeverityChip } from "./components/SeverityChip";
export { bySeverity } from "./lib/changes";
export { useBatchDrift } from "./queries";
export type { Change } from "./types";
