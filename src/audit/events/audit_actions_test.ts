import { parseCookie } from "../../sessions/browser/session_cookie.ts";
import { openBrowser } from "../../testing/people/browser.ts";
import { localActor } from "../../vocabulary/actor.ts";
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import type { FactorProof } from "../../credentials/factors/factors.ts";
import { migrations } from "../../compose/migrations.ts";
import type { Database } from "../../platform/db/db.ts";
import { createExport } from "../../portability/export.ts";
import { createImport } from "../../portability/import.ts";
import { recordRestoration } from "../../portability/restoration.ts";
import { createUserImport } from "../../portability/user_import.ts";
import { type Init, startSentinel, test, testSecret } from "../../testing/harness.ts";
import { exchangeCode, newApplication, newCode, newVisitor } from "../../testing/people/applications.ts";
import { basic } from "../../testing/people/clients.ts";
import { newApp, totpCode } from "../../testing/factors/factors.ts";
import { newPasskey } from "../../testing/factors/passkeys.ts";
import { mailboxOn, mailTo, ticketOf } from "../../testing/mail/mailbox.ts";
import { createKeys } from "../../tokens/keys/keys.ts";
import { type AuditAction, auditActions } from "../../vocabulary/dictionary.ts";
import { createSecrets } from "../../vocabulary/secrets.ts";

// Each action of the audit log happens once here. Its event must name actor, action and subject.
const sentinel = await startSentinel({ lasting: false, settings: mailboxOn });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const { db } = sentinel;
const ada = await sentinel.settled("ada");
const headers = { authorization: `Bearer ${await sentinel.tokenOf("ada")}`, "user-agent": "the sweep" };
const local = localActor;
const sweep = { ip: null, user_agent: "the sweep", request_id: null };

type Event = {
  id: string;
  action: string;
  outcome: string;
  actor_id: string | null;
  subject_type: string;
  subject_id: string | null;
  user_agent: string | null;
  types: string[];
};

/** What the event must contain: the actor, the subject and the outcome. */
type Left = {
  actor: string | null;
  subject: [type: string, id: string | null];
  outcome?: "failure";
};

const listEvents = () =>
  db.query<Event>(
    "list_events",
    `select e.id, e.action, e.outcome, e.actor_id, e.subject_type, e.subject_id, d.details ->> 'user_agent' as user_agent,
            array(select jsonb_typeof(e.facts)
                  union select jsonb_typeof(p.details) from audit_details p where p.event_id = e.id) as types
     from audit_events e left join audit_details d on d.event_id = e.id and d.part = 'actor' order by e.id`,
  );

async function call(method: string, path: string, json?: unknown, init: Init = {}): Promise<Response> {
  const response = await sentinel.fetch(path, { method, json, headers, ...init });
  assert.ok(response.ok, `${method} ${path}: ${response.status}`);
  return response;
}

const password = "one for all of the sweep";

async function newUser(): Promise<{ id: string; username: string }> {
  const username = `u${crypto.randomUUID()}`;
  const { id } = await sentinel.registrations.create(
    { username, email: `${username}@example.com`, password },
    ["user"],
    local,
  );
  return { id, username };
}

const login = async (username: string) => {
  const response = await sentinel.fetch("/login", {
    form: { username, password },
    headers: { "user-agent": "the sweep" },
  });
  return await response.json();
};

/** Needed after a step that ended her session or retired the key of her token. */
async function adaLogsIn(): Promise<void> {
  headers.authorization = `Bearer ${await sentinel.tokenOf("ada")}`;
}

const sessionOf = (token: string): string => JSON.parse(atob(token.split(".")[1]!)).sid;

async function newRole(): Promise<string> {
  const name = `r${crypto.randomUUID()}`;
  await sentinel.roles.create({ name, description: "", permissions: [], parents: [] }, local);
  return name;
}

const permission = "sweep:see";
await sentinel.permissionRegistry.register(permission, "", local);

