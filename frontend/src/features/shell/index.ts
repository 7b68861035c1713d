export { NotFound } from "./NotFound";
export { PageError } from "./PageError";
export { PageHead } from "./PageHead";
export { Providers } from "./Providers";
export { useSystem } from "./queries";
export { Shell } from "./Shell";
