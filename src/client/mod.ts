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
 * however many requests wait for one, there is one. Where the session itself has ended, the 401 is what is answered.
 */
export function createSentinelClient(url: string, options: SentinelClientOptions = {}): SentinelClient {
  const { onTokens = () => {}, fetch: send = (request) => fetch(request) } = options;
  const base = url.replace(/\/+$/, "");
  let tokens = options.tokens;
  let refreshing: Promise<Response | undefined> | undefined;

  const client = createFetchClient<paths>({ baseUrl: base, fetch: authorized });
  return {
    ...client,
    login,
    logout,
    get tokens() {
      return tokens;
    },
  };

  async function login(username: string, password: string): Promise<Tokens> {
    const response = await send(form("/login", { username, password }));
    if (!response.ok) throw new SentinelError(response.status, await response.json().catch(() => undefined));
    return keep(await response.json())!;
  }

  async function logout(): Promise<void> {
    const ending = tokens;
    keep(undefined);
    if (ending) await (await send(form("/logout", { refresh_token: ending.refresh_token }))).body?.cancel();
  }

  async function authorized(request: Request): Promise<Response> {
    const used = tokens?.access_token;
    if (!used || request.headers.has("authorization")) return await send(request);
    const again = request.clone(); // a body is read once
    const response = await send(withToken(request, used));
    if (response.status !== 401) return response;
    if (tokens?.access_token === used) {
      const refused = await (refreshing ??= refresh().finally(() => refreshing = undefined));
      if (refused && !tokens) return response;
      if (refused) return refused.clone();
    }
    if (!tokens) return response;
    await response.body?.cancel();
    return await send(withToken(again, tokens.access_token));
  }

  /** Answers what was answered instead of new tokens: 503 keeps the session, 400 `invalid_grant` (RFC 6749 §5.2) ends it. */
  async function refresh(): Promise<Response | undefined> {
    const grant = { grant_type: "refresh_token", refresh_token: tokens!.refresh_token };
    const response = await send(form("/oauth/token", grant));
    if (response.ok) keep(await response.json());
    else if (response.status === 400) keep(undefined);
    return response.ok ? undefined : response;
  }

  function keep(next: Tokens | undefined): Tokens | undefined {
    tokens = next;
    onTokens(next);
    return next;
  }

  function form(path: string, members: Record<string, string>): Request {
    return new Request(`${base}${path}`, { method: "POST", body: new URLSearchParams(members) });
  }
}

function withToken(request: Request, token: string): Request {
  request.headers.set("authorization", `Bearer ${token}`);
  return request;
}
