import { localActor, localClient } from "../vocabulary/actor.ts";
import { deviceGrant } from "../oauth/grant_types.ts";
import assert from "node:assert/strict";
import { formsIn, openBrowser } from "../testing/people/browser.ts";
import { mailboxOn } from "../testing/mail/mailbox.ts";
import { newKey } from "../testing/people/api_keys.ts";
import { type Init, startSentinel, test } from "../testing/harness.ts";
import {
  askAs,
  authorizePath,
  authorizeQuery,
  exchangeCode,
  newApplication,
  newCode,
  newVisitor,
  othersApplication,
  signedInWith,
} from "../testing/people/applications.ts";
import { newSession, sessionToken } from "../testing/people/client_sessions.ts";
import { newClient } from "../testing/people/clients.ts";
import { bound, newDpopKey, proofOf } from "../testing/people/dpop.ts";
import { newPasskey } from "../testing/factors/passkeys.ts";
import { newcomer, newServiceAccount, people } from "../testing/people/people.ts";
import { statementCounts } from "../testing/statements/statement_counts.ts";
import { createOpaqueSecret } from "../tokens/opaque/opaque_secret.ts";
import { statementsOf } from "../testing/statements/statements.ts";

const sentinel = await startSentinel({
  lasting: false,
  settings: { ...mailboxOn, SENTINEL_RATE_LIMIT: "on", SENTINEL_RATE_LIMIT_MAIL_ADDRESS: "1000/60" },
});
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const actor = localActor;
const bearer = (token: string): Init => ({ headers: { authorization: `Bearer ${token}` } });
const ada = await sentinel.tokenOf("ada");
const asAda = (path: string, init: Init = {}) => sentinel.fetch(path, { ...init, ...bearer(ada) });
const grace = await sentinel.settled("grace");
await sentinel.permissionRegistry.register("films:watch", "", actor);
const createRole = (name: string) =>
  sentinel.roles.create({ name, description: "", permissions: [], parents: [] }, actor);
await createRole("viewer");

const question = {
  subject: { type: "user", id: grace },
  action: { name: "watch" },
  resource: { type: "films", id: "1" },
};
const many = Array.from({ length: 100 }, () => ({}));
const decide = () => asAda("/access/v1/evaluation", { json: question });
const grantViewer = (user: string) => put(`/users/${user}/roles/viewer`);
const change = (user: string, json: unknown) => asAda(`/users/${user}`, { method: "PATCH", json });
const put = (path: string) => asAda(path, { method: "PUT" });
const me = (token: string) => sentinel.fetch("/users/me", bearer(token));
const login = (password: string) => sentinel.fetch("/login", { form: { username: "grace", password } });
const register = (username: string) =>
  sentinel.fetch("/register", {
    json: { username, email: `${username}@example.com`, password: "a long enough password" },
  });
const refresh = (refresh_token: string) =>
  sentinel.fetch("/oauth/token", { form: { grant_type: "refresh_token", refresh_token } });
const nextToken = async (token: string) => (await (await refresh(token)).json()).refresh_token as string;

/** A new client, as its id and its secret with a colon between them. */
const sentClient = async () => {
  const { id, secret } = await newClient(sentinel);
  return `${id}:${secret}`;
};
const secretOf = (sent: string) => {
  const [client_id, client_secret] = sent.split(":") as [string, string];
  return { client_id, client_secret };
};
const tokenOf = (sent: string) =>
  sentinel.fetch("/oauth/token", { form: { grant_type: "client_credentials", ...secretOf(sent) } });

const [key, otherKey] = [await newDpopKey(), await newDpopKey()];

/** Asks for a token with this proof. */
const boundTokenOf = (sent: string, dpop: string) =>
  sentinel.fetch("/oauth/token", { form: { grant_type: "client_credentials", ...secretOf(sent) }, headers: { dpop } });

