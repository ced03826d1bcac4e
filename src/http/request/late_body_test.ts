import { localActor } from "../../vocabulary/actor.ts";
import { anyRevision } from "../../access/grants/grants.ts";
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { type Sentinel, startSentinel, test, testOnPostgres } from "../../testing/harness.ts";
import { onPostgres } from "../../testing/database.ts";
import { digests, requestBytes, slowSockets } from "../../testing/traffic/late_bytes.ts";
import { newApp, totpCode } from "../../testing/factors/factors.ts";
import { createAuthenticator } from "../../testing/factors/authenticator.ts";
import { newPasskey } from "../../testing/factors/passkeys.ts";
import { newcomer, newServiceAccount } from "../../testing/people/people.ts";
import { becomes, begun, refresh, statusOf } from "../../testing/people/sessions.ts";
import type { AnyOperation, Requirement } from "../contract/contract.ts";

// Only the tests change rows. `late` hears only what a test passes on to it, so its caches are stale.
const here = await startSentinel({ lasting: false });
const settings: Record<string, string> = { SENTINEL_CHANGE_FEED: "ttl" };
const late = onPostgres ? await startSentinel({ lasting: false, schema: here.schema, settings }) : here;
const there = onPostgres ? await startSentinel({ lasting: false, schema: here.schema }) : here;
const sockets = new Map([here, late, there].map((at) => [at, slowSockets(at)]));
Deno.test.afterAll(async () => {
  for (const server of sockets.values()) await server[Symbol.asyncDispose]();
  for (const at of new Set([there, late, here])) await at[Symbol.asyncDispose]();
});

await here.keys.ensureAlgorithm("RS256"); // else the first client to come would be the cause of a key
const actor = localActor;
const always = () => true;
const password = "seven seas and one harbour";
const hash = await here.passwords.hash(password);
await newcomer(here, { roles: ["admin"] }); // a second administrator
for (const [i, at] of [here, late, there].entries()) await at.registrations.create(person(`first-${i}`), [], actor);
await here.db.query(
  "test",
  "insert into permissions (name, description) values ('stables:sweep', ''), ('stables:water', '')",
);

const offered = here.app.operations.filter(({ hidden }) => !hidden);
const kindOf = ({ access }: AnyOperation) => (access as Requirement).kind;
const ofCallers = offered.filter((operation) => !["anyone", "userinfo"].includes(kindOf(operation)));
const withBody = ofCallers.filter(({ body }) => body);
const asking = ["/users/me/passkeys/options", "/users/me/passkeys/challenge"];
const readOnly = ["/audit-verification", "/oauth/introspect", "/roles/{role}/preview", ...asking];
const writing = ofCallers.filter(({ method, tags, path }) =>
  method !== "get" && tags[0] !== "decisions" && !readOnly.includes(path)
);

type Actor = { id: string; username: string; session: string; token: string };

/** An administrator with a session in the replica's cache. */
async function administrator(at: Sentinel): Promise<Actor> {
  const { id, username } = await newcomer(here, { roles: ["admin"], hash });
  const { access_token: token } = await (await refresh(here, await begun(here, id))).json();
  const session = JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString()).sid;
  assert.equal(await statusOf(at, token, "/admin-only"), 200);
  return { id, username, session, token };
}

/** The id of a new session of the user. */
async function sessionOf(userId: string): Promise<string> {
  await begun(here, userId);
  const [row] = await here.db.query<{ id: string }>(
    "test",
    "select id from sessions where user_id = $1 order by id desc limit 1",
    [userId],
  );
  return row!.id;
}

async function newApiKey(userId: string, kind: "person" | "service" = "person") {
  return (await here.apiKeys.create({ id: userId, kind }, { name: "a program", scopes: [] }, localActor)).row;
}

let count = 0;

