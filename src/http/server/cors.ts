import type { RequestContext } from "../request/request_context.ts";
import { textAnswer } from "../request/answer.ts";

/** Seconds for which a browser may keep a preflight. */
const preflightMaxAge = "600";

/**
 * CORS (Fetch §3.2) for an allow-list of exact origins; undefined when it is empty. No credentials mode: tokens
 * travel in the Authorization header, which the list allows, and cookies do not exist here.
 */
export function createCors(origins: readonly string[]) {
  if (origins.length === 0) return undefined;
  const allowed = new Set(origins);

  return {
    /** Answers a preflight of an allowed origin; anything else goes on as if CORS did not exist. */
    preflight(request: Request, call: RequestContext): Response | undefined {
      if (request.method !== "OPTIONS" || !request.headers.has("access-control-request-method")) return undefined;
      if (!allowed.has(request.headers.get("origin") ?? "")) return undefined;
      call.route = "preflight";
      return textAnswer(call, null, {
        "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE",
        "access-control-allow-headers": "authorization, content-type, if-match, x-request-id",
        "access-control-max-age": preflightMaxAge,
      }, 204);
    },
    /** Lets an allowed origin read the answer. */
    allow(request: Request, response: Response): void {
      const origin = request.headers.get("origin");
      response.headers.append("vary", "Origin");
      if (origin === null || !allowed.has(origin)) return;
      response.headers.set("access-control-allow-origin", origin);
      response.headers.set("access-control-expose-headers", "etag, link, location, retry-after, x-request-id");
    },
  };
}