/** A token that is bound to the key, and that memory knows. */
async function boundToken(): Promise<string> {
  const { access_token } = await (await boundTokenOf(await sentClient(), await proofOf(key))).json();
  assert.equal(
    (await sentinel.fetch("/users/me", { headers: await bound(access_token, key, "/users/me") })).status,
    200,
  );
  return access_token;
}

const ledger = await newApplication(sentinel);
const refreshAsLedger = (refresh_token: string) =>
  askAs(sentinel, ledger, { grant_type: "refresh_token", refresh_token });

const graceToken = () => sentinel.tokenOf("grace");
const graceRefreshToken = async () => (await sentinel.login("grace")).refresh_token;
/**
 * A token that this process has not seen, of a session that was revoked or a user that was deleted without its
 * knowledge.
 */
async function lostToken(loss: "revoked" | "deleted"): Promise<string> {
  const name = `lost_${crypto.randomUUID().slice(0, 8)}`;
  await register(name);
  const { access_token } = await (await sentinel.fetch("/login", {
    form: { username: name, password: "a long enough password" },
  })).json();
  if (loss === "deleted") await sentinel.db.query("test", "delete from users where username = $1", [name]);
  else {
    await sentinel.db.query(
      "test",
      "update sessions set revoked_at = now() where user_id = (select id from users where username = $1)",
      [name],
    );
  }
  return access_token;
}

const graceSignsIn = { username: people.grace.username, password: people.grace.password };

/**
 * A page in a browser where grace is signed in, or nobody: the cookies and the token of its form, with a space between
 * them.
 */
async function opened(path: string, who: "ada" | "grace" | "nobody"): Promise<string> {
  const browser = openBrowser(sentinel);
  if (who !== "nobody") {
    const { username, password } = people[who];
    await browser.submit(await browser.open("/signin"), "/signin", { username, password });
  }
  const { html } = await browser.open(path);
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join(";");
  return `${cookie} ${formsIn(html).find(({ action }) => action.split("?")[0] === path)?.members.form_token}`;
}

/** The request of an application in which grace has signed in with the last browser. */
async function endSessionPath(): Promise<string> {
  const uri = "https://ledger.example.com/out";
  const { id } = await newClient(sentinel, { redirect_uris: [uri], post_logout_redirect_uris: [uri] });
  const [browser] = await sentinel.db.query<{ id: string }>(
    "test",
    "select id from sessions where user_id = $1 and kind = 'browser' order by created_at desc limit 1",
    [grace],
  );
  const sid = await newSession(sentinel, { userId: grace, kind: "client", clientId: id, parentId: browser!.id });
  const [row] = await sentinel.db.query<{ rp_sid: string }>("test", "select rp_sid from sessions where id = $1", [sid]);
  const claims = { sub: grace, aud: id, sid: row!.rp_sid, iat: 1, exp: 2, auth_time: 1, user: {} };
  const id_token_hint = await sentinel.idTokens.sign(claims, "ES256");
  await sentinel.clients.get(id);
  return `/oauth/end_session?${new URLSearchParams({ id_token_hint, post_logout_redirect_uri: uri })}`;
}

/** Opens the page, or sends its form if `members` are given. */
function visitPage(path: string, given: string, members?: Record<string, string>): Promise<Response> {
  const [cookie, form_token] = given.split(" ") as [string, string];
  const headers = { cookie, "sec-fetch-site": "same-origin" };
  return sentinel.fetch(path, { redirect: "manual", headers, ...(members && { form: { ...members, form_token } }) });
}

/** `user` and `role` belong to the test; `given` is what `before` returned. */
type Deed = {
  work: (own: { user: string; role: string; given: string }) => Promise<Response>;
  before?: (own: { user: string; role: string }) => Promise<unknown>;
  /** The expected status, if it is not a success. */
  status?: number;
};

