export { BatchesPage } from "./components/BatchesPage";
export { BatchPage } from "./components/BatchPage";
export { CompareBatches } from "./components/CompareBatches";
export { DuelPage } from "./components/DuelPage";
export { FilePicker } from "./components/FilePicker";
export { ScorePage } from "./components/ScorePage";
export { ValidatePage } from "./components/ValidatePage";
