export { ResultsPage } from "./components/ResultsPage";
export { write } from "./lib/evidence";
