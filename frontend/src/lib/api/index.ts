export {
  API_BASE,
  API_ORIGIN,
  ApiError,
  asApiError,
  http,
  type Schemas,
  Unreachable,
  unwrap,
} from "./client";
