import assert from "node:assert/strict";
import { lengthenDeadlines } from "../platform/deadlines.ts";
import { migrate } from "../platform/db/migrate.ts";
import { settingsBeside } from "../testing/commands.ts";
import { dropSchema, freshSchema, testConnection } from "../testing/database.ts";
import { encodedForm, type Init, startSentinel, testOnPostgres } from "../testing/harness.ts";
import { basic } from "../testing/people/clients.ts";
import { patience } from "../testing/run/patience.ts";
import { patientServe, type ServeProcess, startServe, until } from "../testing/servers/process.ts";
import { nextMigration } from "../testing/upgrades/next_schema.ts";
import { previousRelease } from "../testing/upgrades/previous_release.ts";
import { migrations } from "./migrations.ts";

lengthenDeadlines(patience); // the machine may be busy

/** Sends a request to one of the versions, in the words of the harness. */
type Send = (path: string, init?: Init) => Promise<Response>;

type Tokens = { access_token: string; refresh_token: string };

const ada = { username: "ada", password: "analytical engine no 1" };

const toProcess = (serve: ServeProcess): Send => (path, { json, form, headers, method, body } = {}) => {
  const sent = json !== undefined ? JSON.stringify(json) : form ? encodedForm(form) : body;
  return serve.fetch(path, {
    method: method ?? (sent === undefined ? "GET" : "POST"),
    headers: {
      ...(json !== undefined && { "content-type": "application/json" }),
      ...Object.fromEntries(new Headers(headers)),
    },
    ...(sent !== undefined && { body: sent }),
  });
};

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

/** The answer of a request that succeeds. */
async function answer<Body = unknown>(asked: Promise<Response>): Promise<Body> {
  const response = await asked;
  const text = await response.text();
  assert.ok(response.ok, `${response.status} ${text}`);
  return JSON.parse(text || "null");
}

const logIn = (send: Send) => answer<Tokens>(send("/login", { form: ada }));

/** A client that gets tokens for itself, created by the administrator. */
async function newClient(send: Send, token: string): Promise<{ id: string; secret: string }> {
  const json = { name: "a program", own_api: true, grant_types: ["client_credentials"] };
  const client = await answer<{ id: string; client_secret: string }>(send("/clients", { ...bearer(token), json }));
  return { id: client.id, secret: client.client_secret };
}

/** What one version began, the other one continues. */
async function continued(here: Send, there: Send, round: string): Promise<void> {
  const tokens = await logIn(here);
  const me = await answer<{ id: string; username: string }>(there("/users/me", bearer(tokens.access_token)));
  assert.equal(me.username, ada.username);
  const form = { grant_type: "refresh_token", refresh_token: tokens.refresh_token };
  const next = await answer<Tokens>(there("/oauth/token", { form }));
  const again = { grant_type: "refresh_token", refresh_token: next.refresh_token };
  const { access_token } = await answer<Tokens>(here("/oauth/token", { form: again }));

  const client = await newClient(here, access_token);
  const own = { form: { grant_type: "client_credentials" }, headers: basic(client) };
  const { access_token: token } = await answer<Tokens>(there("/oauth/token", own));
  const introspection = { form: { token }, headers: basic(client) };
  assert.equal((await answer<{ active: boolean }>(here("/oauth/introspect", introspection))).active, true);

  const role = `clerk-${round}`;
  await answer(
    there("/roles", { ...bearer(access_token), json: { name: role, description: "", permissions: ["users:read"] } }),
  );
  const grant = { ...bearer(access_token), method: "PUT", json: {} };
  await answer(here(`/users/${me.id}/roles/${role}`, grant));
  const roles = async () => (await answer<{ roles: string[] }>(there("/users/me", bearer(access_token)))).roles;
  await until("the grant is in force", async () => (await roles()).includes(role));

  await answer(here("/logout", { form: { refresh_token: next.refresh_token } }));
  await until("the session has ended", async () => (await there("/users/me", bearer(access_token))).status === 401);
}

testOnPostgres(
  "F29 during a rolling update the previous version serves on the next schema, and each version continues what the other began",
  async () => {
    await using release = await previousRelease();
    await using held = new AsyncDisposableStack();
    const schema = freshSchema();
    held.defer(() => dropSchema(schema));
    const admin = { SENTINEL_ADMIN_EMAIL: "ada@example.com", SENTINEL_ADMIN_PASSWORD: ada.password };
    const old = held.use(
      await startServe({
        folder: release.folder,
        program: patientServe,
        env: { ...settingsBeside({ schema }), ...admin, SENTINEL_ADMIN_USERNAME: ada.username, SENTINEL_MAIL: "off" },
      }),
    );
    const before = await logIn(toProcess(old));

    const log = { debug() {}, info() {}, warn() {}, error() {} };
    await migrate({ connection: testConnection(), schema, log, migrations: [...migrations, nextMigration] });
    await answer(toProcess(old)("/users/me", bearer(before.access_token)));
    const next = held.use(await startSentinel({ schema, lasting: true }));
    await continued(toProcess(old), next.fetch, "old");
    await continued(next.fetch, toProcess(old), "new");
    const form = { grant_type: "refresh_token", refresh_token: before.refresh_token };
    await answer(next.fetch("/oauth/token", { form }));

    await next.sealer.seal();
    const verdict = await next.auditVerification.verify({});
    assert.ok(verdict.valid, JSON.stringify(verdict));
    assert.doesNotMatch(old.output(), /"level":"error"/);
    old.signal("SIGTERM");
    assert.deepEqual(await old.exit, { code: 0, signal: null }, `${release.version} stops`);
  },
);
