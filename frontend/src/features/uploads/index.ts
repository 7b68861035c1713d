export { DropZone } from "./components/DropZone";
export { confirmDataset } from "./send";
export { type Uploading, useSend } from "./useSend";