/** Objects that the operations can change. */
async function newThings(): Promise<Record<string, string>> {
  const name = `late-${++count}`;
  const { id } = await newcomer(here);
  const { id: service } = await newServiceAccount(here);
  await here.db.query("test", "insert into roles (name) values ($1), ($1 || '-parent'), ($1 || '-other')", [name]);
  await here.db.query("test", "insert into role_parents (role, parent) values ($1, $1 || '-parent')", [name]);
  await here.db.query("test", "insert into role_permissions (role, permission) values ($1, 'stables:sweep')", [name]);
  await here.db.query("test", "insert into grants (user_id, role) select unnest($2::uuid[]), $1 || '-parent'", [
    name,
    [id, service],
  ]);
  await here.db.query("test", "insert into permissions (name, description) values ($1, '')", [`${name}:free`]);
  const session = await sessionOf(id);
  const { id: key } = await newApiKey(id);
  const [exclusion] = await here.db.query<{ id: string }>(
    "test",
    `with e as (insert into role_exclusions (id, description, at_most) values (gen_random_uuid(), '', 1) returning id),
     members as (insert into role_exclusion_members (exclusion_id, role) select id, $1 || '-other' from e)
     select id from e`,
    [name],
  );
  here.evaluator.forget();
  const { client } = await here.oauthClients.create({
    name,
    roles: [],
    grant_types: ["client_credentials"],
    scopes: [],
    resources: [],
    own_api: true,
  }, actor);
  const [secret] = await here.clientSecrets.list(client.id);
  const { id: resource } = await here.apiResources.create({
    uri: `https://${name}.example.com`,
    name,
    scopes: ["pictures:draw"],
    alg: "ES256",
    ttl_seconds: 600,
  }, actor);
  const { id: invitation } = await here.invitations.create({ email: `known-${name}@example.com`, roles: [] }, actor);
  return {
    invitation,
    client: client.id,
    client_secret: secret!.id,
    resource,
    id,
    service,
    role: name,
    parent: `${name}-parent`,
    other: `${name}-other`,
    session,
    key,
    exclusion: exclusion!.id,
  };
}

function person(name: string) {
  return { username: name, email: `${name}@example.com`, password };
}
const question = (id: string) => ({
  subject: { type: "user", id },
  action: { name: "sweep" },
  resource: { type: "stables", id: "1" },
});

/** A body with which each operation succeeds. */
const bodies: Record<string, (things: Record<string, string>, actor: Actor) => unknown> = {
  changeApiResource: () => ({ name: "another" }),
  changeClient: () => ({ name: "another" }),
  createApiResource: ({ role }) => ({ uri: `https://new-${role}.example.com`, name: "new", scopes: ["pictures:see"] }),
  registerClient: () => ({ redirect_uris: ["https://stables.example/callback"] }),
  createClient: ({ role }) => ({ name: `new-${role}`, scopes: ["stables:sweep"] }),
  createClientSecret: () => ({ overlap_seconds: 60 }),
  changeMyApiKey: ({ role }) => ({ name: `new-${role}` }),
  createMyApiKey: ({ role }) => ({ name: role, scopes: ["roles:read"] }),
  createServiceAccountApiKey: ({ role }) => ({ name: role, scopes: [] }),
  createServiceAccountApiKeySecret: () => ({ overlap_seconds: 60 }),
  createInvitation: ({ role }) => ({ email: `invited-${role}@example.com` }),
  createMyApiKeySecret: () => ({ overlap_seconds: 60 }),
  changeMyEmail: ({ role }) => ({ email: `moved-${role}@example.com`, current_password: password }),
  changeMe: ({ role }) => ({ username: `new-${role}` }),
  changePassword: () => ({ current_password: password, new_password: "one harbour and seven seas" }),
  changeRole: () => ({ description: "another" }),
  changeServiceAccount: () => ({ description: "another" }),
  changeUser: ({ role }) => ({ username: `new-${role}` }),
  previewRole: () => ({ permissions: ["stables:sweep"] }),
  createPermission: ({ role }) => ({ name: `${role}:sweep`, description: "" }),
  createRole: ({ role }) => ({ name: `new-${role}`, description: "", permissions: ["stables:sweep"] }),
  createRoleExclusion: ({ role, other }) => ({ description: "", roles: [role, other], at_most: 1 }),
  createServiceAccount: ({ role }) => ({ name: `new-${role}`, roles: ["admin"] }),
  createUser: ({ role }) => ({ ...person(`new-${role}`), roles: ["admin"] }),
  createMyTotp: () => ({ current_password: password }),
  confirmMyTotp: ({ code }) => ({ code }),
  beginMyPasskey: () => ({ current_password: password }),
  createMyPasskey: ({ code }) => JSON.parse(code!),
  renameMyPasskey: () => ({ name: "laptop" }),
  deleteMyPasskey: ({ code }) => ({ factor: { type: "totp", code } }),
  stepUp: () => ({ current_password: password }),
  createMyRecoveryCodes: ({ code }) => ({ factor: { type: "totp", code } }),
  deleteMyFactor: ({ code }) => ({ factor: { type: "totp", code } }),
  deleteMe: () => ({ current_password: password }),
  evaluate: ({ id }) => question(id!),
  evaluateSeveral: ({ id }) => ({ evaluations: [question(id!)] }),
  grantRole: () => ({}),
  grantServiceAccountRole: () => ({}),
  introspectToken: (_, { token }) => ({ token }),
  register: ({ role }) => ({ ...person(`new-${role}`), role: "admin" }),
  searchActions: ({ id }) => ({ subject: { type: "user", id }, resource: { type: "stables", id: "1" } }),
  searchSubjects: () => ({
    subject: { type: "user" },
    action: { name: "sweep" },
    resource: { type: "stables", id: "1" },
  }),
};

