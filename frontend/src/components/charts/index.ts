export { HBars, MiniBars, ShareBar } from "./Bars";
export { HeatLegend, HeatMap } from "./HeatMap";
export { Numbers } from "./Numbers";
export { type Axis, Legend, Mark, Plot } from "./Plot";
export { RangeMark } from "./RangeMark";
export { ShareRows, ShareSteps } from "./Shares";
export { type Domain, extent, linear, nice, path, ticks } from "./scale";

/** Categorical colours in their fixed order; never more than six. */
export const SERIES = ["var(--c1)", "var(--c2)", "var(--c3)", "var(--c4)", "var(--c5)", "var(--c6)"] as const;
