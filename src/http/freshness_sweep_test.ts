import type { z } from "zod";
import assert from "node:assert/strict";
import { decodeJwt } from "jose";
import { localActor } from "../vocabulary/actor.ts";
import { bearerChallenge } from "../testing/challenges.ts";
import { type Init, startSentinel, test } from "../testing/harness.ts";
import { newKey } from "../testing/people/api_keys.ts";
import { newSession, sessionToken } from "../testing/people/client_sessions.ts";
import { newClient } from "../testing/people/clients.ts";
import { newKeyPair } from "../testing/people/key_clients.ts";
import { newApp } from "../testing/factors/factors.ts";
import { openBrowser } from "../testing/people/browser.ts";
import { callsWith, newServiceAccount } from "../testing/people/people.ts";
import { loginOf } from "../testing/factors/two_step_users.ts";
import type { AnyOperation, Freshness, Requirement } from "./contract/contract.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const declared = sentinel.app.operations.filter(({ fresh }) => fresh);
const nameOf = ({ method, path }: AnyOperation) => `${method.toUpperCase()} ${path}`;
const isPage = ({ access }: AnyOperation) => (access as Requirement).kind === "browser";
const always = declared.filter((each) => !isPage(each) && each.fresh!.when === undefined);

/** Reviewed: what a stolen session must not do. Those with `aal: 1` take a proof of the second factor themselves. */
const reviewed: Record<string, Freshness> = {
  "POST /users/me/api-keys": { aal: 2, maxAgeSeconds: 600 },
  "POST /users/me/api-keys/{id}/secrets": { aal: 2, maxAgeSeconds: 600 },
  "DELETE /users/me": { aal: 2, maxAgeSeconds: 600 },
  "PUT /users/me/email": { aal: 2, maxAgeSeconds: 600 },
  "PUT /users/me/password": { aal: 2, maxAgeSeconds: 600 },
  "POST /users/me/factors/totp": { aal: 1, maxAgeSeconds: 600 },
  "DELETE /users/me/factors/{id}": { aal: 1, maxAgeSeconds: 600 },
  "POST /users/me/passkeys/options": { aal: 1, maxAgeSeconds: 600 },
  "DELETE /users/me/passkeys/{id}": { aal: 1, maxAgeSeconds: 600 },
  "POST /users/me/recovery-codes": { aal: 1, maxAgeSeconds: 600 },
  "GET /users/me/export": { aal: 2, maxAgeSeconds: 600 },
  "DELETE /users/{id}/factors": { aal: 2, maxAgeSeconds: 600 },
  "POST /clients/{id}/secrets": { aal: 2, maxAgeSeconds: 600 },
  "POST /service-accounts/{id}/api-keys": { aal: 2, maxAgeSeconds: 600 },
  "POST /service-accounts/{id}/api-keys/{key_id}/secrets": { aal: 2, maxAgeSeconds: 600 },
};

/** Reviewed: what requires it in some cases only. */
const reviewedCases: Record<string, string> = {
  "POST /register": "to grant the role `admin`",
  "POST /invitations": "to grant the role `admin`",
  "POST /users": "to grant the role `admin`",
  "PUT /users/{id}/roles/{role}": "to grant the role `admin`",
  "POST /service-accounts": "to grant the role `admin`",
  "PUT /service-accounts/{id}/roles/{role}": "to grant the role `admin`",
  "POST /clients": "to get a secret",
  "PATCH /clients/{id}": "to change its keys",
  "PATCH /users/{id}": "to change your own e-mail address",
  "PATCH /users/me": "to change the e-mail address",
};

/** A user with these roles, and the access token of a session of theirs. */
async function loggedIn(...roles: string[]) {
  const [username, password] = [`u${crypto.randomUUID()}`, `words ${crypto.randomUUID()}`];
  const { id } = await sentinel.registrations.create({ username, password }, ["user", ...roles], localActor);
  const { access_token } = await (await loginOf(sentinel, { username, password })).json();
  return { id, username, password, token: access_token as string, sid: decodeJwt(access_token).sid as string };
}

/** The sign-in of the session was ten minutes ago. */
async function age(sid: string): Promise<void> {
  await sentinel.db.query("test", "update sessions set auth_time = now() - interval '601 seconds' where id = $1", [
    sid,
  ]);
  sentinel.principals.forgetSession(sid);
}

const pathOf = ({ path }: AnyOperation) => path.replaceAll(/\{\w+\}/g, () => crypto.randomUUID());

const algorithms = ["EdDSA", "ES256", "RS256"];