/** An action of Ada on a user. */
const onUser = (deed: (id: string) => Promise<unknown>) => async (): Promise<Left> => {
  const { id } = await newUser();
  await deed(id);
  return { actor: ada, subject: ["user", id] };
};

/** Ada's deed on a service account. */
const onServiceAccount = (deed: (id: string) => Promise<unknown>) => async (): Promise<Left> => {
  const { id } = await newServiceAccount();
  await deed(id);
  return { actor: ada, subject: ["service_account", id] };
};

const newServiceAccount = () =>
  sentinel.serviceAccounts.create({ name: `s${crypto.randomUUID()}`, description: "", roles: [] }, local);

/** Ada's deed on an OAuth client. */
const onClient = (deed: (id: string) => Promise<unknown>) => async (): Promise<Left> => {
  const { id } = await newClient();
  await deed(id);
  return { actor: ada, subject: ["client", id] };
};

const newClient = async () => await (await call("POST", "/clients", { name: "a program" })).json();

/** Ada's deed on an API that tokens are issued for. */
const onApiResource = (deed: (id: string) => Promise<unknown>) => async (): Promise<Left> => {
  const wanted = { uri: `https://${crypto.randomUUID()}.example.com`, name: "Documents", scopes: [], alg: "EdDSA" };
  const { id } = await (await call("POST", "/resources", wanted)).json();
  await deed(id);
  return { actor: ada, subject: ["api_resource", id] };
};

/** A user's deed on what they allowed an application. */
const onConsent = (deed: (clientId: string, token: string) => Promise<unknown>) => async (): Promise<Left> => {
  const [{ id: userId, username }, { id: clientId }] = await Promise.all([newUser(), newClient()]);
  const actor = { actor_id: userId, client: { ip: null, user_agent: "the sweep", request_id: null } };
  const consent = { userId, clientId, scopes: ["openid"], resources: [] };
  await db.transaction((tx) => sentinel.consents.rememberIn(tx, consent, actor));
  await deed(clientId, (await login(username)).access_token);
  return { actor: userId, subject: ["user", userId] };
};

/** A user's deed on an API key of theirs. */
const onOwnKey = (deed: (key: { id: string; key: string }, token: string) => Promise<unknown>) => async () => {
  const { id, username } = await newUser();
  const { access_token } = await login(username);
  const key = await (await own(access_token, "POST", "", { name: "mine", scopes: [] })).json();
  await deed(key, access_token);
  return { actor: id, subject: ["user", id] } satisfies Left;
};

const own = (token: string, method: string, path: string, json?: unknown) =>
  sentinel.fetch(`/users/me/api-keys${path}`, {
    method,
    headers: { ...headers, authorization: `Bearer ${token}` },
    ...(json !== undefined && { json }),
  });

/** An action of Ada on a role. */
const onRole = (deed: (role: string) => Promise<unknown>) => async (): Promise<Left> => {
  const role = await newRole();
  await deed(role);
  return { actor: ada, subject: ["role", role] };
};

const newExclusion = async () =>
  (await call("POST", "/role-exclusions", { roles: [await newRole(), await newRole()], at_most: 1 })).json();

const exporter = createExport({
  ...sentinel,
  secrets: createSecrets(testSecret),
  schema: migrations.at(-1)!.name,
  version: "sweep",
});

/** An export of this installation, and its id. */
async function exported(): Promise<{ id: string; file: string }> {
  let file = "";
  await exporter.write(createSecrets(testSecret), (lines) => void (file += lines));
  const [event] = await db.query<{ id: string }>(
    "last",
    "select subject_id as id from audit_events where action = 'data.exported' order by id desc limit 1",
  );
  return { id: event!.id, file };
}

const password_hash = "$2b$12$1LlkvqrrqwZR5FBzbaVBcOqfXcQ9WZpPeyCIJdpL5JpbKWfQxGFHW";

