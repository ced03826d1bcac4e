import type { RequestContext } from "../request/request_context.ts";
import { textAnswer } from "../request/answer.ts";

/** How long a browser may cache a preflight, in seconds. */
const preflightMaxAge = "600";

/** CORS (Fetch §3.2) for exact origins, never with credentials: only pages read cookies. Undefined without origins. */
export function createCors(origins: readonly string[]) {
  if (origins.length === 0) return undefined;
  const allowed = new Set(origins);

  return {
    /** Answers the preflight of an allowed origin. Any other request continues as without CORS. */
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
    /** Allows an allowed origin to read the answer. */
    allow(request: Request, response: Response): void {
      const origin = request.headers.get("origin");
      response.headers.append("vary", "Origin");
      if (origin === null || !allowed.has(origin)) return;
      response.headers.set("access-control-allow-origin", origin);
      response.headers.set("access-control-expose-headers", "etag, link, location, retry-after, x-request-id");
    },
  };
}