/** A query with everything that the page requires. */
function queryOf({ query }: AnyOperation): string {
  const required = Object.entries<z.ZodType>(query?.shape ?? {}).filter(([, schema]) =>
    !schema.safeParse(undefined).success
  );
  const values = [crypto.randomUUID(), "user", ...algorithms];
  const valueOf = (schema: z.ZodType) => values.find((value) => schema.safeParse(value).success) ?? "";
  return required.length === 0
    ? ""
    : `?${new URLSearchParams(required.map(([name, schema]) => [name, valueOf(schema)]))}`;
}

async function call(each: AnyOperation, token: string) {
  const body = each.body ? { json: {} } : {};
  const headers = { authorization: `Bearer ${token}` };
  const answer = await sentinel.fetch(pathOf(each), { method: each.method.toUpperCase(), headers, ...body });
  const { type, max_age, acr_values } = answer.status < 400 ? {} as Record<string, unknown> : await answer.json();
  const challenge = answer.headers.get("www-authenticate");
  return { status: answer.status, challenge, code: String(type).replace("/problems/", ""), max_age, acr_values };
}

/** The refusal of a sign-in that is not fresh enough (RFC 9470 §3). */
function refusal({ maxAgeSeconds }: Freshness, acr?: string) {
  const wanted = [...acr ? [`acr_values="${acr}"`] : [], `max_age="${maxAgeSeconds}"`];
  return {
    status: 401,
    challenge: bearerChallenge('error="insufficient_user_authentication"', ...wanted),
    code: "insufficient_user_authentication",
    max_age: maxAgeSeconds,
    acr_values: acr,
  };
}

test("T173 every operation that requires a fresh sign-in is on the reviewed list, and says so in the document", async () => {
  assert.deepEqual(Object.fromEntries(always.map((each) => [nameOf(each), each.fresh])), reviewed);
  const { paths } = await (await sentinel.fetch("/openapi.json")).json();
  for (const each of always) {
    const { description, responses } = paths[each.path][each.method];
    assert.match(description, /Requires a sign-in or a step-up within the last 10 minutes.*\(RFC 9470\)/, nameOf(each));
    assert.match(responses["401"].description, /`insufficient_user_authentication`/, nameOf(each));
    assert.equal(/second factor of a user who has one/.test(description), each.fresh!.aal === 2, nameOf(each));
  }
});

test("T173 a sign-in of ten minutes ago is refused, and a fresh one is not", async () => {
  for (const each of always) {
    const { token, sid } = await loggedIn("admin");
    await age(sid);
    assert.deepEqual(await call(each, token), refusal(each.fresh!), nameOf(each));
  }
  for (const each of always) {
    const { token } = await loggedIn("admin");
    assert.notEqual((await call(each, token)).status, 401, nameOf(each));
  }
});

test("T173 who has a second factor must have signed in with it, where the operation does not ask for it itself", async () => {
  for (const each of always) {
    const { id, token } = await loggedIn("admin");
    await newApp(sentinel, id);
    const answer = await call(each, token);
    if (each.fresh!.aal === 2) assert.deepEqual(answer, refusal(each.fresh!, "aal2"), nameOf(each));
    else assert.notEqual(answer.status, 401, nameOf(each));
  }
});

test("T173 the lower of the token and the session counts", async () => {
  for (const each of always) {
    const { id, token, sid } = await loggedIn("admin");
    const { jti: _, iat, exp, ...claims } = decodeJwt(token);
    await newApp(sentinel, id);
    await sentinel.db.query("test", "update sessions set aal = 2 where id = $1", [sid]);
    sentinel.principals.forgetSession(sid);
    const says = (acr: "aal1" | "aal2", auth_time: number) =>
      sentinel.tokens.sign({ sub: id, sid, roles: [], jti: crypto.randomUUID(), iat: iat!, exp: exp!, acr, auth_time });
    const now = claims.auth_time as number;
    assert.deepEqual(await call(each, await says("aal2", now - 600)), refusal(each.fresh!, acrOf(each)), nameOf(each));
    assert.equal((await call(each, await says("aal1", now))).status === 401, each.fresh!.aal === 2, nameOf(each));
    assert.notEqual((await call(each, await says("aal2", now))).status, 401, nameOf(each));
  }
});

const acrOf = ({ fresh }: AnyOperation) => fresh!.aal === 2 ? "aal2" : undefined;

test("T173 API keys and tokens of clients never do, and a step-up would not help them", async () => {
  const { id } = await loggedIn("admin");
  const scopes = always.flatMap(({ access }) => access.kind === "permission" ? [access.permission as string] : []);
  const { key } = await newKey(sentinel, id, scopes);
  const client = await newClient(sentinel);
  const sid = await newSession(sentinel, { userId: id, kind: "client", clientId: client.id, scopes });
  const token = await sessionToken(sentinel, { sub: id, sid, client_id: client.id, scope: scopes.join(" ") });
  for (const each of always) {
    for (const credential of [key, token]) {
      const { status, code } = await call(each, credential);
      assert.deepEqual([status, code], [403, "forbidden"], nameOf(each));
    }
  }
});

