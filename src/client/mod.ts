/**
 * A typed client of Sentinel: every operation of the OpenAPI document, and a session that keeps itself fresh.
 *
 * @example
 * ```ts
 * const sentinel = createSentinelClient("http://localhost:8000");
 * await sentinel.login("ada", "analytical engine no 1");
 * const { data: me } = await sentinel.GET("/users/me");
 * ```
 *
 * @module
 */
import createFetchClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./schema.ts";
import { createSharedSession } from "./shared_session.ts";
import { memoryStorage, type Tokens, type TokenStorage } from "./storage.ts";

export { type Browser, browserStorage, type StoredSession, type Tokens, type TokenStorage } from "./storage.ts";

/** An RFC 9457 problem; every error of the API is one. */
export type Problem = components["schemas"]["Problem"];
/** All schemas of the API, by name. */
export type Schemas = components["schemas"];

export interface SentinelClientOptions {
  /** The tokens of an existing session. They replace those in `storage`. */
  tokens?: Tokens | undefined;
  /** Stores the session and shares it with other clients. By default it belongs to this client alone. */
  storage?: TokenStorage;
  /**
   * Called whenever the tokens change, in this client or in another client of the storage; undefined once the session
   * has ended.
   */
  onTokens?: (tokens: Tokens | undefined) => void;
  /** Sends the requests; `fetch` by default. */
  fetch?: (request: Request) => Promise<Response>;
}

/** `GET`, `POST`, `PUT`, `PATCH` and `DELETE` by path, as in openapi-fetch, and the session. */
export type SentinelClient = Client<paths> & {
  /** Starts a session. @throws {SentinelError} when the login is refused. */
  login(username: string, password: string): Promise<Tokens>;
  /**
   * Proves again who the user is, by the password or, with a second factor, by that: for calls that are answered the
   * problem `insufficient_user_authentication`. @throws {SentinelError} when the proof is refused.
   */
  stepUp(proof: Schemas["OwnProof"]): Promise<Tokens>;
  /** Ends the session in this client, in every client of the storage, and on the server. */
  logout(): Promise<void>;
  /** The tokens of the session, if there is one. */
  readonly tokens: Tokens | undefined;
  /** Calls `changed` whenever the tokens change. The returned function unsubscribes. */
  subscribe(changed: () => void): () => void;
  /** Stops listening to other clients. */
  close(): void;
};

/** A refused request, with its problem. */
export class SentinelError extends Error {
  override readonly name = "SentinelError";

  constructor(readonly status: number, readonly problem: Problem | undefined) {
    super(problem?.detail ?? `Sentinel answered ${status}.`);
  }
}

/**
 * Creates a client of the Sentinel at `url`. A request whose access token is refused is repeated once after a refresh.
 * All clients of one storage share one refresh, however many requests wait for it. If the session itself has ended, or
 * was replaced by a login or logout in the meantime, the caller gets the 401.
 */
export function createSentinelClient(url: string, options: SentinelClientOptions = {}): SentinelClient {
  const { storage = memoryStorage(), onTokens, fetch: send = (request) => fetch(request) } = options;
  const base = url.replace(/\/+$/, "");
  const form = (path: string, members: Record<string, string>) =>
    new Request(`${base}${path}`, { method: "POST", body: new URLSearchParams(members) });
  const session = createSharedSession({
    storage,
    tokens: options.tokens,
    send: (refresh_token) => send(form("/oauth/token", { grant_type: "refresh_token", refresh_token })),
  });
  if (onTokens) session.subscribe(() => onTokens(session.current()?.tokens));

  return {
    ...createFetchClient<paths>({ baseUrl: base, fetch: authorized }),
    login,
    stepUp,
    logout,
    subscribe: session.subscribe,
    close: session.close,
    get tokens() {
      return session.current()?.tokens;
    },
  };

  async function login(username: string, password: string): Promise<Tokens> {
    const response = await send(form("/login", { username, password }));
    if (!response.ok) throw new SentinelError(response.status, await response.json().catch(() => undefined));
    const tokens: Tokens = await response.json();
    await session.begin(tokens);
    return tokens;
  }

  async function stepUp(proof: Schemas["OwnProof"]): Promise<Tokens> {
    const mine = await session.loaded();
    if (!mine) throw new SentinelError(401, undefined);
    const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(proof) };
    const ask = (token: string) => send(withToken(new Request(`${base}/users/me/step-up`, init), token));
    let response = await session.renew(mine, ask);
    if (response.status === 401) {
      await session.refresh(mine);
      response = await session.renew(mine, ask);
    }
    if (!response.ok) throw new SentinelError(response.status, await response.json().catch(() => undefined));
    return await response.json();
  }

  async function logout(): Promise<void> {
    const ending = await session.end();
    if (!ending) return;
    const response = await send(form("/logout", { refresh_token: ending.tokens.refresh_token }));
    await response.body?.cancel();
  }

  /** Sends a request of the present session. It is never repeated under another session. */
  async function authorized(request: Request): Promise<Response> {
    const mine = await session.loaded();
    if (!mine || request.headers.has("authorization")) return await send(request);
    const used = mine.tokens.access_token;
    const again = request.clone(); // a body can be read only once
    const response = await send(withToken(request, used));
    if (response.status !== 401 || await needsStepUp(response)) return response;
    if (session.current() === mine && mine.tokens.access_token === used) {
      const refused = await session.refresh(mine);
      if (refused && session.current() === mine) {
        await response.body?.cancel();
        return refused.clone();
      }
    }
    if (session.current() !== mine) return response;
    await response.body?.cancel();
    return await send(withToken(again, mine.tokens.access_token));
  }
}

/** Whether the token is good, and a refresh would not help. */
async function needsStepUp(response: Response): Promise<boolean> {
  const problem = await response.clone().json().catch(() => undefined);
  return problem?.type === "/problems/insufficient_user_authentication";
}

function withToken(request: Request, token: string): Request {
  request.headers.set("authorization", `Bearer ${token}`);
  return request;
}
