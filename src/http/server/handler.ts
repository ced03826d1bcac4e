import type { Log } from "../../platform/logger.ts";
import type { Cidr } from "../../platform/network.ts";
import { problemAnswer } from "../request/answer.ts";
import type { App } from "../request/app.ts";
import { createRequestContext, type RequestContext } from "../request/request_context.ts";
import type { ForwardedHeader } from "../request/address.ts";
import { createCors } from "./cors.ts";
import { withoutBody } from "./head_answer.ts";
import { asProblem } from "../request/failure.ts";
import { pathOf, requireValidTarget } from "../request/target.ts";

/** Called for each request when it was answered. */
export type Answered = (request: Request, call: RequestContext, status: number, durationMs: number) => void;

export type Handler = (request: Request, info: Deno.ServeHandlerInfo) => Response | Promise<Response>;

/** Handles every request: checks of Host and path, CORS, the app, and the log line and metrics of the answer. */
export function createHandler({ app, log, answered, arrived, trustedProxies, forwardedHeader, corsOrigins }: {
  app: App;
  log: Log;
  arrived: () => void;
  answered: Answered;
  trustedProxies: Cidr[];
  forwardedHeader?: ForwardedHeader;
  corsOrigins: readonly string[];
}): Handler {
  const cors = createCors(corsOrigins, app.operations.flatMap((each) => each.crossOrigin ? [each.path] : []));

  return (request, info) => {
    arrived();
    const call = createRequestContext(request, info, trustedProxies, forwardedHeader);
    const response = respond(request, call);
    return response instanceof Promise
      ? response.then((known) => finish(request, call, known))
      : finish(request, call, response);
  };

  function respond(request: Request, call: RequestContext): Response | Promise<Response> {
    try {
      requireValidTarget(request);
      const answer = cors.preflight(request, call) ?? app.fetch(request, call);
      return request.method === "HEAD" ? withoutBody(answer) : answer;
    } catch (error) {
      return problemAnswer(call, pathOf(request.url), asProblem(error, call, log));
    }
  }

  function finish(request: Request, call: RequestContext, response: Response): Response {
    cors.allow(request, response, call);
    answered(request, call, response.status, performance.now() - call.arrivedAt);
    return response;
  }
}
