/**
 * The calls of the k6 scripts, by operation. Each is tagged with its route, so that ids create no series, and counts as
 * failed unless it has the expected status.
 */
import http, { type RefinedParams, type RefinedResponse } from "k6/http";

/** The origin of Sentinel. */
export const origin = __ENV.ORIGIN ?? "http://127.0.0.1:8000";

/** A response with its body, which k6 discards otherwise. */
type Answer = RefinedResponse<"text">;
type Params = RefinedParams<"text"> & { tags: Record<string, string> };

/** The tokens of a login or a refresh. */
export type Tokens = { access_token: string; refresh_token: string };

const ok = http.expectedStatuses(200);
const created = http.expectedStatuses(201);
/** Sentinel answers 503 when too many passwords wait to be hashed. */
const okOrOverloaded = http.expectedStatuses(200, 503);

/** `POST /register`; a role other than `user` takes an administrator's token. */
export function register(account: { username: string; password: string; role?: string }, token?: string): Answer {
  const body = JSON.stringify({ email: `${account.username}@example.com`, ...account });
  return http.post(`${origin}/register`, body, params("/register", { token, json: true, expected: created }));
}

/** `POST /login` */
export function login({ username, password }: { username: string; password: string }): Tokens {
  return tokensIn(http.post(`${origin}/login`, { username, password }, params("/login")));
}

/** `POST /login`, where a 503 because too many logins wait is no failure. */
export function tryLogin({ username, password }: { username: string; password: string }): Answer {
  return http.post(`${origin}/login`, { username, password }, params("/login", { expected: okOrOverloaded }));
}

/** `POST /oauth/token`: exchanges a refresh token for the next one. */
export function refresh(refresh_token: string): Tokens {
  return tokensIn(
    http.post(`${origin}/oauth/token`, { grant_type: "refresh_token", refresh_token }, params("/oauth/token")),
  );
}

/** `GET /users/me`; `status` is 401 for a token that must be refused. */
export function getMe(token: string, status: 200 | 401 = 200): Answer {
  const expected = status === 200 ? ok : http.expectedStatuses(status);
  return http.get(`${origin}/users/me`, params("/users/me", { token, expected }));
}

/** `GET /admin-only` */
export function enterAdminArea(token: string): Answer {
  return http.get(`${origin}/admin-only`, params("/admin-only", { token }));
}

/** `POST /access/v1/evaluation`: may this user do this? The permission is written `resource:action`. */
export function evaluate(token: string, { userId, permission }: { userId: string; permission: string }): Answer {
  const [type, name] = permission.split(":");
  const body = JSON.stringify({ subject: { type: "user", id: userId }, action: { name }, resource: { type } });
  return http.post(
    `${origin}/access/v1/evaluation`,
    body,
    params("/access/v1/evaluation", { token, json: true }),
  );
}

/** `POST /logout` */
export function logout(token: string): Answer {
  return http.post(`${origin}/logout`, null, params("/logout", { token, expected: http.expectedStatuses(204) }));
}

function params(
  route: string,
  { token, json, expected = ok }: { token?: string | undefined; json?: boolean; expected?: typeof ok } = {},
): Params {
  const headers: Record<string, string> = {};
  if (token) headers.authorization = `Bearer ${token}`;
  if (json) headers["content-type"] = "application/json";
  return { headers, tags: { name: route }, responseCallback: expected, responseType: "text" };
}

/** The tokens of an answer; both are empty after a refusal, which counts as a failed call. */
function tokensIn(answer: Answer): Tokens {
  if (answer.status !== 200) return { access_token: "", refresh_token: "" };
  return JSON.parse(answer.body) as Tokens;
}
