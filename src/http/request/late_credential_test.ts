import { localActor } from "../../vocabulary/actor.ts";
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { anyRevision } from "../../access/grants/grants.ts";
import { onPostgres } from "../../testing/database.ts";
import { type Sentinel, startSentinel, test, testOnPostgres } from "../../testing/harness.ts";
import { changeable, digests, requestBytes, slowSockets } from "../../testing/traffic/late_bytes.ts";
import { newcomer } from "../../testing/people/people.ts";
import { becomes, begun, refresh, statusOf } from "../../testing/people/sessions.ts";
import type { Spoken } from "../../testing/traffic/sockets.ts";

// Operations whose credential is in the body. It is checked when the body is complete.
const here = await startSentinel({ lasting: false });
const there = onPostgres ? await startSentinel({ lasting: false, schema: here.schema }) : here;
const sockets = new Map([here, there].map((at) => [at, slowSockets(at)]));
Deno.test.afterAll(async () => {
  for (const server of sockets.values()) await server[Symbol.asyncDispose]();
  for (const at of new Set([there, here])) await at[Symbol.asyncDispose]();
});

const actor = localActor;
const password = "seven seas and one harbour";
const hash = await here.passwords.hash(password);
await newcomer(here, { roles: ["admin"] }); // a second administrator

type User = { id: string; username: string; session: string; access: string; refresh: string };

/** An administrator with a session in the replica's cache. */
async function administrator(at: Sentinel): Promise<User> {
  const { id, username } = await newcomer(here, { roles: ["admin"], hash });
  const tokens = await (await refresh(here, await begun(here, id))).json();
  assert.equal(await statusOf(at, tokens.access_token, "/admin-only"), 200);
  return { id, username, session: partOf(tokens, "sid"), access: tokens.access_token, refresh: tokens.refresh_token };
}

const partOf = ({ access_token }: { access_token: string }, claim: string) =>
  JSON.parse(Buffer.from(access_token.split(".")[1]!, "base64url").toString())[claim];

/** What is sent, and the answer and effect when nothing happens meanwhile. */
type Operation = { path: string; form: (user: User) => Record<string, string>; status: number };

const operations = {
  refresh: {
    path: "/oauth/token",
    form: ({ refresh }) => ({ grant_type: "refresh_token", refresh_token: refresh }),
    status: 200,
  },
  passwordGrant: {
    path: "/oauth/token",
    form: ({ username }) => ({ grant_type: "password", username, password }),
    status: 200,
  },
  login: { path: "/login", form: ({ username }) => ({ username, password }), status: 200 },
  logout: { path: "/logout", form: ({ refresh }) => ({ refresh_token: refresh }), status: 204 },
  revokeRefresh: { path: "/oauth/revoke", form: ({ refresh }) => ({ token: refresh }), status: 200 },
  revokeAccess: { path: "/oauth/revoke", form: ({ access }) => ({ token: access }), status: 200 },
} satisfies Record<string, Operation>;
type Name = keyof typeof operations;

const ending: Name[] = ["logout", "revokeRefresh", "revokeAccess"];
const loggingIn: Name[] = ["login", "passwordGrant"];

function send(at: Sentinel, name: Name, user: User, meanwhile: () => Promise<unknown>): Promise<Spoken> {
  const { path, form }: Operation = operations[name];
  const body = `${new URLSearchParams(form(user))}`;
  return sockets.get(at)!.send(
    requestBytes(`POST ${path}`, { type: "application/x-www-form-urlencoded", body }),
    meanwhile,
  );
}

/** How a credential is revoked: through the rules of a replica, or in the database without any replica's knowledge. */
type Cause = {
  rule: (user: User) => Promise<unknown>;
  sql: (user: User) => [text: string, ...values: string[]];
  /** Whether it also prevents logins. */
  endsLogins: boolean;
};

