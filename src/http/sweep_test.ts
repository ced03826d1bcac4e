import { z } from "@hono/zod-openapi";
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { localActor } from "../vocabulary/actor.ts";
import { createLogger } from "../platform/logger.ts";
import { type ProblemCode, problems as problemTypes } from "../vocabulary/dictionary.ts";
import { bearerChallenge, invalidTokenChallenge } from "../testing/challenges.ts";
import { startSentinel, test } from "../testing/harness.ts";
import { newcomer, newServiceAccount, people, type PersonName } from "../testing/people/people.ts";
import { newApplication, newVisitor, signedInWith } from "../testing/people/applications.ts";
import { newApiResource, newClient } from "../testing/people/clients.ts";
import { begun, refresh } from "../testing/people/sessions.ts";
import { overSockets } from "../testing/traffic/sockets.ts";
import { rowCounts } from "../testing/traffic/traces.ts";
import { createApp } from "./request/app.ts";
import { oauthStatus } from "./request/answer.ts";
import { bodySizeMax } from "./request/body.ts";
import { anyone, type AnyOperation, ok, operation, problems, type Requirement } from "./contract/contract.ts";
import { createHandler } from "./server/handler.ts";
import { pageHeaders } from "./pages/page_answer.ts";
import { scriptPath } from "./assets/script.ts";
import { stylePath } from "./assets/style.ts";
import { problemsOf } from "./contract/problem_responses.ts";

const sentinel = await startSentinel({
  lasting: false,
  settings: { SENTINEL_TRUSTED_PROXIES: "127.0.0.1/32", SENTINEL_API_KEYS_PER_USER_MAX: "1000" },
});
const { speak, ...server } = overSockets(sentinel.handle);
Deno.test.afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await sentinel[Symbol.asyncDispose]();
});

/** The operations of the API, and the files that pages load; pages_sweep_test.ts has the pages. */
const operations = sentinel.app.operations.filter(({ success }) => success.kind !== "html");
const offered = operations.filter(({ hidden }) => !hidden);

const nameOf = ({ method, path }: AnyOperation) => `${method.toUpperCase()} ${path}`;
const kindOf = ({ access }: AnyOperation) => (access as Requirement).kind;

/** The parameters of the paths: a user whom no other test concerns. */
const parameters: Record<string, string> = {
  code: "not_found",
  id: (await newcomer(sentinel)).id,
  service_account_id: (await newServiceAccount(sentinel)).id,
  session_id: crypto.randomUUID(),
  key_id: crypto.randomUUID(),
  own_key_id: crypto.randomUUID(),
  service_key_id: crypto.randomUUID(),
  service_secret_id: crypto.randomUUID(),
  client: crypto.randomUUID(),
  client_secret: crypto.randomUUID(),
  api_resource: crypto.randomUUID(),
  audit_event: crypto.randomUUID(),
  secret_id: crypto.randomUUID(),
  role: "keeper",
  permission: "stables:sweep",
  parent: "user",
};

/** Restores what an earlier operation has deleted. */
async function furnish(): Promise<void> {
  parameters.id = (await newcomer(sentinel)).id;
  parameters.service_account_id = (await newServiceAccount(sentinel)).id;
  await sentinel.db.query("furnish_role", "insert into roles (name) values ('keeper') on conflict do nothing");
  await sentinel.db.query(
    "furnish_permission",
    "insert into permissions (name, description) values ('stables:sweep', '') on conflict do nothing",
  );
  sentinel.evaluator.forget();
  const { row } = await sentinel.apiKeys.create(
    { id: await sentinel.settled("ada"), kind: "person" },
    { name: "hers", scopes: [] },
    localActor,
  );
  const service = { id: parameters.service_account_id!, kind: "service" } as const;
  const { row: serviceKey } = await sentinel.apiKeys.create(service, { name: "its", scopes: [] }, localActor);
  const client = await newClient(sentinel);
  parameters.client = client.id;
  const consent = { userId: await sentinel.settled("ada"), clientId: client.id, scopes: ["openid"], resources: [] };
  await sentinel.db.transaction((tx) => sentinel.consents.rememberIn(tx, consent, localActor));
  parameters.client_secret = (await sentinel.clientSecrets.list(client.id))[0]!.id;
  parameters.api_resource = await newApiResource(sentinel);
  const [event] = await sentinel.db.query<{ id: string }>("event", "select id from audit_events limit 1");
  parameters.audit_event = event!.id;
  parameters.service_key_id = serviceKey.id;
  parameters.service_secret_id = serviceKey.secrets[0]!.id;
  parameters.own_key_id = row.id;
  parameters.secret_id = row.secrets[0]!.id;
}

