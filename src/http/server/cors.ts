import type { RequestContext } from "../request/request_context.ts";
import { textAnswer } from "../request/answer.ts";
import { pathOf } from "../request/target.ts";

const preflightMaxAge = "600";

const preflightHeaders = {
  "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE",
  "access-control-allow-headers": "authorization, content-type, dpop, if-match, x-request-id",
  "access-control-max-age": preflightMaxAge,
};

/** Beside the few that pages may always read. */
const exposedHeaders = "etag, link, location, retry-after, www-authenticate, x-request-id";

/**
 * CORS (Fetch §3.2) for a list of exact origins, and for the paths that any origin may call, where the answer says
 * which of them may read it. Tokens are sent in the Authorization header, and only pages read cookies. So a browser
 * that sends cookies along gains nothing, and may read what the handler has named its origin for: keycloak-js sends
 * them with its request for a token.
 */
export function createCors(origins: readonly string[], openPaths: readonly string[]) {
  const allowed = new Set(origins);
  const open = new Set(openPaths);

  return {
    /** Answers the preflight of an allowed origin or for an open path. Any other request continues as without CORS. */
    preflight(request: Request, call: RequestContext): Response | undefined {
      if (request.method !== "OPTIONS" || !request.headers.has("access-control-request-method")) return undefined;
      const isOpen = open.has(pathOf(request.url));
      if (!isOpen && !allowed.has(request.headers.get("origin") ?? "")) return undefined;
      call.route = "preflight";
      const headers = isOpen ? { ...preflightHeaders, "access-control-allow-origin": "*" } : preflightHeaders;
      return textAnswer(call, null, headers, 204);
    },
    /** Allows an allowed origin, and those that the request's handler has named, to read the answer. */
    allow(request: Request, response: Response, { readers }: RequestContext): void {
      if (allowed.size === 0 && !readers) return;
      const origin = request.headers.get("origin");
      response.headers.append("vary", "Origin");
      const isReader = origin !== null && readers?.(origin);
      if (origin === null || !(allowed.has(origin) || isReader)) return;
      response.headers.set("access-control-allow-origin", origin);
      if (isReader) response.headers.set("access-control-allow-credentials", "true");
      response.headers.set("access-control-expose-headers", exposedHeaders);
    },
  };
}
