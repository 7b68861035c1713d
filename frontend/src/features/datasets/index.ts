export { ColumnSketch, KindLabel } from "./components/ColumnSketch";
export { ColumnTable } from "./components/ColumnTable";
export { DatasetGate } from "./components/DatasetGate";
export { DatasetPage } from "./components/DatasetPage";
export { DatasetsPage } from "./components/DatasetsPage";
export { PreviewTable } from "./components/PreviewTable";
export { factsOf } from "./lib";
export * from "./queries";
