export { JobGate } from "./components/JobGate";
export { ModelPage } from "./components/ModelPage";
export { RecentRuns } from "./components/RecentRuns";
export { RunHead } from "./components/RunHead";
export { hrefOf, scoreOf, sentenceOf, stateOf } from "./lib/words";
export { useFollow } from "./live";
export * from "./queries";