const concrete = (path: string) =>
  path.replace(/^\/service-accounts\/\{id\}/, "/service-accounts/{service_account_id}")
    .replace(/^(\/service-accounts\/.*)\{key_id\}/, "$1{service_key_id}")
    .replace(/^(\/service-accounts\/.*)\{secret_id\}/, "$1{service_secret_id}")
    .replace(/^\/clients\/\{id\}/, "/clients/{client}")
    .replace(/^(\/clients\/.*)\{secret_id\}/, "$1{client_secret}")
    .replace(/^\/resources\/\{id\}/, "/resources/{api_resource}")
    .replace(/^\/audit-events\/\{id\}/, "/audit-events/{audit_event}")
    .replace("/users/me/consents/{client_id}", "/users/me/consents/{client}")
    .replace("/users/me/api-keys/{id}", "/users/me/api-keys/{own_key_id}")
    .replaceAll(/\{(\w+)\}/g, (_, name) => parameters[name] ?? assert.fail(`a value for ${name}, please`));

/** An empty body of the operation's media type, so that an authorized caller learns what is missing. */
const emptyBody = ({ body }: AnyOperation) =>
  !body ? {} : body.types.includes("application/json") ? { json: {} } : { form: {} };

const call = (each: AnyOperation, headers: Record<string, string> = {}) =>
  sentinel.fetch(concrete(each.path), { method: each.method.toUpperCase(), headers, ...emptyBody(each) });

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

type Sender = PersonName | "disabled";

const fresh = async (sender: Sender) =>
  sender === "disabled" ? await disabledsToken() : await tokenFor(await sentinel.settled(sender));

/** The token of a new session, without the cost of a login. */
async function tokenFor(userId: string): Promise<string> {
  return (await (await refresh(sentinel, await begun(sentinel, userId))).json()).access_token;
}

/** Ada's token, which may do everything, or one that tells a client about its user. */
async function tokenForOperation(each: AnyOperation): Promise<string> {
  if (kindOf(each) !== "userinfo") return await fresh("ada");
  const application = await newApplication(sentinel);
  return (await signedInWith(sentinel, application, await newVisitor(sentinel))).access_token;
}

/** One session of each sender, until an operation ends it. */
const kept = new Map<Sender, string>();

async function tokenOf(sender: Sender): Promise<string> {
  const token = kept.get(sender) ?? await fresh(sender);
  kept.set(sender, token);
  return token;
}

/** The token of a live session of a disabled account: only that can be the reason of a refusal. */
async function disabledsToken(): Promise<string> {
  const { id } = await newcomer(sentinel, { roles: ["user"] });
  const token = await tokenFor(id);
  await sentinel.db.query("disable", "update users set disabled_at = now() where id = $1", [id]);
  sentinel.principals.forgetUser(id);
  return token;
}

type Row = { anonymous: number; nobody: number; grace: number; ada: number; disabled: number };

const everybody = (status: number): Row => ({
  anonymous: status,
  nobody: status,
  grace: status,
  ada: status,
  disabled: status,
});
const whoeverIsSignedInGets = (status: number): Row => ({ ...everybody(status), anonymous: 401, disabled: 401 });
const adaGets = (status: number): Row => ({ anonymous: 401, nobody: 403, grace: 403, ada: status, disabled: 401 });

