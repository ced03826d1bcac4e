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

/** An RFC 9457 problem, as every error is. */
export type Problem = components["schemas"]["Problem"];
/** Every schema of the interface, by name. */
export type Schemas = components["schemas"];

export interface SentinelClientOptions {
  /** Of a session that goes on; kept in `storage` in the place of what is there. */
  tokens?: Tokens | undefined;
  /** Where the session is kept, and with which other clients it is shared; in this client alone unless given. */
  storage?: TokenStorage;
  /** Told whenever the tokens change, here or in another client of the storage; undefined once the session has ended. */
  onTokens?: (tokens: Tokens | undefined) => void;
  /** Sends the requests; `fetch` unless given. */
  fetch?: (request: Request) => Promise<Response>;
}

/** `GET`, `POST`, `PUT`, `PATCH` and `DELETE` by path, as openapi-fetch has them, and the session. */
export type SentinelClient = Client<paths> & {
  /** Begins a session. @throws {SentinelError} when it is refused. */
  login(username: string, password: string): Promise<Tokens>;
  /** Ends the session, here, in every client of the storage, and on the server. */
  logout(): Promise<void>;
  /** Those of the session, if there is one. */
  readonly tokens: Tokens | undefined;
  /** Calls `changed` whenever the tokens change, until the answer is called. */
  subscribe(changed: () => void): () => void;
  /** Hears of no other client any more. */
  close(): void;
};

/** What the server refused, with its problem. */
export class SentinelError extends Error {
  override readonly name = "SentinelError";

  constructor(readonly status: number, readonly problem: Problem | undefined) {
    super(problem?.detail ?? `Sentinel answered ${status}.`);
  }
}

/**
 * A client of the Sentinel at `url`. A request whose access token is refused is sent once more after a refresh, and
 * however many requests wait for one, in however many clients of one storage, there is one. Where the session itself has
 * ended, or a login or a logout has left it meanwhile, the 401 is what is answered.
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

  async function logout(): Promise<void> {
    const ending = await session.end();
    if (!ending) return;
    const response = await send(form("/logout", { refresh_token: ending.tokens.refresh_token }));
    await response.body?.cancel();
  }

  /** Sends a request of the session that there is now; never again as another one's. */
  async function authorized(request: Request): Promise<Response> {
    const mine = await session.loaded();
    if (!mine || request.headers.has("authorization")) return await send(request);
    const used = mine.tokens.access_token;
    const again = request.clone(); // a body is read once
    const response = await send(withToken(request, used));
    if (response.status !== 401) return response;
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

function withToken(request: Request, token: string): Request {
  request.headers.set("authorization", `Bearer ${token}`);
  return request;
}
