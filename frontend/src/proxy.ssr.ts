/** Content-Security-Policy of the server build: scripts of this origin and those with the request's nonce. */
import { type NextRequest, NextResponse } from "next/server";

const API = process.env.NEXT_PUBLIC_API_ORIGIN ?? "";

export function proxy(request: NextRequest): NextResponse {
  const nonce = btoa(crypto.randomUUID());
  const policy = [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic' 'wasm-unsafe-eval'`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self' blob: data: ${API}`.trim(),
    "worker-src 'self' blob:",
    `frame-src 'self' ${API}`.trim(),
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
  const headers = new Headers(request.headers);
  headers.set("x-nonce", nonce);
  headers.set("content-security-policy", policy);
  const answer = NextResponse.next({ request: { headers } });
  answer.headers.set("content-security-policy", policy);
  answer.headers.set("x-content-type-options", "nosniff");
  answer.headers.set("referrer-policy", "same-origin");
  return answer;
}

export const config = { matcher: ["/((?!_next/static|ort/|icon.svg).*)"] };