const own = await newApplication(sentinel);
const others = await othersApplication(sentinel);
for (const { id } of [own, others]) await sentinel.clients.get(id);
const grant_types = [deviceGrant, "refresh_token"];
const tv = await newApplication(sentinel, { isPublic: true, redirect_uris: [], grant_types });
const beginOnDevice = () => askAs(sentinel, tv, { scope: "openid" }, "/oauth/device_authorization");
const pushRequest = () => askAs(sentinel, own, { ...Object.fromEntries(authorizeQuery(own)) }, "/oauth/par");

const deeds: Record<keyof typeof statementCounts, Deed> = {
  "`GET /users/me`, known token": { work: () => asAda("/users/me") },
  "`GET /users/me`, new token": { work: ({ given }) => me(given), before: graceToken },
  "`GET /users/me`, known API key": {
    work: ({ given }) => me(given),
    before: async ({ user }) => {
      const { key } = await newKey(sentinel, user);
      await me(key);
      return key;
    },
  },
  "`GET /users/me`, new API key": {
    work: ({ given }) => me(given),
    before: async ({ user }) => (await newKey(sentinel, user)).key,
  },
  "an unknown API key, each use": {
    work: ({ given }) => me(given),
    before: async () => {
      const { text } = createOpaqueSecret("pat", crypto.randomUUID());
      await me(text);
      return text;
    },
    status: 401,
  },
  "a malformed API key": {
    work: ({ given }) => me(`${given.slice(0, -1)}_`),
    before: async ({ user }) => (await newKey(sentinel, user)).key,
    status: 401,
  },
  "`POST /users/me/api-keys`": { work: () => asAda("/users/me/api-keys", { json: { name: "a program", scopes: [] } }) },
  "`POST /oauth/token` by client credentials, known client": {
    work: ({ given }) => tokenOf(given),
    before: async () => {
      const client = await sentClient();
      await tokenOf(client);
      return client;
    },
  },
  "`POST /oauth/token` by client credentials, new client": { work: ({ given }) => tokenOf(given), before: sentClient },
  "`POST /oauth/token`, an unknown client": {
    work: ({ given }) => tokenOf(given),
    before: () => {
      const id = crypto.randomUUID();
      return Promise.resolve(`${id}:${createOpaqueSecret("cs", id).text}`);
    },
    status: 401,
  },
  "`POST /oauth/token`, a malformed client secret": {
    work: ({ given }) => tokenOf(`${given.slice(0, -1)}_`),
    before: sentClient,
    status: 401,
  },
  "`POST /oauth/token` by a code, known client and user": {
    work: ({ given }) => exchangeCode(sentinel, ledger, JSON.parse(given)),
    before: async ({ user }) => {
      const visitor = await newVisitor(sentinel, { userId: user });
      await signedInWith(sentinel, ledger, visitor);
      return JSON.stringify(await newCode(sentinel, ledger, visitor));
    },
  },
  "`POST /oauth/token`, a code that was used": {
    work: ({ given }) => exchangeCode(sentinel, ledger, JSON.parse(given)),
    before: async () => {
      const code = await newCode(sentinel, ledger, await newVisitor(sentinel));
      await exchangeCode(sentinel, ledger, code);
      return JSON.stringify(code);
    },
    status: 400,
  },
  "`POST /oauth/token`, first refresh of a client's session on this replica": {
    work: ({ given }) => refreshAsLedger(given),
    before: async () => (await signedInWith(sentinel, ledger, await newVisitor(sentinel))).refresh_token,
  },
  "`POST /oauth/token`, later refresh of a client's session": {
    work: ({ given }) => refreshAsLedger(given),
    before: async () => {
      const { refresh_token } = await signedInWith(sentinel, ledger, await newVisitor(sentinel));
      return (await (await refreshAsLedger(refresh_token)).json()).refresh_token;
    },
  },
  "`GET /oauth/userinfo`, known token": {
    work: ({ given }) => sentinel.fetch("/oauth/userinfo", bearer(given)),
    before: async () => {
      const { access_token } = await signedInWith(sentinel, ledger, await newVisitor(sentinel));
      await sentinel.fetch("/oauth/userinfo", bearer(access_token));
      return access_token;
    },
  },
  "`POST /oauth/revoke` of what a user granted to a client": {
    work: ({ given }) => askAs(sentinel, ledger, { token: given }, "/oauth/revoke"),
    before: async () => (await signedInWith(sentinel, ledger, await newVisitor(sentinel))).access_token,
  },
  "`GET /.well-known/openid-configuration`": {
    work: () => sentinel.fetch("/.well-known/openid-configuration"),
  },
  "`GET /users/me`, known token of a client": {
    work: ({ given }) => me(given),
    before: async () => {
      const token = (await (await tokenOf(await sentClient())).json()).access_token;
      await me(token);
      return token;
    },
  },
  "`POST /oauth/token` by client credentials with a DPoP proof, known client": {
    work: ({ given }) => boundTokenOf(...given.split(" ") as [string, string]),
    before: async () => {
      const client = await sentClient();
      await tokenOf(client);
      return `${client} ${await proofOf(key)}`;
    },
  },
  "`POST /oauth/token` with a malformed DPoP proof": {
    work: ({ given }) => boundTokenOf(given, "x"),
    before: async () => {
      const client = await sentClient();
      await tokenOf(client);
      return client;
    },
    status: 400,
  },
  "`GET /users/me`, known token that is bound to a key": {
    work: async ({ given }) => sentinel.fetch("/users/me", { headers: await bound(given, key, "/users/me") }),
    before: boundToken,
  },
  "`GET /users/me`, a bound token with a proof of another key": {
    work: async ({ given }) => sentinel.fetch("/users/me", { headers: await bound(given, otherKey, "/users/me") }),
    before: boundToken,
    status: 401,
  },
  "`GET /users/me`, known token of a client's session": {
    work: ({ given }) => me(given),
    before: async ({ user }) => {
      const { id: client_id } = await newClient(sentinel);
      const sid = await newSession(sentinel, { userId: user, kind: "client", clientId: client_id });
      const token = await sessionToken(sentinel, { sub: user, sid, client_id });
      await me(token);
      return token;
    },
  },
  "`POST /oauth/introspect` by a client, known token": {
    work: async ({ given }) => {
      const [token, client] = given.split(" ") as [string, string];
      return await sentinel.fetch("/oauth/introspect", { form: { token, ...secretOf(client) } });
    },
    before: async () => {
      const client = await sentClient();
      const token = (await (await tokenOf(client)).json()).access_token;
      await me(token);
      return `${token} ${client}`;
    },
  },
  "`POST /oauth/revoke` by a client": {
    work: async ({ given }) => {
      const [token, client] = given.split(" ") as [string, string];
      return await sentinel.fetch("/oauth/revoke", { form: { token, ...secretOf(client) } });
    },
    before: async () => {
      const client = await sentClient();
      const token = (await (await tokenOf(client)).json()).access_token;
      await me(token);
      return `${token} ${client}`;
    },
  },
  "`POST /clients`": { work: () => asAda("/clients", { json: { name: "a program" } }) },
  "`POST /clients/{id}/secrets`": {
    work: ({ given }) => asAda(`/clients/${given}/secrets`, { json: {} }),
    before: async () => (await newClient(sentinel)).id,
  },
  "`GET /admin-only`, known token": { work: () => asAda("/admin-only") },
  "a forged access token": {
    work: ({ given }) => me(`${given.slice(0, -8)}AAAAAAAA`),
    before: graceToken,
    status: 401,
  },
  "an access token of a revoked session, first use": {
    work: ({ given }) => me(given),
    before: () => lostToken("revoked"),
    status: 401,
  },
  "an access token of a deleted user, each use": {
    work: ({ given }) => me(given),
    before: async () => {
      const token = await lostToken("deleted");
      await me(token);
      return token;
    },
    status: 401,
  },
  "`POST /login`": { work: () => login(people.grace.password) },
  "`POST /login`, wrong password": { work: () => login("not hers at all"), status: 401 },
  "`POST /login/passkey/options`": { work: () => sentinel.fetch("/login/passkey/options", { method: "POST" }) },
  "`POST /login/passkey`": {
    work: ({ given }) => sentinel.fetch("/login/passkey", { json: JSON.parse(given) }),
    before: async ({ user }) => {
      const { authenticator } = await newPasskey(sentinel, user);
      const { challenge_id, publicKey } = sentinel.passkeyLogins.begin();
      return JSON.stringify({ challenge_id, assertion: authenticator.get(publicKey) });
    },
  },
  "`POST /oauth/token`, first refresh of a session on this replica": {
    work: ({ given }) => refresh(given),
    before: graceRefreshToken,
  },
  "`POST /oauth/token`, later refresh": {
    work: ({ given }) => refresh(given),
    before: async () => await nextToken(await graceRefreshToken()),
  },
  "`POST /oauth/token`, the same refresh token again within the grace period": {
    work: ({ given }) => refresh(given),
    before: async () => {
      const token = await graceRefreshToken();
      await refresh(token);
      return token;
    },
  },
  "`POST /logout` with an access token": {
    work: ({ given }) => sentinel.fetch("/logout", { method: "POST", ...bearer(given) }),
    before: async () => {
      const token = await graceToken();
      await me(token);
      return token;
    },
  },
  "`GET /signin`, nobody signed in": {
    work: ({ given }) => visitPage("/signin", given),
    before: () => opened("/signin", "nobody"),
  },
  "`POST /signin`": {
    work: ({ given }) => visitPage("/signin", given, graceSignsIn),
    before: () => opened("/signin", "nobody"),
  },
  "`POST /signin`, wrong password": {
    work: ({ given }) => visitPage("/signin", given, { ...graceSignsIn, password: "not hers at all" }),
    before: () => opened("/signin", "nobody"),
    status: 403,
  },
  "`GET /oauth/authorize`, signed in, the operator's application": {
    work: ({ given }) => visitPage(authorizePath(own), given),
    before: () => opened("/account", "grace"),
    status: 303,
  },
  "`GET /oauth/authorize`, signed in, allowed before": {
    work: ({ given }) => visitPage(authorizePath(others), given),
    before: async () => {
      const consent = {
        userId: await sentinel.settled("grace"),
        clientId: others.id,
        scopes: ["openid"],
        resources: [],
      };
      await sentinel.db.transaction((tx) => sentinel.consents.rememberIn(tx, consent, localActor));
      return await opened("/account", "grace");
    },
    status: 303,
  },
  "`GET /oauth/authorize`, nobody signed in": {
    work: ({ given }) => visitPage(authorizePath(own), given),
    before: () => opened("/signin", "nobody"),
    status: 303,
  },
  "`POST /oauth/device_authorization`, known client": {
    work: () => beginOnDevice(),
    before: async () => {
      await beginOnDevice();
      return "";
    },
  },
  "`POST /oauth/token` by a device, before the user decides": {
    work: ({ given }) => askAs(sentinel, tv, { grant_type: deviceGrant, device_code: given }),
    before: async () => (await (await beginOnDevice()).json()).device_code,
    status: 400,
  },
  "`POST /oauth/token` by a device, approved": {
    work: ({ given }) => askAs(sentinel, tv, { grant_type: deviceGrant, device_code: given }),
    before: async ({ user }) => {
      const { device_code, user_code } = await (await beginOnDevice()).json();
      const { id, userCode } = await sentinel.deviceGrants.find(user_code, localClient);
      const { sessionId } = await newVisitor(sentinel, { userId: user });
      const caller = (await sentinel.principals.access(sessionId, user))!;
      await sentinel.deviceGrants.decide({ id, userCode }, true, { ...caller, authTime: 0, aal: 1 }, localActor);
      return device_code;
    },
  },
  "`POST /device`, a code that a device shows": {
    work: ({ given }) => {
      const [user_code, page] = JSON.parse(given);
      return visitPage("/device", page, { user_code });
    },
    before: async () => {
      const { user_code } = await (await beginOnDevice()).json();
      return JSON.stringify([user_code, await opened("/device", "grace")]);
    },
  },
  "`POST /oauth/par`, known client": {
    work: () => pushRequest(),
    before: async () => {
      await pushRequest();
      return "";
    },
    status: 201,
  },
  "`GET /oauth/authorize` of a pushed request, signed in, the operator's application": {
    work: ({ given }) => {
      const [request_uri, page] = JSON.parse(given);
      return visitPage(`/oauth/authorize?${new URLSearchParams({ client_id: own.id, request_uri })}`, page);
    },
    before: async () => {
      const { request_uri } = await (await pushRequest()).json();
      return JSON.stringify([request_uri, await opened("/account", "grace")]);
    },
    status: 303,
  },
  "`GET /oauth/authorize`, refused": {
    work: ({ given }) => visitPage(authorizePath(own, { scope: "unknown" }), given),
    before: () => opened("/signin", "nobody"),
    status: 303,
  },
  "`GET /account`, signed in": {
    work: ({ given }) => visitPage("/account", given),
    before: () => opened("/account", "grace"),
  },
  "`GET /console/users`, known administrator": {
    work: ({ given }) => visitPage("/console/users", given),
    before: () => opened("/console/users", "ada"),
  },
  "`GET /console/users/{id}`, known user": {
    work: ({ given }) => visitPage(`/console/users/${grace}`, given),
    before: () => opened(`/console/users/${grace}`, "ada"),
  },
  "`POST /signout`": {
    work: ({ given }) => visitPage("/signout", given, {}),
    before: () => opened("/signout", "grace"),
  },
  "`GET /oauth/end_session` with a hint, known client": {
    work: ({ given }) => visitPage(given.split(" ")[2]!, given),
    before: async () => `${await opened("/signout", "grace")} ${await endSessionPath()}`,
    status: 303,
  },
  "`POST /password-reset`, alike for any address": {
    work: () => sentinel.fetch("/password-reset", { json: { email: `${crypto.randomUUID()}@example.com` } }),
    status: 202,
  },
  "`POST /email-verification`, alike for any address": {
    work: () => sentinel.fetch("/email-verification", { json: { email: `${crypto.randomUUID()}@example.com` } }),
    status: 202,
  },
  "`POST /password-reset/complete` with a wrong link": {
    work: () =>
      sentinel.fetch("/password-reset/complete", {
        json: { ticket: `snt_mt_${"A".repeat(65)}`, new_password: "a long enough password" },
      }),
    status: 400,
  },
  "`POST /register`": { work: () => register(`new_${crypto.randomUUID().slice(0, 8)}`) },
  "`POST /register`, name or address taken": { work: () => register("grace"), status: 409 },
  "`GET /readyz`": { work: () => sentinel.fetch("/readyz") },
  "`GET /livez`": { work: () => sentinel.fetch("/livez") },
  "`GET /.well-known/jwks.json`": { work: () => sentinel.fetch("/.well-known/jwks.json") },
  "a decision, known subject": { work: decide, before: decide },
  "a decision, new subject": {
    work: ({ user }) => asAda("/access/v1/evaluation", { json: { ...question, subject: { type: "user", id: user } } }),
  },
  "a hundred decisions in one request, known subject": {
    work: () => asAda("/access/v1/evaluations", { json: { ...question, evaluations: many } }),
    before: decide,
  },
  "a subject search": { work: () => asAda("/access/v1/search/subject", { json: question }) },
  "`GET /users`": { work: () => asAda("/users?disabled=false") },
  "`GET /users` with a role": { work: () => asAda("/users?role=user") },
  "`GET /users/{id}`": { work: ({ user }) => asAda(`/users/${user}`) },
  "`GET /users/{id}/permissions`, known user": { work: () => asAda(`/users/${grace}/permissions`), before: decide },
  "`POST /users`": {
    work: () =>
      asAda("/users", { json: { username: "zed", email: "zed@example.com", password: "a long enough password" } }),
  },
  "`PATCH /users/{id}`, new username": { work: ({ user }) => change(user, { username: "gracie" }) },
  "`PATCH /users/{id}`, new password": {
    work: ({ user }) => change(user, { password: "another long enough one" }),
  },
  "`PATCH /users/{id}`, disabling": { work: ({ user }) => change(user, { disabled: true }) },
  "`DELETE /users/{id}`": { work: ({ user }) => asAda(`/users/${user}`, { method: "DELETE" }) },
  "`POST /service-accounts`": {
    work: () => asAda("/service-accounts", { json: { name: "backup", roles: ["user"] } }),
  },
  "`PATCH /service-accounts/{id}`, disabling": {
    work: ({ given }) => asAda(`/service-accounts/${given}`, { method: "PATCH", json: { disabled: true } }),
    before: async () => (await newServiceAccount(sentinel)).id,
  },
  "`DELETE /service-accounts/{id}`": {
    work: ({ given }) => asAda(`/service-accounts/${given}`, { method: "DELETE" }),
    before: async () => (await newServiceAccount(sentinel)).id,
  },
  "granting a role": { work: ({ user }) => grantViewer(user) },
  "granting a role that the user has already": {
    work: ({ user }) => grantViewer(user),
    before: ({ user }) => grantViewer(user),
  },
  "granting `admin`": { work: ({ user }) => put(`/users/${user}/roles/admin`) },
  "revoking a grant": {
    work: ({ user }) => asAda(`/users/${user}/roles/viewer`, { method: "DELETE" }),
    before: ({ user }) => grantViewer(user),
  },
  "`POST /roles` with permissions and parents": {
    work: () => asAda("/roles", { json: { name: "maker", permissions: ["films:watch"], parents: ["viewer"] } }),
  },
  "adding a permission to a role": { work: ({ role }) => put(`/roles/${role}/permissions/films:watch`) },
  "adding a parent to a role": { work: ({ role }) => put(`/roles/${role}/parents/viewer`) },
  "`POST /roles/{role}/preview` of a permission": {
    work: ({ role }) => asAda(`/roles/${role}/preview`, { json: { permissions: ["films:watch"] } }),
  },
  "`DELETE /roles/{role}`": { work: ({ role }) => asAda(`/roles/${role}`, { method: "DELETE" }) },
};

