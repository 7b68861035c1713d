export { Calibration } from "./components/Calibration";
export { Confusion } from "./components/Confusion";
export { Curves } from "./components/Curves";
export { RegressionEvidence } from "./components/RegressionEvidence";
export { ResultsPage } from "./components/ResultsPage";
export { findMetric, write } from "./lib/evidence";
