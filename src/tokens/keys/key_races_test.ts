import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createSecrets } from "../../vocabulary/secrets.ts";
import { testOnPostgres, testSecret } from "../../testing/harness.ts";
import { newcomer } from "../../testing/people/people.ts";
import { until } from "../../testing/servers/process.ts";
import { startReplicas } from "../../testing/replicas.ts";
import { roundsOr } from "../../testing/rounds.ts";
import { begun, refresh, statusOf } from "../../testing/people/sessions.ts";
import { createKeys } from "./keys.ts";

const replicas = await startReplicas();
const [first] = replicas;
const { db, keys } = first;
const grace = (await newcomer(first)).id;

async function tokenFrom(at: typeof first): Promise<string> {
  return (await (await refresh(at, await begun(at, grace))).json()).access_token;
}

const kidOf = (token: string): string => JSON.parse(Buffer.from(token.split(".")[0]!, "base64url").toString()).kid;

/** Makes the next key old enough to sign. */
const age = () => db.query("test", "update signing_keys set created_at = created_at - interval '6 minutes'");

/** The keys in use except those that only verify, the active one first. */
async function signers(): Promise<{ kid: string; state: string }[]> {
  const signing = (await keys.list()).filter(({ state }) => state === "active" || state === "next");
  return signing.map(({ kid, state }) => ({ kid, state })).toSorted((a, b) => a.state < b.state ? -1 : 1);
}

async function countEvents(action: string): Promise<number> {
  return (await db.query("test", "select from audit_events where action = $1", [action])).length;
}

/** Runs `deed` twice on each replica, all at once. */
const twiceOnEach = <T>(deed: (at: typeof first) => Promise<T>) =>
  Promise.allSettled([...replicas, ...replicas].map(async (at) => await deed(at)));

/** Asserts that every replica signs with the one active key, and verifies these tokens and those of the others. */
async function signAlike(tokens: string[]): Promise<void> {
  const [active, next] = await signers();
  assert.deepEqual([active?.state, next?.state, (await signers()).length], ["active", "next", 2]);
  const newer: string[] = [];
  for (const replica of replicas) {
    await until("it signs with the active key", async () => kidOf(await tokenFrom(replica)) === active!.kid);
    newer.push(await tokenFrom(replica));
  }
  for (const replica of replicas) {
    for (const token of [...tokens, ...newer]) assert.equal(await statusOf(replica, token), 200);
  }
}

testOnPostgres(
  "T041 T192 of simultaneous rotations on three replicas one is done, and older tokens stay valid",
  async () => {
    for (let round = 0; round < roundsOr(20); round++) {
      const older = await Promise.all(replicas.map(tokenFrom));
      const [active, next] = await signers();
      const rotations = await countEvents("key.rotated");
      await age();
      const outcomes = await twiceOnEach((at) => at.keys.rotate());
      const refusals = outcomes.flatMap((outcome) => outcome.status === "rejected" ? [outcome.reason.code] : []);
      assert.deepEqual(refusals, Array(5).fill("key_too_young"));
      assert.equal((await signers())[0]!.kid, next!.kid);
      assert.equal((await keys.list()).find(({ kid }) => kid === active!.kid)?.state, "retiring");
      assert.equal(await countEvents("key.rotated"), rotations + 1);
      await signAlike(older);
    }
  },
);

testOnPostgres("T192 simultaneous forced rotations on three replicas follow one another", async () => {
  for (let round = 0; round < roundsOr(20); round++) {
    const older = await Promise.all(replicas.map(tokenFrom));
    const rotations = await countEvents("key.rotated");
    const outcomes = await twiceOnEach((at) => at.keys.rotate({ force: true }));
    assert.deepEqual(outcomes.filter(({ status }) => status === "rejected"), []);
    assert.equal(await countEvents("key.rotated"), rotations + 6);
    await signAlike(older);
  }
});

testOnPostgres(
  "T146 T192 simultaneous retirements of one key on three replicas are one, and the next key signs",
  async () => {
    for (let round = 0; round < roundsOr(20); round++) {
      const leaked = await tokenFrom(first);
      const { kid } = (await signers())[0]!;
      const outcomes = await twiceOnEach((at) => at.keys.retire(kid));
      assert.equal(outcomes.filter(({ status }) => status === "fulfilled").length, 1);
      await signAlike([]);
      for (const replica of replicas) assert.equal(await statusOf(replica, leaked), 401);
    }
  },
);

testOnPostgres(
  "T192 without a key, one of all processes that start at once creates it, and all sign with it",
  async () => {
    const secrets = createSecrets(testSecret);
    const starting = ({ db }: typeof first) => createKeys({ db, secrets, cacheValidity: { trusted: true } }).ensure();
    for (let round = 0; round < roundsOr(20); round++) {
      await db.query("test", "delete from signing_keys");
      for (const replica of replicas) replica.keys.forget();
      const outcomes = await Promise.all(Array.from({ length: 21 }, (_, i) => starting(replicas[i % 3]!)));
      const [active] = await signers();
      assert.deepEqual([...new Set(outcomes.map((ring) => ring.active.kid))], [active!.kid]);
      await signAlike([]);
    }
  },
);