async function hashCount(): Promise<number> {
  const samples = (await sentinel.instruments.expose()).matchAll(/^sentinel_hash_duration_seconds_count\S* (\d+)$/gm);
  return [...samples].reduce((sum, [, count]) => sum + Number(count), 0);
}

for (const [what, { work, before, status }] of Object.entries(deeds) as [keyof typeof statementCounts, Deed][]) {
  test(`${what} costs the statements and hashes of its row`, async () => {
    const { id: user } = await newcomer(sentinel, { roles: ["user"] });
    const role = `role_${crypto.randomUUID().slice(0, 8)}`;
    await createRole(role);
    await sentinel.settled("grace");
    const given = String(await before?.({ user, role }));
    await asAda("/admin-only"); // so that the caller and the graph are in memory
    const hashesBefore = await hashCount();
    const made = await statementsOf(async () => {
      const response = await work({ user, role, given });
      assert.ok(status === undefined ? response.ok : response.status === status, `${response.status}`);
    });
    const names = Object.entries(made).flatMap(([name, count]) => Array(count).fill(name));
    const { statements, hashes = 0 }: { statements: string; hashes?: number } = statementCounts[what];
    assert.deepEqual(names.sort(), statements.split(", ").filter(Boolean).sort());
    assert.equal(await hashCount() - hashesBefore, hashes);
  });
}