/** All rows with which an import would conflict. */
const emptied = [
  "totp_factors",
  "passkeys",
  "recovery_codes",
  "consents",
  "client_resources",
  "consents",
  "clients",
  "api_resources",
  "secrets",
  "api_keys",
  "sessions",
  "grants",
  "users",
  "role_exclusion_members",
  "role_exclusions",
  "role_parents",
]
  .concat(
    ["role_permissions", "signing_keys", "audit_checkpoints", "audit_erasures", "audit_details", "audit_events"],
  ).map((table) => `delete from ${table};`).join("\n") +
  "delete from roles where not built_in; delete from permissions where not built_in;";

/** A new user with an address that nobody has proved. */
async function addressee() {
  const { id, username } = await newUser();
  return { id, email: `${username}@example.com` };
}

/** Proves the address of a new user from another client than the one that asked. */
async function verified(): Promise<Left> {
  const { id, email } = await addressee();
  await call("POST", "/email-verification", { email });
  await call("POST", "/email-verification/complete", { ticket: ticketOf(await mailTo(sentinel, email)) });
  return { actor: id, subject: ["user", id] };
}

const invite = async () =>
  await (await call("POST", "/invitations", { email: `${crypto.randomUUID()}@example.com` })).json();

/** A user's deed on their own factors. */
const onOwnFactors = (deed: (call: OwnCall, id: string) => Promise<void>) => async (): Promise<Left> => {
  const { id, username } = await newUser();
  const { access_token } = await login(username);
  const own = { headers: { ...headers, authorization: `Bearer ${access_token}` } };
  await deed((method, path, json) => call(method, path, json, own), id);
  return { actor: id, subject: ["user", id] };
};

type OwnCall = (method: string, path: string, json: unknown) => Promise<Response>;

async function confirmNew(call: OwnCall): Promise<void> {
  const { id, secret } = await (await call("POST", "/users/me/factors/totp", { current_password: password })).json();
  const code = totpCode(secret, Math.floor(sentinel.clock.now() / 30_000));
  await call("POST", `/users/me/factors/totp/${id}/confirm`, { code });
}

const prove = (userId: string, proof: FactorProof) =>
  db.transaction((tx) => sentinel.factors.verifyIn(tx, userId, proof, sweep));

async function revived(kind: "mail" | "http", id: string): Promise<void> {
  await db.query("test", "insert into outbox (id, kind, payload, dead_at) values ($1, $2, '{}', now())", [id, kind]);
  await sentinel.outbox.revive(kind, id, local);
  await db.query("test", "delete from outbox where id = $1", [id]); // other tests wait until nothing does
}

