import assert from "node:assert/strict";
import type { Db } from "../platform/db.ts";
import { startSentinel, test } from "../testing/harness.ts";
import { statementsOf } from "../testing/statements.ts";
import { until } from "../testing/process.ts";
import { createLiveState } from "./live_state.ts";

const sentinel = await startSentinel();
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db } = sentinel;

for (const path of ["/users/me", "/admin-only"]) {
  test(`GET ${path} with a token that is known costs no statement`, async () => {
    const headers = { authorization: `Bearer ${await sentinel.tokenOf("ada")}` };
    const ask = async () => assert.equal((await sentinel.fetch(path, { headers })).status, 200);
    assert.equal((await statementsOf(sentinel, ask)).find_access, 1);
    assert.deepEqual(await statementsOf(sentinel, () => Promise.all(Array.from({ length: 50 }, ask))), {});
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
  const live = createLiveState({ db: slow, trust: { trusted: true } });
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

const rename = (id: string, username: string) =>
  db.query("test", "update users set username = $2 where id = $1", [id, username]);

const overtakings: [what: string, tell: (live: ReturnType<typeof slowly>["live"], id: string) => void][] = [
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
  const live = createLiveState({ db: broken, trust: { trusted: true } });
  for (let i = 1; i <= 2; i++) {
    await assert.rejects(async () => await live.user(id), /out of order/);
    assert.equal(looks, i);
  }
  assert.equal(await sentinel.live.user(id), undefined);
  assert.equal(sentinel.live.knownUser(id), undefined);
});
