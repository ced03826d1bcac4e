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

/** What a login or a refresh gives. */
export type Tokens = components["schemas"]["TokenResponse"];
/** An RFC 9457 problem, as every error is. */
export type Problem = components["schemas"]["Problem"];
/** Every schema of the interface, by name. */
export type Schemas = components["schemas"];

export interface SentinelClientOptions {
  /** Of a session that goes on, for instance from before a reload of the page. */
  tokens?: Tokens | undefined;
  /** Told whenever the tokens change, so that they can be kept; undefined once the session has ended. */
  onTokens?: (tokens: Tokens | undefined) => void;
  /** Sends the requests; `fetch` unless given. */
  fetch?: (request: Request) => Promise<Response>;
}

/** `GET`, `POST`, `PUT`, `PATCH` and `DELETE` by path, as openapi-fetch has them, and the session. */
export type SentinelClient = Client<paths> & {
  /** Begins a session. @throws {SentinelError} when it is refused. */
  login(username: string, password: string): Promise<Tokens>;
  /** Ends the session, here and on the server. */
  logout(): Promise<void>;
  /** Those of the session, if there is one. */
  readonly tokens: Tokens | undefined;
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
 * however many requests wait for one, there is one. Where the session itself has ended, or a login or a logout has left
 * it meanwhile, the 401 is what is answered.
 */
export function createSentinelClient(url: string, options: SentinelClientOptions = {}): SentinelClient {
  const { onTokens = () => {}, fetch: send = (request) => fetch(request) } = options;
  const base = url.replace(/\/+$/, "");
  let session: Session | undefined = options.tokens && { tokens: options.tokens };

  const client = createFetchClient<paths>({ baseUrl: base, fetch: authorized });
  return {
    ...client,
    login,
    logout,
    get tokens() {
      return session?.tokens;
    },
  };

  async function login(username: string, password: string): Promise<Tokens> {
    const response = await send(form("/login", { username, password }));
    if (!response.ok) throw new SentinelError(response.status, await response.json().catch(() => undefined));
    const tokens: Tokens = await response.json();
    become({ tokens });
    return tokens;
  }

  async function logout(): Promise<void> {
    const ending = session;
    become(undefined);
    if (!ending) return;
    const response = await send(form("/logout", { refresh_token: ending.tokens.refresh_token }));
    await response.body?.cancel();
  }

  /** Sends a request of the session that there is now; never again as another one's. */
  async function authorized(request: Request): Promise<Response> {
    const mine = session;
    if (!mine || request.headers.has("authorization")) return await send(request);
    const used = mine.tokens.access_token;
    const again = request.clone(); // a body is read once
    const response = await send(withToken(request, used));
    if (response.status !== 401) return response;
    if (session === mine && mine.tokens.access_token === used) {
      const refused = await (mine.refreshing ??= refresh(mine).finally(() => mine.refreshing = undefined));
      if (refused && session === mine) {
        await response.body?.cancel();
        return refused.clone();
      }
    }
    if (session !== mine) return response;
    await response.body?.cancel();
    return await send(withToken(again, mine.tokens.access_token));
  }

  /**
   * Answers what was answered instead of new tokens: 503 keeps the session, 400 `invalid_grant` (RFC 6749 §5.2) ends it.
   * A session that was left meanwhile, by a login or a logout, changes nothing of the one that there is now.
   */
  async function refresh(mine: Session): Promise<Response | undefined> {
    const grant = { grant_type: "refresh_token", refresh_token: mine.tokens.refresh_token };
    const response = await send(form("/oauth/token", grant));
    if (response.ok) mine.tokens = await response.json();
    if (session === mine && response.ok) become(mine);
    if (session === mine && response.status === 400) become(undefined);
    return response.ok ? undefined : response;
  }

  function become(next: Session | undefined): void {
    session = next;
    onTokens(next?.tokens);
  }

  function form(path: string, members: Record<string, string>): Request {
    return new Request(`${base}${path}`, { method: "POST", body: new URLSearchParams(members) });
  }
}

/** One login, and the refresh that its calls wait for. */
type Session = { tokens: Tokens; refreshing?: Promise<Response | undefined> | undefined };

function withToken(request: Request, token: string): Request {
  request.headers.set("authorization", `Bearer ${token}`);
  return request;
}