const triggers: Record<AuditAction, () => Promise<Left>> = {
  "user.registered": async () => {
    const username = `u${crypto.randomUUID()}`;
    const made = await call("POST", "/users", { username, email: `${username}@example.com`, password });
    return { actor: ada, subject: ["user", (await made.json()).id] };
  },
  "user.imported": async () => {
    const username = `m${crypto.randomUUID()}`;
    const person = {
      at: "line 1",
      username,
      email: `${username}@example.com`,
      password_hash,
      roles: [],
      disabled: false,
    };
    const mode = { dryRun: false, privilegedRoles: false, found: () => {} };
    await createUserImport({ ...sentinel, hashMsMax: 60_000 }).importUsers(
      ReadableStream.from([person]),
      mode,
    );
    const [user] = await db.query<{ id: string }>("test", "select id from users where username = $1", [username]);
    return { actor: null, subject: ["user", user!.id] };
  },
  "user.disabled": onUser((id) => call("PATCH", `/users/${id}`, { disabled: true })),
  "user.enabled": onUser(async (id) => {
    await sentinel.users.change(id, { disabled: true }, () => true, local);
    await call("PATCH", `/users/${id}`, { disabled: false });
  }),
  "user.changed": onUser((id) => call("PATCH", `/users/${id}`, { username: `n${crypto.randomUUID()}` })),
  "user.deleted": onUser((id) => call("DELETE", `/users/${id}`)),
  "user.password_changed": onUser((id) => call("PATCH", `/users/${id}`, { password: "another long enough one" })),
  "user.password_refused": async () => {
    const { id, username } = await newUser();
    const { access_token } = await login(username);
    const refused = await sentinel.fetch("/users/me/password", {
      method: "PUT",
      json: { current_password: "not theirs", new_password: "another long enough one" },
      headers: { ...headers, authorization: `Bearer ${access_token}` },
    });
    assert.equal(refused.status, 403);
    return { actor: id, subject: ["user", id], outcome: "failure" };
  },
  "user.password_reset": async () => {
    const { id, email } = await addressee();
    await call("POST", "/password-reset", { email });
    const ticket = ticketOf(await mailTo(sentinel, email));
    await call("POST", "/password-reset/complete", { ticket, new_password: "another long enough one" });
    return { actor: id, subject: ["user", id] };
  },
  "user.email_change_requested": async () => {
    const { id, username } = await newUser();
    const { access_token } = await login(username);
    const email = `${crypto.randomUUID()}@example.com`;
    const asked = await sentinel.fetch("/users/me/email", {
      method: "PUT",
      json: { email, current_password: password },
      headers: { ...headers, authorization: `Bearer ${access_token}` },
    });
    assert.equal(asked.status, 202);
    return { actor: id, subject: ["user", id] };
  },
  "user.email_verified": async () => await verified(),
  "user.reclaimed": async () => await verified(),
  "invitation.created": async () => ({ actor: ada, subject: ["invitation", (await invite()).id] }),
  "invitation.revoked": async () => {
    const { id } = await invite();
    await call("DELETE", `/invitations/${id}`);
    return { actor: ada, subject: ["invitation", id] };
  },
  "user.unlocked": async () => {
    const { id, username } = await newUser();
    await sentinel.users.unlock(username);
    return { actor: null, subject: ["user", id] };
  },
  "user.sessions_revoked": async () => {
    const { id, username } = await newUser();
    await login(username);
    await call("DELETE", `/users/${id}/sessions`);
    return { actor: ada, subject: ["user", id] };
  },
  "service_account.created": async () => {
    const made = await call("POST", "/service-accounts", { name: `s${crypto.randomUUID()}` });
    return { actor: ada, subject: ["service_account", (await made.json()).id] };
  },
  "service_account.changed": onServiceAccount((id) => call("PATCH", `/service-accounts/${id}`, { description: "x" })),
  "service_account.disabled": onServiceAccount((id) => call("PATCH", `/service-accounts/${id}`, { disabled: true })),
  "service_account.enabled": onServiceAccount(async (id) => {
    await call("PATCH", `/service-accounts/${id}`, { disabled: true });
    await call("PATCH", `/service-accounts/${id}`, { disabled: false });
  }),
  "service_account.deleted": onServiceAccount((id) => call("DELETE", `/service-accounts/${id}`)),
  "role.granted": onUser(async (id) => await call("PUT", `/users/${id}/roles/${await newRole()}`)),
  "role.revoked": onUser((id) => call("DELETE", `/users/${id}/roles/user`)),
  "role.created": async () => {
    const name = `r${crypto.randomUUID()}`;
    await call("POST", "/roles", { name });
    return { actor: ada, subject: ["role", name] };
  },
  "role.changed": onRole((role) => call("PATCH", `/roles/${role}`, { description: "changed" })),
  "role.deleted": onRole((role) => call("DELETE", `/roles/${role}`)),
  "role.permission_added": onRole((role) => call("PUT", `/roles/${role}/permissions/${permission}`)),
  "role.permission_removed": onRole(async (role) => {
    await sentinel.roles.addPermission(role, permission, () => true, local);
    await call("DELETE", `/roles/${role}/permissions/${permission}`);
  }),
  "role.parent_added": onRole((role) => call("PUT", `/roles/${role}/parents/user`)),
  "role.parent_removed": onRole(async (role) => {
    await sentinel.roles.addParent(role, "user", () => true, local);
    await call("DELETE", `/roles/${role}/parents/user`);
  }),
  "role_exclusion.created": async () => ({ actor: ada, subject: ["role_exclusion", (await newExclusion()).id] }),
  "role_exclusion.deleted": async () => {
    const { id } = await newExclusion();
    await call("DELETE", `/role-exclusions/${id}`);
    return { actor: ada, subject: ["role_exclusion", id] };
  },
  "permission.created": async () => {
    const name = `sweep:p${crypto.randomUUID()}`;
    await call("POST", "/permissions", { name });
    return { actor: ada, subject: ["permission", name] };
  },
  "permission.deleted": async () => {
    const name = `sweep:p${crypto.randomUUID()}`;
    await sentinel.permissionRegistry.register(name, "", local);
    await call("DELETE", `/permissions/${name}`);
    return { actor: ada, subject: ["permission", name] };
  },
  "session.created": async () => {
    const { id, username } = await newUser();
    return { actor: id, subject: ["session", sessionOf((await login(username)).access_token)] };
  },
  "session.reauthenticated": async () => {
    const { id, username } = await newUser();
    const browser = openBrowser(sentinel, { "user-agent": "the sweep" });
    for (const path of ["/signin", "/signin?again=1"]) {
      await browser.submit(await browser.open(path), "/signin", { username, password });
    }
    return { actor: id, subject: ["session", parseCookie(browser.cookies.get("session")!)!.sessionId] };
  },
  "session.code_reused": async () => {
    const application = await newApplication(sentinel);
    const { code, verifier } = await newCode(sentinel, application, await newVisitor(sentinel));
    const { access_token } = await (await exchangeCode(sentinel, application, { code, verifier })).json();
    const again = await sentinel.fetch("/oauth/token", {
      form: { grant_type: "authorization_code", code, code_verifier: verifier, redirect_uri: application.redirectUri },
      headers: { ...headers, ...basic(application) },
    });
    assert.equal(again.status, 400);
    return { actor: null, subject: ["session", sessionOf(access_token)], outcome: "failure" };
  },
  "session.refresh_reused": async () => {
    const { username } = await newUser();
    const first = await login(username);
    let { refresh_token } = first;
    const refresh = (token: string) =>
      sentinel.fetch("/oauth/token", { form: { grant_type: "refresh_token", refresh_token: token }, headers });
    for (let n = 0; n < 5; n++) ({ refresh_token } = await (await refresh(refresh_token)).json());
    assert.equal((await refresh(first.refresh_token)).status, 400);
    return { actor: null, subject: ["session", sessionOf(first.access_token)], outcome: "failure" };
  },
  "session.revoked": async () => {
    const { id, username } = await newUser();
    const session = sessionOf((await login(username)).access_token);
    await call("DELETE", `/users/${id}/sessions/${session}`);
    return { actor: ada, subject: ["session", session] };
  },
  "key.created": async () => {
    await sentinel.keys.rotate({ force: true });
    const next = (await sentinel.keys.list()).find(({ state }) => state === "next")!;
    return { actor: null, subject: ["key", next.kid] };
  },
  "key.resealed": async () => {
    const secret = randomBytes(32);
    const sealed = (current: Uint8Array, previous: Uint8Array) =>
      createKeys({ db, secrets: createSecrets(current, previous), cacheValidity: sentinel.feed }).ensure();
    await sealed(secret, testSecret);
    await sealed(testSecret, secret);
    const active = (await sentinel.keys.list()).find(({ state }) => state === "active")!;
    return { actor: null, subject: ["key", active.kid] };
  },
  "mail.retried": async () => {
    const id = crypto.randomUUID();
    await revived("mail", id);
    return { actor: null, subject: ["mail", id] };
  },
  "logout_token.retried": async () => {
    const id = crypto.randomUUID();
    await revived("http", id);
    return { actor: null, subject: ["logout_token", id] };
  },
  "key.rotated": async () => {
    await sentinel.keys.rotate({ force: true });
    const active = (await sentinel.keys.list()).find(({ state }) => state === "active")!;
    return { actor: null, subject: ["key", active.kid] };
  },
  "key.retired": async () => {
    const next = (await sentinel.keys.list()).find(({ state }) => state === "next")!;
    await sentinel.keys.retire(next.kid);
    return { actor: null, subject: ["key", next.kid] };
  },
  "audit.details_expired": async () => {
    await sentinel.sealer.seal();
    await db.query("test", "alter table audit_events disable trigger user");
    await db.query("test", "update audit_events set occurred_at = now() - interval '2 days' where seq = 1");
    await db.query("test", "alter table audit_events enable trigger user");
    await sentinel.auditExpiry.expireOlderThan(1);
    return { actor: null, subject: ["installation", null] };
  },
  "data.exported": async () => ({ actor: null, subject: ["export", (await exported()).id] }),
  "data.imported": async () => {
    const { id, file } = await exported();
    const undone = new Error("undone");
    const importing = db.transaction(async (tx) => {
      await tx.query(
        "empty",
        `set local session_replication_role = replica; ${emptied} set local session_replication_role = origin`,
      );
      const within = { ...db, transaction: (deed) => deed(tx) } as Pick<Database, "transaction"> as Database;
      const schemas = migrations.map(({ name }) => name);
      await createImport({ db: within, secrets: createSecrets(testSecret), schemas }).read(new Blob([file]).stream());
      const [event] = await tx.query<Event>("test", "select * from audit_events where action = 'data.imported'");
      assert.deepEqual([event!.actor_id, event!.outcome, event!.subject_type, event!.subject_id], [
        null,
        "success",
        "export",
        id,
      ]);
      throw undone;
    });
    await assert.rejects(importing, undone);
    return { actor: null, subject: ["export", id] };
  },
  "data.restored": async () => {
    await recordRestoration(sentinel);
    await adaLogsIn();
    return { actor: null, subject: ["installation", null] };
  },
  "secret.reset": async () => {
    for (const secret of [randomBytes(32), testSecret]) {
      await createKeys({ db, secrets: createSecrets(secret), cacheValidity: sentinel.feed }).replaceLost();
    }
    sentinel.keys.forget();
    await adaLogsIn();
    return { actor: null, subject: ["installation", null] };
  },
  "api_key.created": onOwnKey(async () => {}),
  "api_key.renamed": onOwnKey(({ id }, token) => own(token, "PATCH", `/${id}`, { name: "renamed" })),
  "api_key.rotated": onOwnKey(({ id }, token) => own(token, "POST", `/${id}/secrets`, {})),
  "api_key.secret_deleted": onOwnKey(async ({ id }, token) => {
    const { secrets } = await (await own(token, "GET", `/${id}`)).json();
    await own(token, "DELETE", `/${id}/secrets/${secrets[0].id}`);
  }),
  "api_key.revoked": onOwnKey(({ id }, token) => own(token, "DELETE", `/${id}`)),
  "client.created": onClient(async () => {}),
  "client.changed": onClient((id) => call("PATCH", `/clients/${id}`, { name: "renamed" })),
  "client.disabled": onClient((id) => call("PATCH", `/clients/${id}`, { disabled: true })),
  "client.enabled": onClient(async (id) => {
    await call("PATCH", `/clients/${id}`, { disabled: true });
    await call("PATCH", `/clients/${id}`, { disabled: false });
  }),
  "client.deleted": onClient((id) => call("DELETE", `/clients/${id}`)),
  "client.rotated": onClient((id) => call("POST", `/clients/${id}/secrets`, {})),
  "client.secret_deleted": onClient(async (id) => {
    const { items } = await (await call("GET", `/clients/${id}/secrets`)).json();
    await call("DELETE", `/clients/${id}/secrets/${items[0].id}`);
  }),
  "client.tokens_revoked": onClient((id) => call("DELETE", `/clients/${id}/tokens`)),
  "consent.granted": onConsent(async () => {}),
  "consent.withdrawn": onConsent((clientId, token) =>
    call("DELETE", `/users/me/consents/${clientId}`, undefined, {
      headers: { authorization: `Bearer ${token}`, "user-agent": "the sweep" },
    })
  ),
  "factor.enrolled": onOwnFactors(async (call) => {
    await call("POST", "/users/me/factors/totp", { current_password: password });
  }),
  "factor.added": onOwnFactors(confirmNew),
  "recovery_codes.created": onOwnFactors(confirmNew),
  "factor.removed": onOwnFactors(async (call, id) => {
    const app = await newApp(sentinel, id);
    await call("DELETE", `/users/me/factors/${app.id}`, { factor: { type: "totp", code: app.code() } });
  }),
  "factor.reset": onUser((id) => call("DELETE", `/users/${id}/factors`)),
  "factor.refused": async () => {
    const { id } = await newUser();
    await prove(id, { type: "totp", code: "000000" });
    return { actor: null, subject: ["user", id], outcome: "failure" };
  },
  "factor.rested": async () => {
    const { id } = await newUser();
    await newApp(sentinel, id);
    await db.query("test", "update totp_factors set failures = 99 where user_id = $1", [id]);
    await prove(id, { type: "totp", code: "000000" });
    return { actor: null, subject: ["user", id] };
  },
  "passkey.counter_regressed": async () => {
    const { id } = await newUser();
    const { authenticator } = await newPasskey(sentinel, id, { counter: 9 });
    const { passkeys } = sentinel;
    const { challenge, ...options } = passkeys.requestOptions();
    const assertion = authenticator.get({ ...options, challenge }, { counter: 8 });
    await db.transaction((tx) => passkeys.verifyIn(tx, { assertion, challenge, client: sweep }));
    return { actor: id, subject: ["user", id] };
  },
  "passkey.renamed": onOwnFactors(async (call, id) => {
    const passkey = await newPasskey(sentinel, id);
    await call("PATCH", `/users/me/passkeys/${passkey.id}`, { name: "laptop" });
  }),
  "recovery_code.used": async () => {
    const { id } = await newUser();
    const { recoveryCodes: [code] } = await newApp(sentinel, id);
    await prove(id, { type: "recovery_code", code: code! });
    return { actor: id, subject: ["user", id] };
  },
  "api_resource.created": onApiResource(async () => {}),
  "api_resource.changed": onApiResource((id) => call("PATCH", `/resources/${id}`, { ttl_seconds: 60 })),
  "api_resource.deleted": onApiResource((id) => call("DELETE", `/resources/${id}`)),
  "login.failed": async () => {
    const { id, username } = await newUser();
    const refused = await sentinel.fetch("/login", { form: { username, password: "not theirs" }, headers });
    assert.equal(refused.status, 401);
    return { actor: null, subject: ["user", id], outcome: "failure" };
  },
};