/** What everybody gets from every operation; one that requires a permission succeeds for Ada where it has no row. */
const matrix: Record<string, Row> = {
  "DELETE /invitations/{id}": adaGets(404),
  "DELETE /role-exclusions/{id}": adaGets(404),
  "DELETE /users/me/api-keys/{id}": { ...whoeverIsSignedInGets(404), ada: 204 },
  "DELETE /users/me/api-keys/{id}/secrets/{secret_id}": { ...whoeverIsSignedInGets(404), ada: 204 },
  "DELETE /users/{id}/api-keys/{key_id}": adaGets(404),
  "DELETE /users/me/consents/{client_id}": { ...whoeverIsSignedInGets(404), ada: 204 },
  "DELETE /users/me/factors/{id}": whoeverIsSignedInGets(422),
  "DELETE /users/me/passkeys/{id}": whoeverIsSignedInGets(422),
  "DELETE /users/me": whoeverIsSignedInGets(422),
  "DELETE /users/me/sessions": whoeverIsSignedInGets(204),
  "DELETE /users/me/sessions/{id}": whoeverIsSignedInGets(404),
  "DELETE /users/{id}/sessions/{session_id}": adaGets(404),
  "GET /.well-known/authzen-configuration": everybody(200),
  "GET /.well-known/jwks.json": everybody(200),
  "GET /.well-known/oauth-authorization-server": everybody(200),
  "GET /.well-known/oauth-protected-resource": everybody(200),
  "GET /.well-known/openid-configuration": everybody(200),
  "GET /": everybody(200),
  "GET /docs": everybody(200),
  "GET /livez": everybody(200),
  "GET /metrics": everybody(200),
  "GET /oauth/userinfo": everybody(401),
  "GET /openapi.json": everybody(200),
  "GET /problems": everybody(200),
  "GET /problems/{code}": everybody(200),
  "GET /readyz": everybody(200),
  "GET /users/me/api-keys": whoeverIsSignedInGets(200),
  "GET /users/me/api-keys/{id}": { ...whoeverIsSignedInGets(404), ada: 200 },
  "GET /users/me/export": whoeverIsSignedInGets(200),
  "GET /users/me/factors": whoeverIsSignedInGets(200),
  "GET /users/me/passkeys": whoeverIsSignedInGets(200),
  "GET /users/me": whoeverIsSignedInGets(200),
  "GET /users/me/consents": whoeverIsSignedInGets(200),
  "GET /users/me/sessions": whoeverIsSignedInGets(200),
  "PATCH /users/me/api-keys/{id}": whoeverIsSignedInGets(422),
  "PATCH /users/me/passkeys/{id}": whoeverIsSignedInGets(422),
  "PATCH /users/me": whoeverIsSignedInGets(200),
  "POST /access/v1/evaluation": whoeverIsSignedInGets(400),
  "POST /access/v1/evaluations": whoeverIsSignedInGets(400),
  "POST /access/v1/search/action": whoeverIsSignedInGets(400),
  "POST /access/v1/search/subject": adaGets(400),
  "POST /api-keys/revoke-leaked": everybody(204),
  "POST /service-accounts/{id}/api-keys": adaGets(422),
  "POST /users/me/factors/totp": whoeverIsSignedInGets(422),
  "POST /users/me/passkeys": whoeverIsSignedInGets(422),
  "POST /users/me/passkeys/challenge": whoeverIsSignedInGets(409),
  "POST /users/me/passkeys/options": whoeverIsSignedInGets(422),
  "POST /users/me/factors/totp/{id}/confirm": whoeverIsSignedInGets(422),
  "POST /users/me/recovery-codes": whoeverIsSignedInGets(422),
  "POST /users/me/step-up": whoeverIsSignedInGets(422),
  "POST /users/me/api-keys": whoeverIsSignedInGets(422),
  "POST /users/me/api-keys/{id}/secrets": { ...whoeverIsSignedInGets(404), ada: 201 },
  "POST /email-change/complete": everybody(400),
  "POST /email-verification": everybody(422),
  "POST /email-verification/complete": everybody(400),
  "GET /revocations": adaGets(200),
  "POST /invitations": adaGets(422),
  "POST /invitations/accept": everybody(422),
  "POST /password-reset": everybody(422),
  "POST /password-reset/complete": everybody(422),
  "POST /login": everybody(422),
  "POST /login/factor": everybody(422),
  "POST /login/passkey": everybody(422),
  "POST /login/passkey/options": everybody(200),
  "POST /login/enrolment/totp": everybody(422),
  "POST /login/enrolment/totp/confirm": everybody(422),
  "POST /login/enrolment/passkey": everybody(422),
  "POST /login/enrolment/passkey/options": everybody(422),
  "POST /logout": everybody(204),
  "POST /clients": adaGets(422),
  "POST /clients/{id}/secrets": adaGets(201),
  "POST /oauth/introspect": { ...adaGets(400), anonymous: 400 },
  "POST /oauth/device_authorization": everybody(400),
  "POST /oauth/par": everybody(400),
  "POST /oauth/register": { ...everybody(400), disabled: 401 },
  "POST /oauth/revoke": everybody(400),
  "POST /oauth/token": everybody(400),
  "POST /oauth/userinfo": everybody(401),
  "POST /permissions": adaGets(422),
  "POST /register": { ...everybody(422), disabled: 401 },
  "POST /role-exclusions": adaGets(422),
  "POST /resources": adaGets(422),
  "POST /roles": adaGets(422),
  "POST /service-accounts": adaGets(422),
  "POST /users": adaGets(422),
  "PUT /users/me/email": whoeverIsSignedInGets(422),
  "PUT /users/me/password": whoeverIsSignedInGets(422),
};

