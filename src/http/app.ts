import { OpenAPIHono, type z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { By, Client } from "../audit/audit.ts";
import { BudgetSpent, requestBudgetMs, spend, withBudget } from "../platform/budget.ts";
import { Unavailable, UnstorableInput } from "../platform/db_errors.ts";
import { HashQueueFull } from "../platform/hashing.ts";
import type { Log } from "../platform/logger.ts";
import { type Expected, expectedBy, revisionOf } from "../platform/revision.ts";
import { Problem } from "../problems.ts";
import type { Caller } from "../sessions/authentication.ts";
import { jsonAnswer, problemAnswer, textAnswer } from "./answer.ts";
import { BodyBrokeOff, readBody, readOptionalBody, readParams, readQuery } from "./body.ts";
import type { Call } from "./call.ts";
import type { Access, Operation, Success } from "./contract.ts";
import { bearerToken, type Guard } from "./guard.ts";
import { nextLink, type Page } from "./page.ts";
import { pathOf } from "./target.ts";

/** What a handler gets: everything proven against the contract. */
export interface Input<P, Q, B, C> {
  params: P;
  query: Q;
  body: B;
  caller: C;
  client(): Client;
  /** Who does it and from where, for the record. */
  by(): By;
  /** Of `If-Match`. */
  expected(): Expected;
  /** The bearer token as it came, for operations that judge it themselves. */
  bearer(): string | undefined;
}

type CallerOf<A extends Access> = A extends { kind: "anyone" } ? undefined
  : A extends { kind: "optional" } ? Caller | undefined
  : Caller;

// deno-lint-ignore no-explicit-any -- operations of every shape stand in one list
export type AnyOperation = Operation<any, any, any, any, any>;

/** The application: operations, and what answers a request. */
export type App = ReturnType<typeof createApp>;

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

type Params = Record<string, string>;

/** Answers a request that its method and path have chosen it for. */
type Route = (request: Request, call: Call, params: Params) => Response | Promise<Response>;

/**
 * A Hono app in which an operation has exactly one handler, so that a request runs through no chain of middleware.
 * `isStopping` tells whether the runtime may have broken off a body.
 */
export function createApp({ guard, log, isStopping = () => false }: {
  guard: Guard;
  log: Log;
  isStopping?: () => boolean;
}) {
  const hono = new OpenAPIHono<{ Bindings: Call }>();
  const operations: AnyOperation[] = [];
  // Paths without parameters. Hono finds `/users/{id}` for `/users/me` too, and with two at hand answers by promises.
  const exact = new Map<string, Record<string, Route>>();

  hono.onError((error, c) => problemAnswer(c.env, c.req.path, asProblem(error, c.env, log)));
  hono.notFound((c) => problemAnswer(c.env, c.req.path, notFound(c.req.path)));

  return { add, fetch, operations, hono };

  /** The answer, be it a problem; never fails. At once, where nothing has to be waited for. */
  function fetch(request: Request, call: Call): Response | Promise<Response> {
    const path = pathOf(request.url);
    const route = exact.get(path)?.[request.method];
    if (!route) return hono.fetch(request, call);
    const failed = (error: unknown) => problemAnswer(call, path, asProblem(error, call, log));
    try {
      const answered = route(request, call, {});
      return answered instanceof Promise ? answered.catch(failed) : answered;
    } catch (error) {
      return failed(error);
    }
  }

  /** Serves the operation: lets in by its `access`, reads by its schemas, answers by its `success`. */
  function add<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType, R, A extends Access>(
    operation: Operation<P, Q, B, R, A>,
    handler: (input: Input<z.output<P>, z.output<Q>, z.output<B>, CallerOf<A>>) => R | Promise<R>,
  ): void {
    operations.push(operation);
    const { body, bodyOptional, query, params, success, access, fromMemory } = operation;
    const reads = body !== undefined || query !== undefined || params !== undefined;

    const route: Route = (request, call, params) => {
      call.route = operation.path;
      call.errors = operation.errors;
      const caller = guard(request, access, call);
      if (caller instanceof Promise) {
        return withBudget(requestBudgetMs, () => spend(caller).then((known) => proceed(request, call, params, known)));
      }
      return fromMemory
        ? proceed(request, call, params, caller)
        : withBudget(requestBudgetMs, () => proceed(request, call, params, caller));
    };
    const proceed = (request: Request, call: Call, given: Params, caller: Caller | undefined) => {
      const result = reads
        ? read(request, given).then((parts) => handle(request, call, caller, parts))
        : handle(request, call, caller, {});
      return result instanceof Promise
        ? result.then((value) => answer(request, call, success, value))
        : answer(request, call, success, result);
    };
    const read = async (request: Request, given: Params) => ({
      ...(params && { params: readParams(given, params) }),
      ...(query && { query: readQuery(request.url, query) }),
      ...(body && { body: await (bodyOptional ? readOptionalBody : readBody)(request, body).catch(blame) }),
    });
    // The schemas have just proven what the types say.
    const handle = (request: Request, call: Call, caller: Caller | undefined, parts: object) =>
      handler(
        {
          ...parts,
          caller,
          client: call.client,
          by: () => ({ actor_id: caller?.user.id ?? null, client: call.client() }),
          expected: () => expectedBy(request.headers.get("if-match")),
          bearer: () => bearerToken(request.headers.get("authorization")),
        } as Parameters<typeof handler>[0],
      );

    const method = operation.method.toUpperCase();
    for (const path of [operation.path, ...operation.alsoAt ?? []]) {
      if (!path.includes("{")) exact.getOrInsertComputed(path, () => Object.create(null))[method] = route;
      hono.on(
        method,
        path.replaceAll(/\{(\w+)\}/g, ":$1"),
        (c: Context<{ Bindings: Call }>) => route(c.req.raw, c.env, c.req.param()),
      );
    }
  }

  /** A body that we broke off is not the client's mistake: it may be sent again, as it was. */
  function blame(error: unknown): never {
    if (!(error instanceof BodyBrokeOff) || !isStopping()) throw error;
    throw new Problem("unavailable", {
      detail: "This replica is shutting down. Send the request again.",
      cause: error,
    });
  }

  /** 405 where another method is served (RFC 9110 §15.5.6), 404 where none is. */
  function notFound(path: string): Problem {
    const allowed = methods.filter((method) => hono.router.match(method, path)[0].length > 0);
    if (allowed.length === 0) return new Problem("not_found");
    if (allowed.includes("GET")) allowed.push("HEAD");
    return new Problem("method_not_allowed", { headers: { allow: allowed.join(", ") } });
  }
}

function answer<R>({ url }: Request, call: Call, success: Success<R>, value: R): Response {
  const { status, headers } = success;
  switch (success.kind) {
    case "json": {
      if (success.location) return jsonAnswer(call, value, { status, headers: { location: success.location(value) } });
      if (success.revised) return jsonAnswer(call, value, { status, headers: revisionHeaders(value) });
      const link = success.paged ? nextLink(url, value as Page) : undefined;
      return jsonAnswer(call, value, { status, headers: link === undefined ? headers : { ...headers, link } });
    }
    case "text":
      return textAnswer(call, value as string, { "content-type": success.contentType, ...headers });
    case "empty":
      return textAnswer(call, null, {}, status);
  }
}

/** A proxy that compressed the answer would change its tag, and then `If-Match` matches nothing: hence `no-transform`. */
function revisionHeaders(value: unknown): Record<string, string> {
  return { etag: `"${revisionOf(value)}"`, "cache-control": "no-store, no-transform" }; // RFC 9111 §5.2.2.6
}

/** Every error has its row; what nobody foresaw is `internal`, in silence, with its cause in the log. */
export function asProblem(error: unknown, call: Call, log: Log): Problem {
  const facts = { request_id: call.id, route: call.route };
  if (error instanceof Problem) return error;
  if (error instanceof HashQueueFull) return new Problem("overloaded", { cause: error });
  if (error instanceof UnstorableInput) return new Problem("invalid_request", { cause: error });
  if (error instanceof Unavailable || error instanceof BudgetSpent) {
    log.warn("unavailable", { ...facts, cause: error.message });
    return new Problem("unavailable", { cause: error });
  }
  log.error("unforeseen error", { ...facts, cause: error instanceof Error ? error.stack : String(error) });
  return new Problem("internal", { cause: error });
}
