export { AlertsPage } from "./components/AlertsPage";
export { WatchPage } from "./components/WatchPage";
