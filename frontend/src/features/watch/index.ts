export { AlertsPage } from "./components/AlertsPage";
export { KeptPage } from "./components/KeptPage";
export { WatchPage } from "./components/WatchPage";
