import assert from "node:assert/strict";
import { startSentinel, test } from "../testing/harness.ts";
import type { PersonName } from "../testing/people/people.ts";
import { begun, refresh } from "../testing/people/sessions.ts";
import type { AnyOperation } from "./contract/contract.ts";

const sentinel = await startSentinel();
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const nameOf = ({ method, path }: AnyOperation) => `${method.toUpperCase()} ${path}`;

/** Members with secrets, in addition to those that an operation declares: a client may send them anywhere. */
const secretMembers = [
  "password",
  "current_password",
  "token",
  "refresh_token",
  "client_secret",
  "code",
  "otp",
  "assertion",
];

/** Headers with secrets, known to Sentinel or not. */
const secretHeaders = ["cookie", "proxy-authorization", "x-api-key", "x-auth-token", "dpop", "referer", "user-agent"];

let canaryCount = 0;

/**
 * A secret that must appear nowhere but in this request. Long enough for every minimum, short enough for every maximum.
 */
function canary(): string {
  canaryCount++;
  return `Canary${crypto.randomUUID().replaceAll("-", "")}`;
}

const canaries = (names: Iterable<string>) => Object.fromEntries([...names].map((name) => [name, canary()]));
const membersOf = ({ body }: AnyOperation) => Object.keys(body && "shape" in body.schema ? body.schema.shape : {});

/** Requests to the operation with canaries wherever a secret can be. */
function* carriers(each: AnyOperation): Generator<[path: string, init: RequestInit]> {
  const method = each.method.toUpperCase();
  const path = () => each.path.replaceAll(/\{\w+\}/g, canary);
  const query = () => new URLSearchParams(canaries([...Object.keys(each.query?.shape ?? {}), ...secretMembers]));
  const authorization = () => `Bearer ${canary()}.${canary()}.${canary()}`;
  yield [path(), { method, headers: canaries(secretHeaders) }];
  yield [`${path()}?${query()}`, { method, headers: { ...canaries(secretHeaders), authorization: authorization() } }];
  yield [path(), { method, headers: { authorization: `Basic ${btoa(`ada:${canary()}`)}` } }];
  if (!each.body) return;
  const declared = () => canaries(membersOf(each));
  const bodies = [
    () => declared(),
    () => ({ ...declared(), ...canaries(secretMembers) }),
    () => ({ ...declared(), nested: canaries(secretMembers), [canary()]: canary() }),
    () => [declared(), canary()],
    () => canary(),
  ];
  for (const body of bodies) {
    for (const text of [JSON.stringify(body()), JSON.stringify(body()).slice(0, -2)]) {
      yield [path(), { method, headers: { "content-type": "application/json" }, body: text }];
    }
  }
  const form = () => new URLSearchParams({ ...declared(), ...canaries(secretMembers) });
  yield [path(), { method, body: form() }];
  yield [path(), {
    method,
    body: `${form()}&${form()}`,
    headers: { "content-type": "application/x-www-form-urlencoded" },
  }];
  yield [path(), { method, body: `${form()}%zz`, headers: { "content-type": "application/x-www-form-urlencoded" } }];
  yield [path(), { method, body: `${form()}`, headers: { "content-type": "text/plain" } }];
}

/** The canaries and tokens that appear where no secret may be. */
async function seen(tokens: Iterable<string> = []): Promise<string[]> {
  const places = { log: await sentinel.logs(), metrics: await sentinel.instruments.expose() };
  return Object.entries(places).flatMap(([place, text]) => {
    const found = [...text.match(/canary[\da-f]+/gi) ?? [], ...[...tokens].filter((token) => text.includes(token))];
    return found.map((secret) => `${secret} in the ${place}`);
  });
}

/** The token of a new session, without the cost of a login. */
async function newToken(name: PersonName): Promise<string> {
  return (await (await refresh(sentinel, await begun(sentinel, await sentinel.settled(name)))).json()).access_token;
}

test("T293 T294 no secret that anyone sends to any operation appears in a log line or a metric", async () => {
  const tokens = new Set<string>();
  for (const each of sentinel.app.operations) {
    for (const sender of [undefined, "grace", "ada"] as const) {
      const token = sender && await newToken(sender);
      if (token) tokens.add(token).add(token.split(".")[2]!);
      for (const [path, init] of carriers(each)) {
        const headers = new Headers(init.headers);
        if (token && !headers.has("authorization")) headers.set("authorization", `Bearer ${token}`);
        const response = await sentinel.fetch(path, { ...init, headers } as Parameters<typeof sentinel.fetch>[1]);
        await response.body?.cancel();
        assert.ok(response.status < 500, `${nameOf(each)} → ${response.status}`);
      }
    }
  }
  assert.ok(canaryCount > 1_000, "there was something to leak");
  assert.deepEqual(await seen(tokens), []);
  assert.match(await sentinel.logs(), /"route":"\/login"/, "the log has lines at all");
});

test(
  "T293 T295 when the database refuses a statement, the log has its name and the SQLSTATE, and none of the database's text",
  async () => {
    const { db } = sentinel;
    await db.query(
      "test",
      `create function refuse() returns trigger language plpgsql as $$
     begin raise exception 'no such %', new.email using detail = new.username, hint = new.email; end $$`,
    );
    await db.query("test", "create trigger refuse before insert on users for each row execute function refuse()");
    const username = canary();
    const json = { username, email: `${username}@example.com`, password: canary() };
    const response = await sentinel.fetch("/register", { json });
    await db.query("test", "drop trigger refuse on users");
    assert.equal(response.status, 500);
    assert.deepEqual(await seen(), []);
    const lines = (await sentinel.logs()).split("\n").filter((line) => line.includes('"unexpected error"'));
    assert.match(lines.at(-1)!, /StatementRefused: insert_user: SQLSTATE P0001/);
  },
);