/** Reviewed: public operations. */
const open = [
  "GET /",
  "GET /.well-known/authzen-configuration",
  "GET /.well-known/jwks.json",
  "GET /.well-known/oauth-authorization-server",
  "GET /.well-known/oauth-protected-resource",
  "GET /.well-known/openid-configuration",
  "GET /docs",
  "GET /livez",
  "GET /metrics",
  "GET /openapi.json",
  "GET /problems",
  "GET /problems/{code}",
  "GET /readyz",
  "POST /api-keys/revoke-leaked",
  "POST /email-change/complete",
  "POST /email-verification",
  "POST /email-verification/complete",
  "POST /invitations/accept",
  "POST /login",
  "POST /login/enrolment/passkey",
  "POST /login/enrolment/passkey/options",
  "POST /login/enrolment/totp",
  "POST /login/enrolment/totp/confirm",
  "POST /login/factor",
  "POST /login/passkey",
  "POST /login/passkey/options",
  "POST /logout",
  "POST /oauth/device_authorization",
  "POST /oauth/par",
  "POST /oauth/revoke",
  "POST /oauth/token",
  "POST /password-reset",
  "POST /password-reset/complete",
];
/** Reviewed: operations for clients too, which their handlers authenticate. */
const ofClients = ["GET /revocations", "POST /oauth/introspect"];
/** Reviewed: operations for tokens that an OAuth client got to learn about its user. */
const ofUserinfo = ["GET /oauth/userinfo", "POST /oauth/userinfo"];
/** Reviewed: operations with an optional token. */
const optional = ["POST /oauth/register", "POST /register"];
/** Reviewed: operations with any credential and without a permission, because they only read data of its user. */
const selfService = [
  "GET /users/me",
  "GET /users/me/api-keys",
  "GET /users/me/api-keys/{id}",
  "GET /users/me/consents",
  "GET /users/me/factors",
  "GET /users/me/passkeys",
  "GET /users/me/sessions",
  "POST /access/v1/evaluation",
  "POST /access/v1/evaluations",
  "POST /access/v1/search/action",
];
/** Reviewed: operations that change the account itself, with a credential without scopes. */
const ofOwnAccount = [
  "DELETE /users/me",
  "DELETE /users/me/api-keys/{id}",
  "DELETE /users/me/api-keys/{id}/secrets/{secret_id}",
  "DELETE /users/me/consents/{client_id}",
  "DELETE /users/me/factors/{id}",
  "DELETE /users/me/passkeys/{id}",
  "DELETE /users/me/sessions",
  "DELETE /users/me/sessions/{id}",
  "GET /users/me/export",
  "PATCH /users/me",
  "PATCH /users/me/api-keys/{id}",
  "PATCH /users/me/passkeys/{id}",
  "POST /users/me/api-keys",
  "POST /users/me/api-keys/{id}/secrets",
  "POST /users/me/factors/totp",
  "POST /users/me/factors/totp/{id}/confirm",
  "POST /users/me/passkeys",
  "POST /users/me/passkeys/challenge",
  "POST /users/me/passkeys/options",
  "POST /users/me/recovery-codes",
  "POST /users/me/step-up",
  "PUT /users/me/email",
  "PUT /users/me/password",
];

/** Reviewed: other paths of operations, for old clients. */
const otherPaths = ["/login/"];

test("T147 every operation has its answers for nobody, Grace, Ada, the disabled and the anonymous", async () => {
  const names = offered.map(nameOf);
  assert.deepEqual(Object.keys(matrix).filter((name) => !names.includes(name)), []);
  for (const each of offered) {
    const expected = matrix[nameOf(each)] ?? (kindOf(each) === "permission" ? adaGets(each.success.status) : undefined);
    const answers: Record<string, number> = {};
    await furnish();
    for (const sender of ["anonymous", "nobody", "grace", "ada", "disabled"] as const) {
      const response = await call(each, sender === "anonymous" ? {} : bearer(await tokenOf(sender)));
      answers[sender] = response.status;
      if (each.tags[0] === "sessions" && response.ok) kept.clear(); // the operation may have ended some
      if (response.status !== 401) continue;
      const challenge = sender === "anonymous" ? bearerChallenge() : invalidTokenChallenge;
      const own = kindOf(each) === "userinfo" ? challenge.replace(/,? resource_metadata=.*/, "") : challenge;
      assert.equal(response.headers.get("www-authenticate"), own, `${nameOf(each)} ${sender}`);
    }
    assert.deepEqual(answers, expected, nameOf(each));
  }
});

test("every public and every self-service operation is on its reviewed list", () => {
  const named = (kind: Requirement["kind"]) => offered.filter((each) => kindOf(each) === kind).map(nameOf).sort();
  assert.deepEqual(named("anyone"), open);
  assert.deepEqual(named("permission_or_client"), ofClients);
  assert.deepEqual(named("userinfo"), ofUserinfo);
  assert.deepEqual(named("optional"), optional);
  assert.deepEqual(named("signed_in"), selfService);
  assert.deepEqual(named("own_account"), ofOwnAccount);
  assert.deepEqual(operations.flatMap(({ alsoAt = [] }) => alsoAt), otherPaths);
  for (const { hidden, path, method, access } of operations) {
    const files = [`/${stylePath}`, `/${scriptPath}`, "/favicon.ico"];
    const loadedByPages = path.startsWith("/docs/") || files.includes(path);
    if (hidden) assert.deepEqual([loadedByPages, method, access], [true, "get", anyone.access]);
  }
});

test(
  "every guarded operation answers 401 without a token and to an invalid one, before it reads anything",
  async () => {
    const before = await rowCounts(sentinel);
    for (
      const each of operations.filter((each) =>
        !["anyone", "optional", "permission_or_client"].includes(kindOf(each)) &&
        nameOf(each) !== "POST /oauth/userinfo"
      )
    ) {
      for (const [headers, code] of [[{}, "token_missing"], [bearer("bad"), "invalid_token"]] as const) {
        const init = { method: each.method.toUpperCase(), headers: { ...headers, "content-type": "text/plain" } };
        const response = await sentinel.fetch(concrete(each.path), { ...init, ...(each.body && { body: "{" }) });
        assert.equal((await response.json()).type, `/problems/${code}`, nameOf(each));
      }
    }
    assert.deepEqual(await rowCounts(sentinel), before);
  },
);

