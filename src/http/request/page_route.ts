import { requestBudgetMs, useShareOf, withDeadline, withinDeadline } from "../../platform/db/deadline.ts";
import type { Log } from "../../platform/logger.ts";
import type { Actor, BrowserCaller, Principal } from "../../vocabulary/actor.ts";
import type { Permission } from "../../vocabulary/dictionary.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { type AnyOperation, type BodySpec, freshSignIn, type Requirement } from "../contract/contract.ts";
import { requireSameOrigin } from "../pages/form_origin.ts";
import { formTokenHeader, formTokenMember } from "../pages/form.ts";
import { downloadHeaders, formPageHeaders, type PageAnswer, pageHeaders } from "../pages/page_answer.ts";
import { problemPage, type WayOn } from "../pages/problem_page.ts";
import type { Visit, Visits } from "../pages/visit.ts";
import { jsonAnswer, textAnswer } from "./answer.ts";
import { type Form, readForm, readFormAsQuery, readParams, readQuery } from "./body.ts";
import { asProblem, onBodyFailure } from "./failure.ts";
import type { SignInFreshness } from "./freshness.ts";
import type { RequestContext } from "./request_context.ts";
import "../dictionary.ts";
import { actorOf, type Input, partyOf, type Route } from "./route.ts";
import { pathOf, queryOf } from "./target.ts";

/** Tells who is signed in in a browser. */
export interface BrowserAuthentication {
  /** Who holds the cookie, and the cookie that takes its place, if one does. Undefined when nobody is signed in. */
  authenticate(cookie: string): Promise<{ caller: BrowserCaller; cookie?: string } | undefined>;
}

/** Tells what a user may do. */
export interface Rights {
  /** Which permissions the user holds, from one reading of the roles. */
  rightsOf(principal: Pick<Principal, "user" | "scopes">): Promise<(permission: string) => boolean>;
}

/** What pages need beside what every operation needs. */
export interface PageDeps {
  visits: Visits;
  browsers: BrowserAuthentication;
  freshness: SignInFreshness;
  rights: Rights;
}

/** The input of a page's handler. */
export type PageInput<P, Q, B, C> =
  & Pick<Input<P, Q, B, C>, "params" | "query" | "body" | "caller" | "client" | "actor">
  & {
    visit: Visit;
    /** The query as it was sent. */
    search: string;
    /** Whether the user may do something else, for the links and buttons of the page. Nobody else may anything. */
    may(permission: Permission): boolean;
    /** Notes the OAuth client that the page is about, for logs. */
    concerns(clientId: string): void;
  };

// deno-lint-ignore no-explicit-any -- as in route.ts
type AnyPageHandler = (input: any) => PageAnswer | Promise<PageAnswer>;

type Params = Record<string, string>;

