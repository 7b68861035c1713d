export { ComparePage } from "./components/ComparePage";