test("every operation that requires a permission answers 403 to nobody, before it reads anything", async () => {
  const authorization = bearer(await tokenOf("nobody"));
  const before = await rowCounts(sentinel);
  for (const each of operations.filter((each) => kindOf(each) === "permission")) {
    const response = await sentinel.fetch(concrete(each.path), {
      method: each.method.toUpperCase(),
      headers: { ...authorization, "content-type": "text/plain" },
      ...(each.body && { body: "{" }),
    });
    assert.equal(response.status, 403, nameOf(each));
    assert.equal(response.headers.get("www-authenticate"), null, nameOf(each)); // no scope would help
  }
  assert.deepEqual(await rowCounts(sentinel), before);
});

test("T316 GET /openapi.json describes exactly what is served", async () => {
  type Described = { operationId: string; security: unknown[]; responses: Record<string, unknown> };
  const document: { paths: Record<string, Record<string, Described>> } = await (await sentinel.fetch("/openapi.json"))
    .json();
  const described = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, each]) => ({ name: `${method.toUpperCase()} ${path}`, each }))
  );
  assert.deepEqual(described.map(({ name }) => name).sort(), offered.map(nameOf).sort());

  const hidden = sentinel.app.operations.filter((each) => each.hidden).map(({ path }) => path);
  const served = sentinel.app.hono.routes
    .map(({ method, path }) => ({ method, path: path.replaceAll(/:(\w+)/g, "{$1}") }))
    .filter(({ path }) => !hidden.includes(path) && !otherPaths.includes(path));
  assert.deepEqual(
    served.map(({ method, path }) => `${method} ${path}`).sort(),
    described.map(({ name }) => name).sort(),
  );

  assert.equal(new Set(described.map(({ each }) => each.operationId)).size, described.length);
  for (const { name, each } of described) {
    const declared = offered.find((other) => nameOf(other) === name)!;
    const token = [{ password: [] }, { bearer: [] }];
    const any = [...token, { apiKey: [] }];
    const security = {
      anyone: [],
      optional: [{}, ...any],
      signed_in: any,
      own_account: token,
      permission: any,
      visitor: undefined, // of pages, which the document does not list
      browser: undefined,
      permission_or_client: [...any, { client: [] }],
      userinfo: [{ bearer: [] }],
    }[kindOf(declared)];
    assert.deepEqual(each.security, security, name);
    const asOAuth = (code: ProblemCode) => declared.errors === "oauth" && problemTypes[code].oauth;
    const statusOf = (code: ProblemCode) => {
      const oauth = asOAuth(code);
      return oauth ? oauthStatus(oauth) : problemTypes[code].status;
    };
    const isPolled = declared.success.kind === "json" && declared.success.polled;
    const statuses = [declared.success.status, ...isPolled ? [304] : [], ...problemsOf(declared).map(statusOf)];
    assert.deepEqual(Object.keys(each.responses), [...new Set(statuses)].sort().map(String), name);
  }
});

test("every problem is declared by an operation, or reviewed as one that no operation answers", () => {
  const declared = new Set<string>(sentinel.app.operations.flatMap(problemsOf));
  const others = {
    method_not_allowed: "there is no operation",
  };
  const undeclared = Object.keys(problemTypes).filter((code) => !declared.has(code));
  assert.deepEqual(undeclared.sort(), Object.keys(others).sort());
});

test("GET /problems/{code} explains every problem and nothing else", async () => {
  for (const [code, { status, title }] of Object.entries(problemTypes)) {
    const explained = await (await sentinel.fetch(`/problems/${code}`)).json();
    assert.deepEqual([explained.status, explained.title], [status, title]);
  }
  for (const code of ["toString", "__proto__", "constructor", "nothing", "not_found%2F", "NOT_FOUND"]) {
    assert.equal((await sentinel.fetch(`/problems/${code}`)).status, 404, code);
  }
});

test("every operation with an optional body works without one, over a socket and in process", async () => {
  for (const each of operations.filter(({ bodyOptional }) => bodyOptional)) {
    await furnish();
    const [method, path] = [each.method.toUpperCase(), concrete(each.path)];
    const token = async () => kindOf(each) === "anyone" ? {} : bearer(await tokenForOperation(each));
    const start = async () => [
      `${method} ${path} HTTP/1.1`,
      ...Object.entries(await token()).map(([name, value]) => `${name}: ${value}`),
    ];
    assert.equal((await sentinel.fetch(path, { method, headers: await token() })).status, each.success.status);
    const [typed, chunked] = ["Content-Type: application/json", "Transfer-Encoding: chunked"];
    for (const lines of [[], ["Content-Length: 0"], [typed], [typed, "Content-Length: 0"]]) {
      assert.equal(
        (await speak([...await start(), ...lines]))?.status,
        each.success.status,
        `${nameOf(each)} ${lines}`,
      );
    }
    const nothing = await speak([...await start(), typed, chunked], "0\r\n\r\n");
    assert.equal(nothing?.status, each.success.status, nameOf(each));
    const untyped = await speak([...await start(), "Content-Length: 2"], "{}");
    assert.equal(untyped?.status, 415, nameOf(each));
  }
});