/** The way of a request to a page: a form is from one of ours or `foreign`, then who is signed in, then the handler. */
export function createPageRoute(
  operation: AnyOperation,
  handler: AnyPageHandler,
  deps: PageDeps & {
    log: Log;
    isStopping: () => boolean;
  },
): Route {
  const { body, query, params, path, method, fresh } = operation;
  const access = operation.access as Requirement;
  const { visits, browsers, freshness, rights, log, isStopping } = deps;
  const required = access.kind === "browser" ? access.permissions : undefined;
  const isOfConsole = required !== undefined;
  const blame = onBodyFailure(isStopping);
  if (method === "post" && !body) throw new Error(`${path} needs a form, and with it a token`);

  return async (request, call, given) => {
    call.route = path;
    const visit = visits.visit(request.headers);
    try {
      return answer(call, visit, await withDeadline(requestBudgetMs, () => handle(request, call, visit, given)));
    } catch (error) {
      return refusal(request, call, visit, asProblem(error, call, log));
    }
  };

  async function handle(request: Request, call: RequestContext, visit: Visit, given: Params): Promise<PageAnswer> {
    const parts = await read(request, visit, given);
    useShareOf(() => partyOf(call, undefined));
    const caller = await withinDeadline(authenticate(visit));
    call.userId = caller?.user.id;
    if (caller) useShareOf(() => partyOf(call, caller));
    const may = await authorize(caller);
    return await handler({
      ...parts,
      caller: caller && { ...caller, entersConsole: may("console:enter") },
      visit,
      search: queryOf(request.url),
      may,
      concerns: (clientId: string) => void (call.clientId = clientId),
      client: call.client,
      actor: (): Actor => ({
        ...actorOf(call, caller),
        ...(caller && { requireFresh: () => requireFresh(caller) }),
        ...(isOfConsole && { via: "console" }),
      }),
    });
  }

  /**
   * For what requires a fresh sign-in in some cases only, as the operation of the API does. @throws {Problem}
   * `sign_in_required`
   */
  function requireFresh(caller: BrowserCaller): void {
    if (!freshness.isFresh(freshSignIn.fresh, caller, caller.user)) throw new SignInAgain();
  }

  /** What the user may do. @throws {Problem} `forbidden` */
  async function authorize(caller: BrowserCaller | undefined): Promise<(permission: Permission) => boolean> {
    if (!caller) return () => false;
    const may = await withinDeadline(rights.rightsOf(caller));
    if (required && !required.every(may)) throw new Problem("forbidden");
    return may;
  }

  async function read(request: Request, visit: Visit, given: Params): Promise<object> {
    if (method === "post" && !body?.foreign) requireSameOrigin(request.headers, visits.origin);
    return {
      ...(params && { params: readParams(given, params) }),
      ...(query && { query: readQuery(request.url, query) }),
      ...(body && { body: await readBodyOf(request, visit, body).catch(blame) }),
    };
  }

  function readBodyOf(request: Request, visit: Visit, spec: BodySpec): Promise<unknown> {
    if (spec.foreign) return readFormAsQuery(request, spec);
    return readForm(request, spec, (form) => requireToken(visit, request, form));
  }

  function requireToken(visit: Visit, request: Request, { [formTokenMember]: sent, ...form }: Form): Form {
    const token = sent ?? request.headers.get(formTokenHeader) ?? "";
    if (typeof token !== "string" || !visit.isFormToken(pathOf(request.url), token)) throw new Problem("form_refused");
    return form;
  }

  async function authenticate(visit: Visit): Promise<BrowserCaller | undefined> {
    const sent = visit.session();
    const { caller, cookie } = sent !== undefined && await browsers.authenticate(sent) || {};
    if (cookie !== undefined) visit.keepSession(cookie);
    if (access.kind !== "browser") return caller;
    if (!caller) throw new Problem("sign_in_required");
    if (fresh && !freshness.isFresh(fresh, caller, caller.user)) throw new SignInAgain();
    return caller;
  }

  /** The page of a problem. Who has to sign in first is led there, and comes back. */
  function refusal(request: Request, call: RequestContext, visit: Visit, problem: Problem): Response {
    const again = pathOf(request.url) + (queryOf(request.url) && `?${queryOf(request.url)}`);
    const isSignIn = problem.code === "sign_in_required";
    if (isSignIn && method === "get") {
      return answer(call, visit, { kind: "see_other", location: signInPath(again, problem instanceof SignInAgain) });
    }
    const way: WayOn = isSignIn
      ? { signIn: signInPath(again, problem instanceof SignInAgain) }
      : ["form_refused", "precondition_failed"].includes(problem.code)
      ? { again }
      : {};
    return answer(call, visit, problemPage(visit, problem, call.id, way));
  }
}

/** The page of a path where nothing is. It reads and sets no cookie. */
export function notFoundPage(request: Request, call: RequestContext, visits: Visits): Response {
  const page = problemPage(visits.lookOf(request.headers), new Problem("not_found"), call.id, {});
  return textAnswer(call, page.html, { ...pageHeaders, vary: "Accept" }, page.status);
}

/** A user who is signed in has to sign in again: asked to sign in, they would be led back at once. */
class SignInAgain extends Problem {
  constructor() {
    super("sign_in_required");
  }
}

/** The sign-in that leads back to a path of this server. */
function signInPath(next: string, isAgain: boolean): string {
  return `/signin?next=${encodeURIComponent(next)}${isAgain ? "&again=1" : ""}`;
}

function answer(call: RequestContext, visit: Visit, answered: PageAnswer): Response {
  const response = responseOf(call, visit, answered);
  for (const cookie of visit.setCookies()) response.headers.append("set-cookie", cookie);
  return response;
}

function responseOf(call: RequestContext, visit: Visit, answered: PageAnswer): Response {
  switch (answered.kind) {
    case "see_other":
      return textAnswer(call, null, { location: answered.location }, 303);
    case "download":
      return textAnswer(call, answered.body, downloadHeaders(answered));
    case "data":
      return jsonAnswer(call, answered.data);
    case "page": {
      const headers = { ...headersOf(visit, answered.headers), ...answered.policy };
      return textAnswer(call, answered.html, headers, answered.status);
    }
  }
}

/** Of a problem's headers a page keeps when to try again; a challenge for programs means nothing to a browser. */
function headersOf(visit: Visit, { "retry-after": retryAfter }: Record<string, string> = {}): Record<string, string> {
  const headers = visit.hasForm() ? formPageHeaders : pageHeaders;
  return retryAfter === undefined ? headers : { ...headers, "retry-after": retryAfter };
}