/** A factor of the user for the operations that need one, and a code of it, or the answer that adds a passkey. */
async function newFactorFor(
  { operationId, path }: AnyOperation,
  { id: userId, session }: Actor,
): Promise<{ id?: string; code: string }> {
  if (operationId === "createMyPasskey") {
    const { publicKey, ...asked } = await askedForPasskey(userId, session);
    return { code: JSON.stringify({ ...asked, attestation: createAuthenticator().create(publicKey) }) };
  }
  if (path.includes("/me/passkeys/") && operationId !== "beginMyPasskey") {
    const { id } = await newPasskey(here, userId);
    return { id, code: operationId === "deleteMyPasskey" ? (await newApp(here, userId)).code() : "" };
  }
  if (operationId === "confirmMyTotp") {
    const user = { id: userId, label: "somebody" };
    const { id, secret } = await here.db.transaction((tx) => here.totp.enrolIn(tx, user, "phone"));
    return { id, code: totpCode(secret, Math.floor(here.clock.now() / 30_000)) };
  }
  if (operationId !== "createMyRecoveryCodes" && operationId !== "deleteMyFactor") return { code: "" };
  const app = await newApp(here, userId);
  return { id: app.id, code: app.code() };
}

async function askedForPasskey(id: string, session: string) {
  const caller = { user: (await here.principals.user(id))!, session: { id: session } };
  return await here.ownPasskeys.begin(caller, undefined, { current_password: password }, localActor);
}

/** The bytes of a request that succeeds with these objects. */
async function requestOf(operation: AnyOperation, actor: Actor, things: Record<string, string>): Promise<Buffer> {
  const { operationId, method, path } = operation;
  const subject = operationId === "endMySession" || operationId === "endMyOtherSessions"
    ? await sessionOf(actor.id)
    : things.id;
  const { id: factor, code } = await newFactorFor(operation, actor);
  const own = path.startsWith("/users/me/api-keys/") ? await newApiKey(actor.id) : undefined;
  if (operationId === "withdrawMyConsent") {
    const consent = { userId: actor.id, clientId: things.client!, scopes: ["openid"], resources: [] };
    await here.db.transaction((tx) => here.consents.rememberIn(tx, consent, localActor));
  }
  const isServiceKey = path.startsWith("/service-accounts/{id}/api-keys/");
  const ofService = isServiceKey ? await newApiKey(things.service!, "service") : undefined;
  const parameters: Record<string, string | undefined> = {
    secret_id: path.startsWith("/clients") ? things.client_secret : (own ?? ofService)?.secrets.at(0)?.id,
    client_id: things.client,
    key_id: ofService?.id ?? things.key,
    id: own
      ? own.id
      : factor
      ? factor
      : path.startsWith("/role-exclusions")
      ? things.exclusion
      : path.startsWith("/service-accounts")
      ? things.service
      : path.startsWith("/clients")
      ? things.client
      : path.startsWith("/resources")
      ? things.resource
      : path.startsWith("/invitations")
      ? things.invitation
      : subject,
    session_id: things.session,
    role: operationId === "revokeRole" || operationId === "revokeServiceAccountRole" ? things.parent : things.role,
    parent: operationId === "addRoleParent" ? things.other : things.parent,
    permission: operationId === "deletePermission"
      ? `${things.role}:free`
      : operationId === "addRolePermission"
      ? "stables:water"
      : "stables:sweep",
  };
  const target = path.replaceAll(/\{(\w+)\}/g, (_, name) => parameters[name] ?? assert.fail(`what is ${name}?`));
  const given = operation.body &&
    (bodies[operationId] ?? assert.fail(`a body for ${operationId}, please`))({ ...things, code }, actor);
  const type = operation.body?.types[0];
  const body = given === undefined
    ? ""
    : operation.body?.types.includes("application/json")
    ? JSON.stringify(given)
    : `${new URLSearchParams(given as Record<string, string>)}`;
  return requestBytes(`${method.toUpperCase()} ${target}`, { token: actor.token, body, ...(type && { type }) });
}