test("who lacks the permission is not asked to sign in again", async () => {
  const { token, sid } = await loggedIn();
  await age(sid);
  for (const each of always.filter(({ access }) => access.kind === "permission")) {
    assert.equal((await call(each, token)).code, "forbidden", nameOf(each));
  }
});

test("T173 giving somebody everything, a client a secret, or the own account another mailbox, takes a fresh sign-in; other cases do not", async () => {
  const cases = declared.filter((each) => each.fresh!.when !== undefined);
  const { status, requests } = await administrator();
  assert.deepEqual(Object.fromEntries(cases.map((each) => [nameOf(each), each.fresh!.when])), reviewedCases);
  for (const each of cases) {
    assert.deepEqual({ ...each.fresh, when: "" }, { aal: 2, maxAgeSeconds: 600, when: "" });
    const request = requests[nameOf(each)] ?? assert.fail(nameOf(each));
    assert.deepEqual(
      [
        await status((own) => request("user", own), true),
        await status((own) => request("admin", own), true),
        await status((own) => request("admin", own), false),
      ],
      [each.success.status, 401, each.success.status],
      nameOf(each),
    );
  }
});

/** What an administrator sends, to grant this role or, of their own account, with or without another address. */
async function administrator() {
  const { id: other } = await loggedIn();
  const service = await newServiceAccount(sentinel);
  const client = await newClient(sentinel);
  const { jwk } = await newKeyPair();
  const unique = () => `n${crypto.randomUUID()}`;
  const json = (method: string, path: string, json: unknown) => [path, { method, json }] as const;
  const password = "an administrator's words";
  const requests: Record<string, (role: string, own: string) => readonly [string, Init]> = {
    "POST /register": (role) => json("POST", "/register", { username: unique(), password, role }),
    "POST /invitations": (role) => json("POST", "/invitations", { email: `${unique()}@example.com`, roles: [role] }),
    "POST /users": (role) => json("POST", "/users", { username: unique(), password, roles: [role] }),
    "PUT /users/{id}/roles/{role}": (role) => json("PUT", `/users/${other}/roles/${role}`, {}),
    "POST /service-accounts": (role) => json("POST", "/service-accounts", { name: unique(), roles: [role] }),
    "PUT /service-accounts/{id}/roles/{role}": (role) =>
      json("PUT", `/service-accounts/${service.id}/roles/${role}`, {}),
    "POST /clients": (role) =>
      json("POST", "/clients", {
        name: unique(),
        redirect_uris: ["https://app.example.com/callback"],
        ...(role === "user" && { token_endpoint_auth_method: "none" }),
      }),
    "PATCH /clients/{id}": (role) =>
      json(
        "PATCH",
        `/clients/${client.id}`,
        role === "user" ? { name: unique() } : { token_endpoint_auth_method: "private_key_jwt", jwks: { keys: [jwk] } },
      ),
    "PATCH /users/{id}": (role, own) =>
      json("PATCH", `/users/${own}`, role === "user" ? { username: unique() } : { email: `${unique()}@example.com` }),
    "PATCH /users/me": (role) =>
      json(
        "PATCH",
        "/users/me",
        role === "user" ? { username: unique() } : { email: `${unique()}@example.com`, current_password: password },
      ),
  };
  return { requests, status };

  async function status(requestOf: (own: string) => readonly [string, Init], isStale: boolean): Promise<number> {
    const username = unique();
    const { id } = await sentinel.registrations.create({ username, password }, ["user", "admin"], localActor);
    const { access_token } = await (await loginOf(sentinel, { username, password })).json();
    if (isStale) await age(decodeJwt(access_token).sid as string);
    const answer = await callsWith(sentinel, access_token)(...requestOf(id));
    if (answer.status === 401) assert.match(await answer.text(), /insufficient_user_authentication/);
    return answer.status;
  }
}

test("T173 pages that require a fresh sign-in lead to it and back", async () => {
  const pages = declared.filter((each) => isPage(each) && each.method === "get" && each.fresh!.maxAgeSeconds);
  assert.ok(pages.length > 5);
  const { id, username, password } = await loggedIn("admin");
  const browser = openBrowser(sentinel);
  await browser.submit(await browser.open("/signin"), "/signin", { username, password });
  await sentinel.db.query("test", "update sessions set auth_time = now() - interval '601 seconds' where user_id = $1", [
    id,
  ]);
  for (const each of pages) {
    const path = pathOf(each) + queryOf(each);
    const shown = await browser.open(path);
    assert.ok(shown.path.startsWith(`/signin?next=${encodeURIComponent(path)}`), `${path} leads to ${shown.path}`);
    assert.match(shown.path, /&again=1$/);
  }
});
