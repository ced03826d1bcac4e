import type { Principal } from "../../vocabulary/actor.ts";
import assert from "node:assert/strict";
import { decodeJwt } from "jose";
import type { Db } from "../../platform/db/db.ts";
import { startSentinel, test } from "../../testing/harness.ts";
import { statementsOf } from "../../testing/statements.ts";
import { until } from "../../testing/servers/process.ts";
import { createPrincipalCache } from "./principal_cache.ts";

const sentinel = await startSentinel();
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db } = sentinel;

for (const path of ["/users/me", "/admin-only"]) {
  test(`GET ${path} with a token that is known costs no statement`, async () => {
    const headers = { authorization: `Bearer ${await sentinel.tokenOf("ada")}` };
    const ask = async () => assert.equal((await sentinel.fetch(path, { headers })).status, 200);
    assert.equal((await statementsOf(ask)).find_access, 1);
    assert.deepEqual(await statementsOf(() => Promise.all(Array.from({ length: 50 }, ask))), {});
  });
}

/** A memory whose look-ups have read the database, and are answered only when they are let go. */
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
  const live = createPrincipalCache({ db: slow, cacheValidity: { trusted: true } });
  return { live, looks: () => looks, read, answer };

  /** Waits until all that was asked has been read. */
  async function read() {
    await until("all that was asked has been read", () => held.length >= looks);
  }

  async function answer() {
    await read();
    for (const letGo of held) letGo();
  }
}

type Live = ReturnType<typeof slowly>["live"];

const rename = (id: string, username: string) =>
  db.query("test", "update users set username = $2 where id = $1", [id, username]);

const overtakings: [what: string, tell: (live: Live, id: string) => void][] = [
  ["a change of the user", (live, id) => live.forgetUser(id)],
  ["a change of everything", (live) => live.forgetAll()],
];

for (const [what, tell] of overtakings) {
  test(`a look-up of a user that ${what} overtakes answers those who asked before, and is not kept`, async () => {
    const id = await sentinel.settled("grace");
    await rename(id, "before");
    const { live, looks, read, answer } = slowly();
    const early = [live.user(id), live.user(id)];
    await read();
    await rename(id, "after");
    tell(live, id);
    const late = [live.user(id), live.user(id)];
    await answer();
    const names = async (asked: typeof early) => (await Promise.all(asked)).map((user) => user?.username);
    assert.deepEqual([await names(early), await names(late)], [["before", "before"], ["after", "after"]]);
    assert.equal(looks(), 2, "those who asked together looked together");
    assert.equal(live.knownUser(id)?.username, "after");
  });
}

const sessionRevocation: [what: string, change: string, tell: (live: Live, sid: string, id: string) => void][] = [
  [
    "an end of the session",
    "update sessions set revoked_at = now() where id = $1",
    (live, sid) => live.forgetSession(sid),
  ],
  [
    "a change of the user",
    "update users set disabled_at = now() where id = (select user_id from sessions where id = $1)",
    (live, _, id) => live.forgetUser(id),
  ],
  ["a change of everything", "update sessions set revoked_at = now() where id = $1", (live) => live.forgetAll()],
];

for (const [what, change, tell] of sessionRevocation) {
  test(`a look-up of a session that ${what} overtakes answers those who asked before, and is not kept`, async () => {
    const { sid, sub } = decodeJwt(await sentinel.tokenOf("nobody")) as { sid: string; sub: string };
    const { live, looks, read, answer } = slowly();
    const early = [live.access(sid, sub), live.access(sid, sub)];
    await read();
    await db.query("test", change, [sid]);
    tell(live, sid, sub);
    const late = [live.access(sid, sub), live.access(sid, sub)];
    await answer();
    const isOver = (access: Principal | undefined) => access!.session.revoked || access!.user.disabled;
    const over = async (asked: typeof early) => (await Promise.all(asked)).map(isOver);
    assert.deepEqual([await over(early), await over(late)], [[false, false], [true, true]]);
    assert.equal(looks(), 2, "those who asked together looked together");
    const known = live.access(sid, sub);
    assert.ok(!(known instanceof Promise) && isOver(known), "what is kept is what came after the change");
    await db.query("test", "update users set disabled_at = null where id = $1", [sub]);
  });
}

test("a look-up of a session that changes of others pass is kept", async () => {
  const { sid, sub } = decodeJwt(await sentinel.tokenOf("nobody")) as { sid: string; sub: string };
  const { live, looks, answer } = slowly();
  const asked = live.access(sid, sub);
  live.forgetSession(crypto.randomUUID());
  live.forgetUser(crypto.randomUUID());
  await answer();
  assert.equal((await asked)?.session.revoked, false);
  assert.ok(!(live.access(sid, sub) instanceof Promise));
  assert.equal(looks(), 1);
});

test("a look-up of a user that a change of somebody else passes is kept", async () => {
  const id = await sentinel.settled("grace");
  const { live, looks, answer } = slowly();
  const asked = live.user(id);
  live.forgetUser(crypto.randomUUID());
  live.forgetSession(crypto.randomUUID());
  await answer();
  assert.equal((await asked)?.id, id);
  assert.equal(live.knownUser(id)?.id, id);
  await live.user(id);
  assert.equal(looks(), 1);
});

test("a user who is not there is asked for each time, and a look-up that fails is begun anew", async () => {
  const id = crypto.randomUUID();
  let looks = 0;
  const broken: Db = { query: () => (looks++, Promise.reject(new Error("out of order"))) };
  const live = createPrincipalCache({ db: broken, cacheValidity: { trusted: true } });
  for (let i = 1; i <= 2; i++) {
    await assert.rejects(async () => await live.user(id), /out of order/);
    assert.equal(looks, i);
  }
  assert.equal(await sentinel.live.user(id), undefined);
  assert.equal(sentinel.live.knownUser(id), undefined);
});