test("POST /logout with only a token ends the session, over a socket", async () => {
  const token = await fresh("grace");
  assert.equal((await speak(["POST /logout HTTP/1.1", `Authorization: Bearer ${token}`]))?.status, 204);
  assert.equal((await sentinel.fetch("/users/me", { headers: bearer(token) })).status, 401);
});

test("T178 HEAD answers the status and headers of GET, and no content", async () => {
  await furnish();
  const unlike = ["x-request-id", "content-length"];
  const headersOf = ({ headers }: Response) => [...headers].filter(([name]) => !unlike.includes(name));
  for (const each of operations.filter(({ method }) => method === "get")) {
    for (
      const headers of [
        {},
        bearer(await tokenOf("nobody")),
        bearer(await tokenOf("ada")),
        bearer(await tokenOf("disabled")),
        bearer("bad"),
      ]
    ) {
      const [get, head] = [await call(each, headers), await call({ ...each, method: "HEAD" as never }, headers)];
      assert.equal(head.status, get.status, nameOf(each));
      assert.deepEqual(headersOf(head), headersOf(get), nameOf(each));
      assert.equal(await head.text(), "", nameOf(each));
      const length = head.headers.get("content-length") ?? "0";
      assert.equal(Number(length) > 0, await get.text() !== "", nameOf(each));
    }
  }
  const answer = await speak(["HEAD /admin-only HTTP/1.1", `Authorization: Bearer ${await tokenOf("ada")}`]);
  assert.deepEqual([answer?.status, answer?.body], [200, ""]);
});

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE", "get-all", "patch"];

