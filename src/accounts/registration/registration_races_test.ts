import assert from "node:assert/strict";
import { onPostgres } from "../../testing/database.ts";
import { test } from "../../testing/harness.ts";
import { startReplicas } from "../../testing/replicas.ts";
import { roundsOr } from "../../testing/rounds.ts";
import { statementsOf } from "../../testing/statements/statements.ts";
import { rowCounts } from "../../testing/traffic/traces.ts";

const replicas = await startReplicas();
const [first] = replicas;
const rounds = onPostgres ? roundsOr(20) : 1;

// Without the hash, which is limited, as many registrations insert at once as there are connections.
for (const { passwords } of replicas) Object.assign(passwords, { hash: () => Promise.resolve("*") });

type Newcomer = { username: string; email: string };

/** Registers all of them at once, over the replicas in turn, and returns the outcomes. */
function register(newcomers: Newcomer[]): Promise<string[]> {
  return Promise.all(newcomers.map(async (newcomer, i) => {
    const json = { ...newcomer, password: "a long enough password" };
    const response = await replicas[i % 3]!.fetch("/register", { json });
    const { type = "created" } = await response.json();
    return type;
  }));
}

/**
 * In each round one of the newcomers is created and the others get `refusal`. Returns how many of these inserted a row.
 */
async function race(newcomersOf: (round: number) => Newcomer[], refusal: string): Promise<number> {
  let inserts = 0;
  for (let round = 0; round < rounds; round++) {
    const newcomers = newcomersOf(round);
    const before = await rowCounts(first);
    let outcomes: string[] = [];
    const { insert_user = 0 } = await statementsOf(async () => outcomes = await register(newcomers));
    inserts += insert_user;
    const others = Array(newcomers.length - 1).fill(`/problems/${refusal}`);
    assert.deepEqual(outcomes.toSorted(), [...others, "created"]);
    assert.deepEqual(await rowCounts(first), {
      ...before,
      users: before.users! + 1,
      grants: before.grants! + 1,
      audit_events: before.audit_events! + 1,
    });
  }
  return inserts - rounds;
}

test("T181 fifty simultaneous POST /register of the same user create one", async () => {
  const identical = (round: number) =>
    Array(50).fill({ username: `fiftyfold${round}`, email: `fiftyfold${round}@example.com` });
  const stopped = await race(identical, "username_taken");
  assert.ok(!onPostgres || stopped > 0, "none raced");
});

/** In canonical form all of them are `kassfiss` and the number. */
const spellings = [
  "kassfiss",
  "KASSFISS",
  "Kassfiss",
  "kAsSfIsS",
  "\u212aassfiss",
  "\u212aASSFISS",
  "ka\u017fsfiss",
  "ka\u017f\u017ffi\u017f\u017f",
  "ka\u00dffiss",
  "kassfi\u00df",
  "ka\u1e9efiss",
  "kass\ufb01ss",
  "ka\u00df\ufb01\u1e9e",
  "\uff4bassfiss",
  "\uff2bassfiss",
  "k\u1d43ssfiss",
  "k\u24d0ssfiss",
];

function addresses(round: number): string[] {
  const local = `kassfiss${round}`;
  const otherwise = [`${local}@EXAMPLE.com`, `${local}\uff20example.com`, `${local}@example\uff0ecom`];
  return [...spellings.map((spelling) => `${spelling}${round}@example.com`), ...otherwise];
}

test("T182 twenty simultaneous POST /register with spellings of one e-mail address create one account", async () => {
  assert.equal(new Set(addresses(0)).size, 20);
  const spelled = (round: number) => addresses(round).map((email, i) => ({ username: `spelling${round}.${i}`, email }));
  const stopped = await race(spelled, "email_taken");
  assert.ok(!onPostgres || stopped > 0, "none raced");
  for (let round = 0; round < rounds; round++) {
    const found = await first.db.query("test", "select from users where email_canonical = $1", [
      `kassfiss${round}@example.com`,
    ]);
    assert.equal(found.length, 1);
  }
});
