import { requestBudgetMs, useShareOf, withDeadline, withinDeadline } from "../../platform/db/deadline.ts";
import type { Party } from "../../platform/db/shares.ts";
import { networkOf } from "../../platform/network.ts";
import { type Expected, expectedBy } from "../../platform/revision.ts";
import type { Actor, Client, Principal } from "../../vocabulary/actor.ts";
import { successAnswer } from "./answer.ts";
import { readBody, readOptionalBody, readParams, readQuery } from "./body.ts";
import type { RequestContext } from "./request_context.ts";
import type { AnyOperation } from "../contract/contract.ts";
import type { SentProof } from "../../vocabulary/proofs.ts";
import { sentProof } from "../parsing/sent_proof.ts";
import { onBodyFailure } from "./failure.ts";
import { bearerToken, type Guard } from "./guard.ts";

/** The input of a handler. Everything in it was validated. */
export interface Input<P, Q, B, C> {
  params: P;
  query: Q;
  body: B;
  caller: C;
  client(): Client;
  /** The user and the client of the request, for the audit log. */
  actor(): Actor;
  /** The state that `If-Match` requires. */
  expected(): Expected;
  /** The bearer token as it was sent, for operations that check it themselves. */
  bearer(): string | undefined;
  /** The `Authorization` header as it was sent, for operations that authenticate OAuth clients. */
  authorization(): string | null;
  /** The header `DPoP` as it was sent, for operations that verify the proof themselves. */
  proof(): SentProof | undefined;
  /** Lets pages of these origins read the answer (Fetch §3.2). */
  readableBy(isReader: (origin: string) => boolean): void;
  /** Runs work with the database time of the request, for operations that are often answered from memory. */
  withStatements<T>(work: () => T): T;
}

// deno-lint-ignore no-explicit-any -- the schemas prove of each input what its handler's type says
type AnyHandler = (input: any) => unknown;

type Params = Record<string, string>;

export type Route = (request: Request, call: RequestContext, params: Params) => Response | Promise<Response>;

/**
 * The way of a request: who may, what was sent, the handler, the answer. Each step goes on at once where nothing has to
 * be waited for: a request that memory answers makes no promise (app_bench.ts).
 */
export function createRoute(operation: AnyOperation, handler: AnyHandler, { guard, isStopping, page }: {
  guard: Guard;
  isStopping: () => boolean;
  /** Draws the page of an operation that has one. */
  // deno-lint-ignore no-explicit-any -- as AnyHandler
  page?: ((body: any, request: Request) => string) | undefined;
}): Route {
  const { body, bodyOptional, query, params, success, fromMemory } = operation;
  const admit = guard(operation);
  const blame = onBodyFailure(isStopping);
  const reads = body !== undefined || query !== undefined || params !== undefined;

  return (request, call, given) => {
    call.route = operation.path;
    call.errors = operation.errors;
    const caller = admit(request, call);
    if (fromMemory && !(caller instanceof Promise)) return admitted(request, call, given, caller);
    return withDeadline(
      requestBudgetMs,
      () =>
        caller instanceof Promise
          ? withinDeadline(caller).then((known) => admitted(request, call, given, known))
          : admitted(request, call, given, caller),
    );
  };

  function admitted(request: Request, call: RequestContext, given: Params, caller: Principal | undefined) {
    if (!fromMemory) useShareOf(() => partyOf(call, caller));
    return reads ? readAndHandle(request, call, given, caller) : handle(request, call, caller, {});
  }

  /** A body may take 10 s to arrive, and its sender may lose access meanwhile, so the guard checks again. */
  async function readAndHandle(request: Request, call: RequestContext, given: Params, caller: Principal | undefined) {
    const parts: { params?: unknown; query?: unknown; body?: unknown } = {};
    if (params) parts.params = readParams(given, params);
    if (query) parts.query = readQuery(request.url, query);
    if (body) parts.body = await (bodyOptional ? readOptionalBody : readBody)(request, body).catch(blame);
    const known = body ? admit(request, call) : caller;
    return handle(request, call, known instanceof Promise ? await withinDeadline(known) : known, parts);
  }

  function handle(request: Request, call: RequestContext, caller: Principal | undefined, parts: object) {
    const value = handler({
      ...parts,
      caller,
      client: call.client,
      actor: () => actorOf(call, caller),
      expected: () => expectedBy(request.headers.get("if-match")),
      bearer: () => bearerToken(request.headers.get("authorization")),
      authorization: () => request.headers.get("authorization"),
      proof: () => sentProof(request),
      readableBy: (isReader: (origin: string) => boolean) => void (call.readers = isReader),
      withStatements: (work: () => unknown) =>
        withDeadline(requestBudgetMs, () => {
          useShareOf(() => partyOf(call, caller));
          return work();
        }),
    });
    return value instanceof Promise
      ? value.then((known) => successAnswer(call, request, success, known, page))
      : successAnswer(call, request, success, value, page);
  }
}

/** Who acts, for the audit log. */
export function actorOf(call: RequestContext, caller: Principal | undefined): Actor {
  return {
    actor_id: caller?.user.id ?? null,
    session_id: caller?.session?.id,
    key_id: caller?.key?.id,
    oauth_client_id: caller?.client?.id,
    scopes: caller?.scopes,
    requireFresh: caller?.requireFresh,
    client: call.client(),
  };
}

/** Whose requests share database time: those of one account, or those without an account from one network. */
export function partyOf(call: RequestContext, caller: Principal | undefined): Party {
  if (caller) return { kind: "account", id: caller.user.id };
  return { kind: "network", id: networkOf(call.client().ip) ?? "unknown" };
}