test("X65 every action of the dictionary has a trigger here", () => {
  assert.deepEqual(Object.keys(triggers).toSorted(), Object.keys(auditActions).toSorted());
});

/** Actions that are undone for the other tests. */
const twice = new Set<string>(["key.resealed", "secret.reset"]);

/** Actions of a command, or of another process, which have no client. */
const withoutClient = /^(?:audit|key|data|logout_token|mail|secret)\.|^user\.(?:imported|unlocked)$/;

for (const [action, trigger] of Object.entries(triggers)) {
  test(`X65 ${action} is recorded with its actor, its subject and its outcome`, async () => {
    const before = new Set((await listEvents()).map(({ id }) => id));
    const { actor, subject: [type, id], outcome = "success" } = await trigger();
    if (action === "data.imported") return; // its event is undone
    const events = (await listEvents()).filter((event) => !before.has(event.id) && event.action === action);
    const about = events.filter(({ subject_type, subject_id }) => subject_type === type && subject_id === id);
    assert.equal(about.length, twice.has(action) ? 2 : 1, JSON.stringify(events));
    const agent = withoutClient.test(action) ? null : "the sweep";
    for (const event of about) {
      assert.deepEqual([event.actor_id, event.outcome, event.user_agent], [actor, outcome, agent]);
      assert.deepEqual(event.types, ["object"]);
    }
  });
}
