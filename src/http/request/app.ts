import type { z } from "@hono/zod-openapi";
import { type Context, Hono } from "hono";
import type { Log } from "../../platform/logger.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { BrowserCaller, FirstParty, Principal } from "../../vocabulary/actor.ts";
import { problemAnswer } from "./answer.ts";
import type { RequestContext } from "./request_context.ts";
import type { AnyOperation, Operation, Requirement } from "../contract/contract.ts";
import { asProblem } from "./failure.ts";
import type { Guard } from "./guard.ts";
import { createPageRoute, notFoundPage, type PageDeps, type PageInput } from "./page_route.ts";
import { createRoute, type Input, type Route } from "./route.ts";
import { prefersHtml } from "../parsing/accept.ts";
import type { PageAnswer } from "../pages/page_answer.ts";
import { pathOf } from "./target.ts";

type CallerOf<A extends Requirement> = A extends { kind: "anyone" } ? undefined
  : A extends { kind: "optional" | "permission_or_client" } | { kind: "userinfo"; inForm: true } ? Principal | undefined
  : A extends { kind: "own_account" } ? FirstParty
  : Principal;

type BrowserCallerOf<A extends Requirement> = A extends { kind: "browser" } ? BrowserCaller : BrowserCaller | undefined;

/** The operations, and the function that answers requests. */
export type App = ReturnType<typeof createApp>;

/**
 * Each operation has exactly one handler, without middleware. `isStopping`: the runtime may have aborted a body.
 * `metadataUrl`: of the API as a protected resource, which its challenges name.
 */
export function createApp({ guard, log, isStopping = () => false, pages, metadataUrl }: {
  guard: Guard;
  log: Log;
  isStopping?: () => boolean;
  pages?: PageDeps;
  metadataUrl?: string;
}) {
  const hono = new Hono<{ Bindings: RequestContext }>();
  const operations: AnyOperation[] = [];
  // Paths without parameters. Hono would match `/users/{id}` as well as `/users/me`, and a path with two matches is
  // answered by promises only.
  const exact = new Map<string, Record<string, Route>>();

  /** Paths of operations that take tokens of the API. Userinfo is another resource. */
  const resourcePaths = new Set<string>();

  const patterns: { operation: AnyOperation; shape: RegExp }[] = [];

  hono.onError((error, c) => failureAnswer(c.env, c.req.path, error));
  hono.notFound((c) => unserved(c.req.raw, c.env, c.req.path));

  return { add, addPage, fetch, operations, hono };

  /** Answers the request; never fails. Returns no promise when nothing has to be waited for. */
  function fetch(request: Request, call: RequestContext): Response | Promise<Response> {
    const path = pathOf(request.url);
    const own = exact.get(path);
    const isHead = request.method === "HEAD"; // is answered as GET; the handler drops the body
    const route = own?.[isHead ? "GET" : request.method];
    if (!route && own) return problemAnswer(call, path, notAllowed(Object.keys(own)));
    if (!route) return hono.fetch(isHead ? new Request(request, { method: "GET" }) : request, call);
    const failed = (error: unknown) => failureAnswer(call, path, error);
    try {
      const answered = route(request, call, {});
      return answered instanceof Promise ? answered.catch(failed) : answered;
    } catch (error) {
      return failed(error);
    }
  }

  function failureAnswer(call: RequestContext, path: string, error: unknown): Response {
    return problemAnswer(
      call,
      path,
      asProblem(error, call, log),
      resourcePaths.has(call.route) ? metadataUrl : undefined,
    );
  }

  /** Checks `access`, validates the input, and answers with `success`. `page` draws an operation with `alsoHtml`. */
  function add<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType, R, A extends Requirement>(
    operation: Operation<P, Q, B, R, A>,
    handler: (input: Input<z.output<P>, z.output<Q>, z.output<B>, CallerOf<A>>) => R | Promise<R>,
    page?: (body: R, request: Request) => string,
  ): void {
    addRoute(operation, createRoute(operation, handler, { guard, isStopping, page }));
  }

  /** Serves the page: checks where a form comes from and who is signed in, and draws problems as pages too. */
  function addPage<
    P extends z.ZodObject,
    Q extends z.ZodObject,
    B extends z.ZodType,
    R extends PageAnswer,
    A extends Requirement,
  >(
    operation: Operation<P, Q, B, R, A>,
    handler: (input: PageInput<z.output<P>, z.output<Q>, z.output<B>, BrowserCallerOf<A>>) => R | Promise<R>,
  ): void {
    if (!pages) throw new Error(`${operation.path} is a page, and this app serves none`);
    addRoute(operation, createPageRoute(operation, handler, { ...pages, log, isStopping }));
  }

  function addRoute(operation: AnyOperation, route: Route): void {
    operations.push(operation);
    if (takesTokens(operation.access)) resourcePaths.add(operation.path);
    const method = operation.method.toUpperCase();
    for (const path of [operation.path, ...operation.alsoAt ?? []]) {
      if (path.includes("{")) patterns.push({ operation, shape: shapeOf(path) });
      if (!path.includes("{")) exact.getOrInsertComputed(path, () => Object.create(null))[method] = route;
      hono.on(
        method,
        path.replaceAll(/\{(\w+)\}/g, ":$1"),
        (c: Context<{ Bindings: RequestContext }>) => route(c.req.raw, c.env, c.req.param()),
      );
    }
  }

  /** Browsers get a page that says so where there is nothing. */
  function unserved(request: Request, call: RequestContext, path: string): Response {
    const problem = notFound(path);
    if (pages && problem.code === "not_found" && prefersHtml(request.headers.get("accept"))) {
      return notFoundPage(request, call, pages.visits);
    }
    return problemAnswer(call, path, problem);
  }

  /** 405 when another method is served at the path, with its parameters valid for the operation, else 404. */
  function notFound(path: string): Problem {
    const served = patterns.filter(({ shape, operation }) => {
      const groups = shape.exec(path)?.groups;
      if (!groups) return false;
      const params = Object.entries(groups).map(([name, text]) => [name, decodeURIComponent(text)]);
      return operation.params.safeParse(Object.fromEntries(params)).success;
    });
    if (served.length === 0) return new Problem("not_found", pages && { headers: { vary: "Accept" } });
    return notAllowed(served.map(({ operation }) => operation.method.toUpperCase()));
  }
}

function takesTokens({ kind }: Requirement): boolean {
  return ["optional", "own_account", "permission", "permission_or_client", "signed_in"].includes(kind);
}

function shapeOf(pattern: string): RegExp {
  return new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`);
}

/** RFC 9110 §15.5.6 */
function notAllowed(methods: string[]): Problem {
  const allowed = methods.includes("GET") ? [...methods, "HEAD"] : methods;
  return new Problem("method_not_allowed", { headers: { allow: allowed.join(", ") } });
}
