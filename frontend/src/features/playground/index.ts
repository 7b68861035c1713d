export { PlaygroundIndex } from "./components/PlaygroundIndex";
export { PlaygroundPage } from "./components/PlaygroundPage";