/** The methods that are served at the path, by the declared operations. */
function servedAt(path: string): string[] {
  const own = operations.filter((each) => [each.path, ...each.alsoAt ?? []].includes(path));
  const matching = own.length > 0
    ? own
    : operations.filter((each) =>
      [each.path, ...each.alsoAt ?? []].some((pattern) =>
        new RegExp(`^${pattern.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(path)
      )
    );
  const served = [...new Set(matching.map(({ method }) => method.toUpperCase()))];
  return served.includes("GET") ? [...served, "HEAD"] : served;
}

test("T149 every wrong method answers 405 with exactly the right ones in Allow, whatever overrides it", async () => {
  const authorization = bearer(await tokenOf("ada"));
  const before = await rowCounts(sentinel);
  for (const path of operations.flatMap(({ path, alsoAt = [] }) => [path, ...alsoAt]).map(concrete)) {
    const served = servedAt(path);
    for (const method of methods.filter((method) => !served.includes(method))) {
      for (const override of [undefined, served[0]!]) {
        const headers = {
          ...authorization,
          ...(override &&
            { "x-http-method-override": override, "x-http-method": override, "x-method-override": override }),
        };
        const query = override ? `?_method=${override}` : "";
        const response = await sentinel.fetch(path + query, { method, headers });
        assert.equal(response.status, 405, `${method} ${path}`);
        assert.deepEqual(response.headers.get("allow")?.split(", ").sort(), served.toSorted(), `${method} ${path}`);
      }
    }
  }
  assert.deepEqual(await rowCounts(sentinel), before);
});

test("T149 _method in a form changes nothing", async () => {
  const response = await sentinel.fetch("/admin-only", { form: { _method: "GET" } }, "ada");
  assert.equal(response.status, 405);
  const login = await sentinel.fetch("/login", { form: { _method: "GET" } });
  assert.equal(login.status, 422);
});

test("T149 TRACE is refused and echoes nothing", async () => {
  const answer = await speak([
    "TRACE /admin-only HTTP/1.1",
    `Authorization: Bearer ${await tokenOf("ada")}`,
    "X-Canary: tweet",
  ]);
  assert.equal(answer?.status, 405);
  assert.equal(answer.headers.get("allow"), "GET, HEAD");
  assert.doesNotMatch(answer.body, /tweet|Bearer ey/);
});

test("a path that no operation serves answers 404 to every method", async () => {
  for (
    const path of [
      "/",
      "/admin",
      "/users",
      "/users/me/",
      "/USERS/ME",
      "/docs/..%2f",
      "/.env",
    ]
  ) {
    if (servedAt(path).length > 0) continue;
    for (const method of methods) {
      assert.equal(
        (await sentinel.fetch(path, { method, headers: bearer(await tokenOf("ada")) })).status,
        404,
        `${method} ${path}`,
      );
    }
  }
});

const usual = ["cache-control", "content-type", "x-content-type-options", "x-request-id"];
/** Headers that the contract oracle checks. */
const oraclesHeaders = ({ success, crossOrigin }: AnyOperation) =>
  success.kind === "redirect" ? ["location"] : success.kind !== "json" ? [] : [
    ...success.paged ? ["link"] : [],
    ...success.revised ? ["etag"] : [],
    ...success.alsoHtml || crossOrigin && !success.headers ? ["vary"] : [],
  ];
const namesOf = ({ headers }: { headers: Headers }) => [...headers.keys()].sort();

test("T212 T213 every success has the usual headers, what it declares, and nothing else", async () => {
  await furnish();
  for (const each of operations.filter(({ method }) => method === "get")) {
    const response = await call(each, bearer(await tokenForOperation(each)));
    assert.equal(response.status, each.success.status, nameOf(each));
    const declared: Record<string, string> = each.success.headers ?? {};
    const names = namesOf(response).filter((name) => !oraclesHeaders(each).includes(name));
    const expected = [...usual, ...Object.keys(declared)].filter((name) =>
      name !== "content-type" || each.success.kind !== "redirect"
    );
    assert.deepEqual(names, [...new Set(expected)].sort(), nameOf(each));
    assert.equal(response.headers.get("x-content-type-options"), "nosniff");
    const cache = declared["cache-control"];
    const unkept = response.headers.has("etag") ? "no-store, no-transform" : "no-store";
    assert.equal(response.headers.get("cache-control"), cache ?? unkept, nameOf(each));
    const others = each.crossOrigin && cache ? ["access-control-allow-origin"] : [];
    if (each.success.kind === "json") {
      assert.deepEqual(Object.keys(declared), cache ? ["cache-control", ...others] : []);
    }
    if (response.headers.get("content-type")?.startsWith("text/html")) {
      assert.match(
        response.headers.get("content-security-policy") ?? "",
        /^default-src 'none';.*frame-ancestors 'none'/,
      );
    }
  }
});

test("T213 only answers without a person and without a token may be cached", () => {
  const kept = offered.filter(({ success }) => success.headers?.["cache-control"]).map(nameOf);
  assert.deepEqual(kept.sort(), [
    "GET /.well-known/authzen-configuration",
    "GET /.well-known/jwks.json",
    "GET /.well-known/oauth-authorization-server",
    "GET /.well-known/oauth-protected-resource",
    "GET /.well-known/openid-configuration",
    "GET /openapi.json",
  ]);
});

test(
  "T212 T213 answers of every other status have the usual headers, those of the status, and nothing else",
  async () => {
    const person = { username: "edsger", email: "edsger@example.com", password: "considered harmful" };
    const json = (body: unknown) => ({ json: body });
    const plain = { method: "POST", body: "{}", headers: { "content-type": "text/plain" } };
    const broken = { method: "POST", body: "{", headers: { "content-type": "application/json" } };
    const rows: [number, string, Parameters<typeof sentinel.fetch>[1], string[]][] = [
      [201, "/register", json(person), ["location"]],
      [200, "/login", { form: { username: "edsger", password: person.password } }, ["transfer-encoding"]],
      [409, "/register", json(person), []],
      [400, "/login", broken, []],
      [401, "/login", json({ username: "edsger", password: "wrong" }), ["www-authenticate"]],
      [401, "/users/me", {}, ["www-authenticate"]],
      [401, "/users/me", { headers: bearer("bad") }, ["www-authenticate"]],
      [403, "/admin-only", { headers: bearer(await tokenOf("nobody")) }, []],
      [404, "/nowhere", {}, ["vary"]],
      [405, "/login", {}, ["allow"]],
      [413, "/login", json({ username: "x".repeat(bodySizeMax), password: "x" }), []],
      [414, `/livez?${"x".repeat(8_192)}`, {}, []],
      [415, "/login", plain, []],
      [422, "/login", json({}), []],
    ];
    for (const [status, path, init, more] of rows) {
      const response = await sentinel.fetch(path, init);
      const what = `${path.slice(0, 40)} → ${status}`;
      assert.equal(response.status, status, what);
      assert.deepEqual(namesOf(response), [...usual, ...more].sort(), what);
      assert.equal(response.headers.get("cache-control"), "no-store", what);
    }
  },
);

test("T212 an unexpected error is 500 with the usual headers and no details, and its cause is in the log", async () => {
  const lines: string[] = [];
  await using log = createLogger({
    level: "info",
    format: "json",
    write: (bytes) => Promise.resolve(lines.push(Buffer.from(bytes).toString())),
  });
  const app = createApp({ guard: () => () => undefined, log });
  const doomed = operation("GET /doomed", {
    operationId: "fail",
    tags: ["operations"],
    summary: "Fails",
    ...anyone,
    ...ok(z.strictObject({}), "Never"),
    ...problems(),
  });
  app.add(doomed, () => {
    throw new Error("the canary sings at /etc/passwd");
  });
  const handle = createHandler({
    app,
    log,
    arrived: () => {},
    answered: () => {},
    trustedProxies: [],
    corsOrigins: [],
  });
  const info = {
    remoteAddr: { transport: "tcp", hostname: "127.0.0.1", port: 1 },
    completed: Promise.resolve(),
  } as const;
  const response = await handle(new Request("http://localhost/doomed", { headers: { host: "localhost" } }), info);
  assert.equal(response.status, 500);
  assert.deepEqual(namesOf(response), usual);
  const body = await response.text();
  assert.doesNotMatch(body, /canary|passwd|\.ts/);
  await log.flush();
  assert.match(lines.join(""), /canary/);
  assert.ok(lines.join("").includes(JSON.parse(body).request_id));
});

test("T212 over a socket the runtime adds date and length, and not its own name", async () => {
  const answer = await speak([
    "GET /users/me HTTP/1.1",
    `Authorization: Bearer ${await tokenOf("grace")}`,
    "Accept-Encoding: gzip, br",
  ]);
  assert.deepEqual(namesOf(answer!), [...usual, "connection", "content-length", "date"].sort());
});

test("T212 over a socket an answer to POST of more than 512 bytes comes in chunks, and one to GET has its length", async () => {
  await sentinel.settled("ada");
  const form = "username=ada&password=" + encodeURIComponent(people.ada.password);
  const type = "Content-Type: application/x-www-form-urlencoded";
  const tokens = await speak(["POST /login HTTP/1.1", type, `Content-Length: ${form.length}`], form);
  assert.deepEqual(namesOf(tokens!), [...usual, "connection", "date", "transfer-encoding"].sort());
  const { access_token } = JSON.parse(tokens!.body);
  const users = await speak(["GET /users HTTP/1.1", `Authorization: Bearer ${access_token}`]);
  assert.equal(users!.headers.get("content-length"), String(users!.body.length));
  const old = await speak(["POST /login HTTP/1.0", type, `Content-Length: ${form.length}`], form);
  assert.equal(old!.headers.get("content-length"), String(old!.body.length), "HTTP/1.0 knows no chunks");
});

test("T214 the answer is the same JSON for any Accept header; only where nothing is, a browser gets a page", async () => {
  const accepts = ["text/html", "*/*;q=abc", "application/xml", "", ",;,;", "a".repeat(10_000), "application/json;q=0"];
  for (const accept of accepts) {
    for (
      const [path, status, type] of [
        ["/users/me", 200, "application/json"],
        ["/admin-only", 403, "application/problem+json"],
        ["/nowhere", 404, accept === "text/html" ? pageHeaders["content-type"] : "application/problem+json"],
      ] as const
    ) {
      const response = await sentinel.fetch(path, { headers: { ...bearer(await tokenOf("grace")), accept } });
      assert.deepEqual([response.status, response.headers.get("content-type")], [status, type], accept.slice(0, 40));
    }
  }
});

test(
  "T219 a well-formed X-Request-ID of a trusted proxy is echoed; any other is replaced and recorded nowhere",
  async () => {
    const idOf = async (id: string) =>
      (await sentinel.fetch("/livez", { headers: { "x-request-id": id } })).headers.get("x-request-id")!;
    for (const id of ["a", "7f3c-9_Z", crypto.randomUUID(), "x".repeat(64)]) assert.equal(await idOf(id), id);
    const others = [
      "",
      "x".repeat(65),
      '"canary"'.repeat(125),
      'canary","level":"error',
      "canary a",
      "canary, canary",
      "canary;",
      "canary<script>",
      "canaryé",
      "../canary",
      "canary\t",
    ];
    const seen = new Set<string>();
    for (const id of others) {
      const given = await idOf(id);
      assert.match(given, /^[\w-]{1,64}$/);
      if (id.trim() !== "canary") assert.doesNotMatch(given, /canary/);
      seen.add(given);
    }
    assert.equal(seen.size, others.length);
    const twice = await speak(["GET /livez HTTP/1.1", "X-Request-ID: canary1", "X-Request-ID: canary2"]);
    assert.doesNotMatch(twice!.headers.get("x-request-id")!, /canary/);
    assert.doesNotMatch(await sentinel.logs(), /canary[^"]/);
  },
);

test("T221 a malformed percent-encoding in the path answers 400, wherever it is", async () => {
  const info = {
    remoteAddr: { transport: "tcp", hostname: "127.0.0.1", port: 1 },
    completed: Promise.resolve(),
  } as const;
  for (const broken of ["%E0%A4%A", "%zz", "%", "%f", "%ff", "%C0%AF", "%ED%A0%80", "%F5%80%80%80", "a%2"]) {
    for (const path of [`/${broken}`, `/problems/${broken}`, `/users/me${broken}`, `/${broken}/users/me`]) {
      const response = await sentinel.handle(
        new Request(`http://localhost:8000${path}`, { headers: { host: "localhost" } }),
        info,
      );
      assert.equal(response.status, 400, path);
      assert.equal((await response.json()).type, "/problems/malformed_request", path);
    }
  }
  assert.equal((await sentinel.fetch("/users/me?x=%zz", {}, "grace")).status, 200);
  assert.equal((await sentinel.fetch("/problems/%00")).status, 422);
});

test("T221 a raw byte outside of ASCII in the path answers 400 over a socket, and the server continues", async () => {
  for (const byte of [0xff, 0x80, 0xc0]) {
    const line = Buffer.concat([Buffer.from("GET /users/"), Buffer.from([byte]), Buffer.from(" HTTP/1.1")]);
    assert.equal((await speak([line]))?.status, 400);
  }
  assert.equal((await speak(["GET /livez HTTP/1.1"]))?.status, 200);
});
