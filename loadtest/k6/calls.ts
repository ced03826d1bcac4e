/**
 * The calls that load is made of, by their operation. Each is tagged with its route, so that no id makes a series of
 * its own, and counts as failed unless it has the status that it should.
 */
import http, { type RefinedParams, type RefinedResponse } from "k6/http";

/** Where Sentinel is. */
export const origin = __ENV.ORIGIN ?? "http://127.0.0.1:8000";

/** A response whose body is kept, though others' are not. */
type Answer = RefinedResponse<"text">;
type Params = RefinedParams<"text"> & { tags: Record<string, string> };

/** What a login or a refresh gives. */
export type Tokens = { access_token: string; refresh_token: string };

const ok = http.expectedStatuses(200);
const created = http.expectedStatuses(201);
/** 503 is how Sentinel says that too many passwords wait to be hashed. */
const okOrOverloaded = http.expectedStatuses(200, 503);

/** `POST /register`, with an administrator's token if the role is another than `user`. */
export function register(account: { username: string; password: string; role?: string }, token?: string): Answer {
  const body = JSON.stringify({ email: `${account.username}@example.com`, ...account });
  return http.post(`${origin}/register`, body, params("/register", { token, json: true, expected: created }));
}

/** `POST /login` */
export function login({ username, password }: { username: string; password: string }): Tokens {
  return tokensIn(http.post(`${origin}/login`, { username, password }, params("/login")));
}

/** `POST /login`, where being turned away because too many wait is an answer too. */
export function tryLogin({ username, password }: { username: string; password: string }): Answer {
  return http.post(`${origin}/login`, { username, password }, params("/login", { expected: okOrOverloaded }));
}

/** `POST /oauth/token`: trades a refresh token for the next one. */
export function refresh(refresh_token: string): Tokens {
  return tokensIn(
    http.post(`${origin}/oauth/token`, { grant_type: "refresh_token", refresh_token }, params("/oauth/token")),
  );
}

/** `GET /users/me`; a token that is no good should be refused with `status` 401. */
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

/** Nothing in both, if it was refused: that the call failed is counted. */
function tokensIn(answer: Answer): Tokens {
  if (answer.status !== 200) return { access_token: "", refresh_token: "" };
  return JSON.parse(answer.body) as Tokens;
}
