import type { Clock } from "../../platform/clock.ts";
import type { Database, Tx } from "../../platform/db/db.ts";
import type { IdTokens } from "../../tokens/id_tokens/id_token.ts";
import type { Actor, BrowserCaller, Client } from "../../vocabulary/actor.ts";
import type { MintLimits } from "../../tokens/access_tokens/mint.ts";
import { aalAt } from "../../vocabulary/assurance.ts";
import { publicClientId } from "../../vocabulary/clients/client_id.ts";
import type { ClientRefusals } from "../clients/client_refusals.ts";
import type { AuthorizationCodes } from "../codes/authorization_codes.ts";
import type { Consents } from "../consents/consents.ts";
import type { DocumentClients } from "../documents/document_clients.ts";
import type { PushedRequests } from "../pushed_requests/pushed_requests.ts";
import type { AskedRequest, AuthorizationFlows, Flow } from "./authorization_flows.ts";
import { flowOfPath, pathOfFlow } from "./authorization_flows.ts";
import { type AuthorizationRequest, type AuthorizationRequests, hintsOf } from "./authorization_requests.ts";
import { type AuthorizationOutcome, createAuthorizationSteps, type Step } from "./authorization_steps.ts";
import { ageOf, signInAfter } from "./checks/max_age.ts";
import type { Refusal } from "./parameters/check.ts";
import { shownApplication } from "../../vocabulary/clients/shown_client.ts";
import { accessOf, type GrantedAccess } from "../consents/granted_access.ts";

/** The browser of a request: who is signed in there, and its secret. */
export type AuthorizingBrowser = { caller: BrowserCaller | undefined; secret: string | undefined };

/** What the sign-in that a request leads to shows. `isOther`: the user wants to choose another account. */
export type SignInWish = {
  application: string;
  locales: string | undefined;
  loginHint: string | undefined;
  isOther: boolean;
};

/** The user is known, and has to be asked or not. */
type Admitted = { kind: "consent" | "grant"; access: GrantedAccess; caller: BrowserCaller };

/** What ends with the answer to a request: its flow, and the request that the client pushed. */
type Waiting = { id?: string; pushedId?: string | undefined };

/** What a request lacks. */
type Judged =
  | Admitted
  | { kind: "sign_in" }
  | { kind: "refused"; refusal: Refusal };

export type Authorizations = ReturnType<typeof createAuthorizations>;

interface AuthorizationsDeps {
  db: Database;
  clock: Clock;
  requests: AuthorizationRequests;
  flows: AuthorizationFlows;
  pushedRequests: PushedRequests;
  codes: AuthorizationCodes;
  consents: Consents;
  idTokens: IdTokens;
  refusals: ClientRefusals;
  documentClients: DocumentClients;
  issuer: string;
  mintLimits: MintLimits;
  counted: (outcome: AuthorizationOutcome) => void;
}

/**
 * Lets users into applications (OAuth 2.1 §4.1, OpenID Connect Core 1.0 §3.1.2). Who is signed in, and need not be
 * asked, gets a code at once, and nothing else is stored. Otherwise the request waits as a flow of this browser.
 */
