import type { Principal } from "../../vocabulary/actor.ts";
import assert from "node:assert/strict";
import { decodeJwt } from "jose";
import type { Db } from "../../platform/db/db.ts";
import { startSentinel, test } from "../../testing/harness.ts";
import { statementsOf } from "../../testing/statements/statements.ts";
import { until } from "../../testing/servers/process.ts";
import { createPrincipalCache } from "./principal_cache.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db } = sentinel;

for (const path of ["/users/me", "/admin-only"]) {
  test(`GET ${path} with a known token costs no statement`, async () => {
    const headers = { authorization: `Bearer ${await sentinel.tokenOf("ada")}` };
    const ask = async () => assert.equal((await sentinel.fetch(path, { headers })).status, 200);
    assert.equal((await statementsOf(ask)).find_access, 1);
    assert.deepEqual(await statementsOf(() => Promise.all(Array.from({ length: 50 }, ask))), {});
  });
}

/** A cache whose look-ups have read the database, but are answered only when the test says so. */
function slowly() {
  const held: (() => void)[] = [];
  let looks = 0;
  const slow: Db = {
    async query<Row>(name: string, text: string, params?: unknown[]) {
      looks++;
      const rows = await db.query<Row>(name, text, params);
      await new Promise<void>((resolve) => held.push(resolve));
      return rows;
    },
  };
  const principals = createPrincipalCache({ db: slow, cacheValidity: { trusted: true } });
  return { principals, looks: () => looks, read, answer };

  /** Waits until everything that was asked has been read. */
  async function read() {
    await until("all that was asked has been read", () => held.length >= looks);
  }

  async function answer() {
    await read();
    for (const letGo of held) letGo();
  }
}

type Live = ReturnType<typeof slowly>["principals"];

const rename = (id: string, username: string) =>
  db.query("test", "update users set username = $2 where id = $1", [id, username]);

const overtakings: [what: string, tell: (principals: Live, id: string) => void][] = [
  ["a change of the user", (principals, id) => principals.forgetUser(id)],
  ["a change of everything", (principals) => principals.forgetAll()],
];

for (const [what, tell] of overtakings) {
  test(`a look-up of a user that ${what} overtakes answers earlier callers, and is not kept`, async () => {
    const id = await sentinel.settled("grace");
    await rename(id, "before");
    const { principals, looks, read, answer } = slowly();
    const early = [principals.user(id), principals.user(id)];
    await read();
    await rename(id, "after");
    tell(principals, id);
    const late = [principals.user(id), principals.user(id)];
    await answer();
    const names = async (asked: typeof early) => (await Promise.all(asked)).map((user) => user?.username);
    assert.deepEqual([await names(early), await names(late)], [["before", "before"], ["after", "after"]]);
    assert.equal(looks(), 2, "those who asked together looked together");
    assert.equal(principals.knownUser(id)?.username, "after");
  });
}

const sessionRevocation: [what: string, change: string, tell: (principals: Live, sid: string, id: string) => void][] = [
  [
    "an end of the session",
    "update sessions set revoked_at = now() where id = $1",
    (principals, sid) => principals.forgetSession(sid),
  ],
  [
    "a change of the user",
    "update users set disabled_at = now() where id = (select user_id from sessions where id = $1)",
    (principals, _, id) => principals.forgetUser(id),
  ],
  [
    "a change of everything",
    "update sessions set revoked_at = now() where id = $1",
    (principals) => principals.forgetAll(),
  ],
];

for (const [what, change, tell] of sessionRevocation) {
  test(`a look-up of a session that ${what} overtakes answers earlier callers, and is not kept`, async () => {
    const { sid, sub } = decodeJwt(await sentinel.tokenOf("nobody")) as { sid: string; sub: string };
    const { principals, looks, read, answer } = slowly();
    const early = [principals.access(sid, sub), principals.access(sid, sub)];
    await read();
    await db.query("test", change, [sid]);
    tell(principals, sid, sub);
    const late = [principals.access(sid, sub), principals.access(sid, sub)];
    await answer();
    const isOver = (access: Principal | undefined) => access!.session!.revoked || access!.user.disabled;
    const over = async (asked: typeof early) => (await Promise.all(asked)).map(isOver);
    assert.deepEqual([await over(early), await over(late)], [[false, false], [true, true]]);
    assert.equal(looks(), 2, "those who asked together looked together");
    const known = principals.access(sid, sub);
    assert.ok(!(known instanceof Promise) && isOver(known), "what is kept is what came after the change");
    await db.query("test", "update users set disabled_at = null where id = $1", [sub]);
  });
}

test("changes of other sessions do not affect the look-up of a session", async () => {
  const { sid, sub } = decodeJwt(await sentinel.tokenOf("nobody")) as { sid: string; sub: string };
  const { principals, looks, answer } = slowly();
  const asked = principals.access(sid, sub);
  principals.forgetSession(crypto.randomUUID());
  principals.forgetUser(crypto.randomUUID());
  await answer();
  assert.equal((await asked)?.session.revoked, false);
  assert.ok(!(principals.access(sid, sub) instanceof Promise));
  assert.equal(looks(), 1);
});

test("a change of another user does not affect the look-up of a user", async () => {
  const id = await sentinel.settled("grace");
  const { principals, looks, answer } = slowly();
  const asked = principals.user(id);
  principals.forgetUser(crypto.randomUUID());
  principals.forgetSession(crypto.randomUUID());
  await answer();
  assert.equal((await asked)?.id, id);
  assert.equal(principals.knownUser(id)?.id, id);
  await principals.user(id);
  assert.equal(looks(), 1);
});

test("an unknown user is looked up each time, and a look-up that fails is repeated", async () => {
  const id = crypto.randomUUID();
  let looks = 0;
  const broken: Db = { query: () => (looks++, Promise.reject(new Error("out of order"))) };
  const principals = createPrincipalCache({ db: broken, cacheValidity: { trusted: true } });
  for (let i = 1; i <= 2; i++) {
    await assert.rejects(async () => await principals.user(id), /out of order/);
    assert.equal(looks, i);
  }
  assert.equal(await sentinel.principals.user(id), undefined);
  assert.equal(sentinel.principals.knownUser(id), undefined);
});
