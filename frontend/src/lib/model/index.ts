export { WrongValue } from "./cells";
export type {
  Answer,
  Contract,
  Contribution,
  Explanation,
  InputColumn,
  Kind,
  Row,
  Value,
  Warning,
} from "./contract";
export { encode, type Feed, warningsOf } from "./encode";
export { Model, type Output, type RunGraph } from "./model";
