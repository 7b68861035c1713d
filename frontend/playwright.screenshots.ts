import config from "./playwright.config";

// Pictures of every page, made by `pnpm screenshots` into the git-ignored folder screenshots/.
export default {
  ...config,
  timeout: 900_000,
  projects: [{ name: "screenshots", testMatch: /screenshots\.ts$/ }],
};