const otherHash = await here.passwords.hash("one harbour and seven seas");
const causes: Record<string, Cause> = {
  "the session ended": {
    rule: ({ session }) => here.sessionRevocation.endSession(session, actor),
    sql: ({ session }) => ["update sessions set revoked_at = now() where id = $1", session],
    endsLogins: false,
  },
  "the user was disabled": {
    rule: ({ id }) => here.users.change(id, { disabled: true }, () => true, actor),
    sql: ({ id }) => [
      `with disabled as (update users set disabled_at = now() where id = $1 returning id)
       update sessions set revoked_at = now() from disabled where user_id = disabled.id`,
      id,
    ],
    endsLogins: true,
  },
  "the user was deleted": {
    rule: ({ id }) => here.users.remove(id, () => true, actor),
    sql: ({ id }) => ["delete from users where id = $1", id],
    endsLogins: true,
  },
  "the password was changed": {
    rule: ({ id }) => here.users.change(id, { password: "one harbour and seven seas" }, () => true, actor),
    sql: ({ id }) => [
      `with changed as (update users set password_hash = $2 where id = $1 returning id)
       update sessions set revoked_at = now() from changed where user_id = changed.id`,
      id,
      otherHash,
    ],
    endsLogins: true,
  },
};

/** Everything except the record of failed logins. */
const lasting = changeable.filter((table) => !table.startsWith("audit"));

/** Sends each operation's credential late, and revokes it meanwhile. None gets a token, and nothing else changes. */
async function sweep(at: Sentinel, { endsLogins }: Cause, lose: (user: User) => Promise<unknown>) {
  for (const name of ["refresh", ...endsLogins ? loggingIn : [], ...ending] as Name[]) {
    const user = await administrator(at);
    let before: unknown;
    const tables = loggingIn.includes(name) ? lasting : changeable;
    const { status, body } = await send(at, name, user, async () => {
      await lose(user);
      before = await digests(here, tables);
    });
    const refusal = name === "login" ? 401 : 400;
    assert.equal(status, ending.includes(name) ? operations[name].status : refusal, `${name}: ${body}`);
    assert.doesNotMatch(body, /snt_rt_|access_token/, name);
    assert.deepEqual(await digests(here, tables), before, name);
  }
}

test("X01 a credential whose last byte is late works while it is not revoked", async () => {
  for (const name of Object.keys(operations) as Name[]) {
    const user = await administrator(here);
    const { status, body } = await send(here, name, user, async () => {});
    assert.equal(status, operations[name].status, `${name}: ${body}`);
    const ended = ending.includes(name);
    assert.equal(await statusOf(here, user.access), ended ? 401 : 200, name);
    assert.equal(body.includes("access_token"), !ended, name);
  }
});

for (const [what, cause] of Object.entries(causes)) {
  test(`X01 a credential whose last byte is late has no effect when ${what} here meanwhile`, async () => {
    await sweep(here, cause, cause.rule);
  });

  test(`X01 …nor when ${what} and only the database knows`, async () => {
    await sweep(here, cause, (user) => {
      const [text, ...values] = cause.sql(user);
      return here.db.query("test", text, values);
    });
  });

  testOnPostgres(`X01 …nor when ${what} on another replica, and this one has heard of it`, async () => {
    await sweep(there, cause, async (user) => {
      await cause.rule(user);
      await becomes(401, there, user.access);
    });
  });
}

test(
  "X01 tokens for a credential whose last byte is late have the roles of the time when it was complete",
  async () => {
    for (const name of ["refresh", "login", "passwordGrant"] as Name[]) {
      const user = await administrator(here);
      const { status, body } = await send(
        here,
        name,
        user,
        () => here.grants.revoke(user.id, "admin", anyRevision, actor),
      );
      assert.equal(status, 200, `${name}: ${body}`);
      const tokens = JSON.parse(body);
      assert.deepEqual(partOf(tokens, "roles"), [], name);
      assert.equal(await statusOf(here, tokens.access_token, "/admin-only"), 403, name);
    }
  },
);
