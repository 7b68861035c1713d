export { ConfigurePage } from "./components/ConfigurePage";