type Cause = {
  name: string;
  /** Through the rules of a replica. */
  rule: (at: Sentinel, actor: Actor) => Promise<unknown>;
  /** In the database, without any replica's knowledge. */
  sql: (actor: Actor) => [text: string, id: string];
  /** A path that the token can read afterwards. */
  path: string;
  status: 401 | 403;
  loses: (operation: AnyOperation) => boolean;
};

const causes: Cause[] = [
  {
    name: "the session ended",
    rule: (at, { session }) => at.sessionRevocation.endSession(session, actor),
    sql: ({ session }) => ["update sessions set revoked_at = now() where id = $1", session],
    path: "/users/me",
    status: 401,
    loses: () => true,
  },
  {
    name: "the user was disabled",
    rule: (at, { id }) => at.users.change(id, { disabled: true }, always, actor),
    sql: ({ id }) => ["update users set disabled_at = now() where id = $1", id],
    path: "/users/me",
    status: 401,
    loses: () => true,
  },
  {
    name: "the user was deleted",
    rule: (at, { id }) => at.users.remove(id, always, actor),
    sql: ({ id }) => ["delete from users where id = $1", id],
    path: "/users/me",
    status: 401,
    loses: () => true,
  },
  {
    name: "the role was taken away",
    rule: (at, { id }) => at.grants.revoke(id, "admin", anyRevision, actor),
    sql: ({ id }) => ["delete from grants where user_id = $1 and role = 'admin'", id],
    path: "/admin-only",
    status: 403,
    loses: (operation) => kindOf(operation) === "permission" || ownRule.includes(operation.operationId),
  },
];

/** These decide by what is in the body. */
const ownRule = ["register", "evaluate", "evaluateSeveral", "searchActions"];

test("X01 every operation succeeds when its last byte is late, while its caller keeps access", async () => {
  for (const operation of new Set([...withBody, ...writing])) {
    const actor = await administrator(here);
    const bytes = await requestOf(operation, actor, await newThings());
    const before = await digests(here);
    const { status, body } = await sockets.get(here)!.send(bytes, async () => {});
    assert.equal(status, operation.success.status, `${operation.operationId}: ${body}`);
    if (writing.includes(operation)) assert.notDeepEqual(await digests(here), before, operation.operationId);
  }
});

/** For requests that must change nothing. */
const untouched = await newThings();

/**
 * Sends each operation late, and removes the caller's access meanwhile. Each must be refused, and nothing may change.
 */
async function sweep(at: Sentinel, operations: AnyOperation[], cause: Cause, lose: (actor: Actor) => Promise<unknown>) {
  for (const operation of operations.filter(cause.loses)) {
    const actor = await administrator(at);
    const bytes = await requestOf(operation, actor, untouched);
    let before: unknown;
    const { status, body } = await sockets.get(at)!.send(bytes, async () => {
      await lose(actor);
      before = await digests(here);
    });
    assert.equal(status, cause.status, `${operation.operationId}: ${body}`);
    assert.deepEqual(await digests(here), before, operation.operationId);
    assert.equal(await statusOf(here, actor.token, cause.path), cause.status, operation.operationId);
  }
}

for (const cause of causes) {
  test(`X01 a request whose last byte is late has no effect when ${cause.name} here meanwhile`, async () => {
    await sweep(here, withBody, cause, (actor) => cause.rule(here, actor));
  });

  testOnPostgres(`X01 …nor when ${cause.name} on another replica, and this one has heard of it`, async () => {
    await sweep(there, withBody, cause, async (actor) => {
      await cause.rule(here, actor);
      await becomes(cause.status, there, actor.token, cause.path);
    });
  });

  test(`X01 the database decides: no operation writes after ${cause.name}, while the caches are stale`, async () => {
    for (const operation of writing.filter(cause.loses)) {
      const actor = await administrator(late);
      const bytes = await requestOf(operation, actor, untouched);
      let before: unknown;
      const lose = async () => {
        const [text, id] = cause.sql(actor);
        await here.db.query("test", text, [id]);
        before = await digests(here);
      };
      const { status, body } = await sockets.get(late)!.send(bytes, lose);
      assert.ok(status === cause.status || status === 403, `${operation.operationId}: ${status} ${body}`);
      assert.deepEqual(await digests(here), before, operation.operationId);
    }
  });
}
