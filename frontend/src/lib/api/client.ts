/** The typed HTTP client; every failure becomes an ApiError with code, message and hint. */
import createClient from "openapi-fetch";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];

/** Origin of the API: empty for the server that served this page; set for builds that live elsewhere. */
export const API_ORIGIN = process.env.NEXT_PUBLIC_API_ORIGIN ?? "";
export const API_BASE = `${API_ORIGIN}/api`;

export const http = createClient<paths>({ baseUrl: API_BASE });

/** A refusal or failure of the API, in words that can be shown. */
export class ApiError extends Error {
  readonly code: string;
  readonly hint: string;
  readonly status: number;
  readonly fields: { field: string; message: string }[];

  constructor(status: number, problem: Partial<Schemas["Problem"]>) {
    super(problem.detail || `The server answered with status ${status}.`);
    this.name = "ApiError";
    this.code = problem.code ?? "unknown";
    this.hint = problem.hint ?? "";
    this.status = status;
    this.fields = problem.errors ?? [];
  }
}

/** The server cannot be reached at all. */
export class Unreachable extends ApiError {
  constructor() {
    super(0, {
      code: "unreachable",
      detail: "The server does not answer.",
      hint: "Check that automl-lite serve is still running, then try again.",
    });
  }
}

type Answer<T> = { data?: T; error?: unknown; response: Response };

/** The data of an answer. Raises ApiError for a refusal, Unreachable where nothing answers. */
export async function unwrap<T>(answer: Promise<Answer<T>>): Promise<T> {
  let settled: Answer<T>;
  try {
    settled = await answer;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Unreachable();
  }
  if (!settled.response.ok) throw new ApiError(settled.response.status, asProblem(settled.error));
  return settled.data as T;
}

/** Any thrown value as an ApiError. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError(0, {
    code: "page-error",
    detail: error instanceof Error ? error.message : String(error),
    hint: "Reload the page; if it happens again, this is a fault of the page.",
  });
}

function asProblem(value: unknown): Partial<Schemas["Problem"]> {
  return typeof value === "object" && value !== null ? value : {};
}
