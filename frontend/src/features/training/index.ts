export { TrainingPage } from "./components/TrainingPage";