export function createAuthorizations(deps: AuthorizationsDeps) {
  const { db, clock, requests, flows, pushedRequests, codes, consents, idTokens } = deps;
  const { documentClients, mintLimits, counted } = deps;
  const { granted, refused, refusedPage, stale } = createAuthorizationSteps(deps);
  return { begin, resume, answer, refuseLong, wishOf };

  /** A new request. `ensureSecret` gives the browser a secret if it has none. */
  async function begin(
    sent: string,
    browser: AuthorizingBrowser,
    ensureSecret: () => string,
    origin: Client,
  ): Promise<Step> {
    const opened = await pushedRequests.open(sent, origin.ip);
    if (opened.kind === "page") return refusedPage(opened.refusal);
    const { asked } = opened;
    return { ...await beginAsked(asked, browser, ensureSecret, origin), locales: hintsOf(asked.query).locales };
  }

  async function beginAsked(
    asked: AskedRequest,
    { caller }: AuthorizingBrowser,
    ensureSecret: () => string,
    origin: Client,
  ): Promise<Step> {
    const read = await checked(asked, origin);
    if (read.kind !== "request") return read.step;
    const { request } = read;
    const maxAge = ageOf(request);
    const judged = await judge(request, caller, signInAfter(maxAge, clock.now()));
    if (judged.kind === "refused") return refused(request, judged.refusal);
    if (judged.kind === "grant") return await grant(request, judged, asked, origin);
    if (request.prompts.has("none")) return refused(request, neverAsked[judged.kind]);
    const id = await flows.start(request.client.id, { ...asked, maxAge }, ensureSecret());
    const path = pathOfFlow(id);
    if (judged.kind === "consent") return { kind: "lead", client: request.client, path };
    counted("sign_in");
    const isNew = request.prompts.has("create");
    return { kind: "lead", client: request.client, path: signInPath(isNew ? "/signup" : "/signin", path, caller) };
  }

  /** The request goes on, after a sign-in or to ask its question. */
  async function resume(flowId: string | undefined, browser: AuthorizingBrowser, origin: Client): Promise<Step> {
    return await goOn(flowId, browser, origin, async (flow, request, judged) => {
      if (judged.kind === "grant") return await grant(request, judged, flow, origin);
      const { access, caller } = judged;
      counted("consent");
      return { kind: "ask", question: { flowId: flow.id, request, access, caller } };
    });
  }

  /** The user's answer to the question. */
  async function answer(
    flowId: string | undefined,
    browser: AuthorizingBrowser,
    isAllowed: boolean,
    actor: Actor,
  ): Promise<Step> {
    return await goOn(flowId, browser, actor.client, async (flow, request, judged) => {
      if (isAllowed) return await grant(request, judged, flow, actor.client, actor);
      return await finish(flow, () => refused(request, denied));
    });
  }

  /** A request that is too long to go on as a query. */
  function refuseLong(): Step {
    return refusedPage({ reason: "too_long" });
  }

  /** What the sign-in that leads to this path shows; undefined if the path is no flow of this browser. */
  async function wishOf(path: string, secret: string | undefined): Promise<SignInWish | undefined> {
    const id = flowOfPath(path);
    const flow = id === undefined ? undefined : await flows.find(id, secret);
    const read = flow && await requests.read(flow, undefined);
    if (read?.kind !== "request") return undefined;
    const { client, redirectUri, prompts } = read.request;
    return {
      application: shownApplication(client, redirectUri),
      isOther: prompts.has("select_account"),
      ...hintsOf(flow!.query),
    };
  }

  async function goOn(
    flowId: string | undefined,
    { caller, secret }: AuthorizingBrowser,
    origin: Client,
    next: (flow: Flow, request: AuthorizationRequest, judged: Admitted) => Promise<Step>,
  ): Promise<Step> {
    const flow = flowId === undefined ? undefined : await flows.find(flowId, secret);
    if (!flow) return stale();
    const read = await checked(flow, origin);
    if (read.kind !== "request") return read.step;
    const { request } = read;
    const judged = await judge(request, caller, flow.authAfter);
    const { client } = request;
    if (judged.kind === "sign_in") {
      return { kind: "lead", client, path: signInPath("/signin", pathOfFlow(flow.id), caller) };
    }
    if (judged.kind === "refused") return await finish(flow, () => refused(request, judged.refusal));
    const step = await next(flow, request, judged);
    return { ...step, client, locales: hintsOf(flow.query).locales };
  }

  /** The request, or what comes of one that is refused. */
  async function checked(asked: AskedRequest, { ip }: Client) {
    const read = await requests.read(asked, ip);
    if (read.kind === "request") return read;
    const step = read.kind === "page" ? refusedPage(read.refusal) : refused(read.recipient, read.refusal);
    return { kind: "refused" as const, step };
  }

  async function judge(
    request: AuthorizationRequest,
    caller: BrowserCaller | undefined,
    authAfter: number,
  ): Promise<Judged> {
    const { idTokenHint, client } = request;
    if (idTokenHint !== undefined) {
      const hint = await idTokens.verifyHint(idTokenHint);
      if (hint?.aud !== publicClientId(client)) return { kind: "refused", refusal: noHint };
      if (caller && caller.user.id !== hint.sub) return { kind: "refused", refusal: otherUser };
    }
    if (!caller || caller.authTime < authAfter || !isStrong(request, caller)) return { kind: "sign_in" };
    const access = await accessOf(consents, request, caller.user.id);
    return { kind: access.mustAsk ? "consent" : "grant", access, caller };
  }

  /** Who has no second factor is let in without it: the client reads in `acr` what was proved. */
  function isStrong({ aal }: AuthorizationRequest, caller: BrowserCaller): boolean {
    return !caller.user.has_factor || aalAt(caller, clock.now(), mintLimits.aal2MaxSeconds) >= aal;
  }

  async function grant(
    request: AuthorizationRequest,
    { access, caller }: Admitted,
    waiting: Waiting,
    origin: Client,
    answering?: Actor,
  ): Promise<Step> {
    const { client, redirectUri, codeChallenge, dpopJkt, nonce, unstored } = request;
    const { scopes, resources, offline } = access;
    const [userId, sessionId, clientId] = [caller.user.id, caller.session.id, client.id];
    const what = { scopes, resources, nonce, offline };
    const code = { userId, sessionId, clientId, redirectUri, codeChallenge, dpopJkt, ...what };
    const isWaiting = waiting.id !== undefined || waiting.pushedId !== undefined;
    if (!isWaiting && !unstored) return granted(request, await codes.issue(code));
    const actor = answering ?? { actor_id: userId, session_id: sessionId, client: origin };
    return await finish(waiting, async (tx) => {
      if (unstored) await documentClients.storeIn(tx, unstored, actor);
      if (answering) await consents.rememberIn(tx, { userId, clientId, scopes, resources }, answering);
      return granted(request, await codes.issueIn(tx, code));
    });
  }

  /** Ends what waits with this step; of two answers the second one finds it over. */
  async function finish({ id, pushedId }: Waiting, last: (tx: Tx) => Step | Promise<Step>): Promise<Step> {
    return await db.transaction(async (tx) => {
      if (id !== undefined && !await flows.consumeIn(tx, id)) return stale();
      if (pushedId !== undefined && !await pushedRequests.consumeIn(tx, pushedId)) return stale();
      return await last(tx);
    });
  }
}

/** Who is signed in, and has to sign in again, would be led back at once. */
function signInPath(page: string, next: string, caller: BrowserCaller | undefined): string {
  return `${page}?next=${encodeURIComponent(next)}${caller ? "&again=1" : ""}`;
}

const denied: Refusal = { error: "access_denied", description: "the user did not allow it" };

const noHint: Refusal = {
  error: "invalid_request",
  description: "id_token_hint is not an id_token that this client got here",
};

const otherUser: Refusal = { error: "login_required", description: "another user is signed in" };

/** What `prompt=none` is answered where the user would be asked. */
const neverAsked: Record<"sign_in" | "consent", Refusal> = {
  sign_in: { error: "login_required", description: "the user has to sign in" },
  consent: { error: "consent_required", description: "the user has to be asked for consent" },
};
