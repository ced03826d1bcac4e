import assert from "node:assert/strict";
import { startSentinel, test, testOnPostgres } from "../../testing/harness.ts";
import {
  type Application,
  errorOf,
  exchangeCode,
  newApplication,
  newCode,
  newVisitors,
  othersApplication,
  type Visitor,
} from "../../testing/people/applications.ts";
import { waitsBehind } from "../../testing/people/sessions.ts";
import { countNamed } from "../../testing/statements/statements.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db, authorizationCodes } = sentinel;

const application = await newApplication(sentinel);
const visitors = (count: number) => newVisitors(sentinel, count);
const codesOf = (all: Visitor[], of: Application = application) =>
  Promise.all(all.map((visitor) => newCode(sentinel, of, visitor)));
const exchangeAll = (codes: Awaited<ReturnType<typeof codesOf>>) =>
  Promise.all(codes.map(async (code) => (await exchangeCode(sentinel, application, code)).status));

const sessionsOf = ({ userId }: Visitor) =>
  db.query<{ id: string; rp_sid: string; is_live: boolean }>(
    "test",
    "select id, rp_sid, revoked_at is null as is_live from sessions where user_id = $1 and kind = 'client' order by id",
    [userId],
  );

const events = async ({ userId }: Visitor, action: string) =>
  (await db.query("test", "select 1 from audit_events where actor_id = $1 and action = $2", [userId, action])).length;

/** What a code of the visitor is issued for. */
const wanted = ({ userId, sessionId }: Visitor) => ({
  ...{ userId, sessionId, clientId: application.id, redirectUri: application.redirectUri, codeChallenge: undefined },
  ...{ scopes: ["openid"], resources: [], nonce: "a nonce", offline: false },
});

test("codes that are issued at once share statements, and each is its own", async () => {
  const all = await visitors(30);
  let texts: string[] = [];
  const statements = await countNamed(sentinel, ["insert_ticket", "insert_user_tickets"], async () => {
    texts = await Promise.all(all.map((visitor) => authorizationCodes.issue(wanted(visitor))));
  });
  assert.ok(statements < 15, `${statements}`);
  for (const [n, text] of texts.entries()) {
    const presented = await db.transaction((tx) => authorizationCodes.consumeIn(tx, text));
    assert.equal(presented?.kind, "live");
    const { id: _id, dpopJkt: _jkt, ...code } = presented.code;
    assert.deepEqual(code, wanted(all[n]!));
  }
});

test("a code that is issued among others ends with a change of the user's credentials", async () => {
  const all = await visitors(8);
  const texts = await Promise.all(all.map((visitor) => authorizationCodes.issue(wanted(visitor))));
  await db.query("test", "update users set credential_epoch = credential_epoch + 1 where id = $1", [all[5]!.userId]);
  const presented = await Promise.all(
    texts.map((text) => db.transaction((tx) => authorizationCodes.consumeIn(tx, text))),
  );
  assert.deepEqual(presented.map((each) => each?.kind), all.map((_, n) => n === 5 ? "expired" : "live"));
});

test("codes that are exchanged at once share statements, and each gives its own session", async () => {
  const all = await visitors(30);
  const codes = await codesOf(all);
  const names = ["insert_client_session", "insert_client_sessions"];
  const statements = await countNamed(
    sentinel,
    names,
    async () => assert.deepEqual(await exchangeAll(codes), all.map(() => 200)),
  );
  assert.ok(statements < 15, `${statements}`);
  for (const visitor of all) {
    assert.deepEqual((await sessionsOf(visitor)).map(({ is_live }) => is_live), [true]);
    assert.equal(await events(visitor, "session.created"), 1);
  }
  assert.deepEqual(await exchangeAll(codes), all.map(() => 400), "T233");
  for (const visitor of all) assert.deepEqual((await sessionsOf(visitor)).map(({ is_live }) => is_live), [false]);
});

test("T232 T233 of exchanges at once each has its own outcome, and a refused one leaves its code as it is", async () => {
  const all = await visitors(12);
  const [used, verifier, address, gone, disabled, unasked, outdated, ...others] = all as [
    Visitor,
    Visitor,
    Visitor,
    Visitor,
    Visitor,
    Visitor,
    Visitor,
    ...Visitor[],
  ];
  const foreign = await othersApplication(sentinel);
  const codeOf = async (visitor: Visitor, of = application) => await newCode(sentinel, of, visitor);
  const spent = await codeOf(used);
  assert.deepEqual(await exchangeAll([spent]), [200]);
  const [right, moved, late, off, notAllowed, old] = await Promise.all([
    ...[verifier, address, gone, disabled].map((visitor) => codeOf(visitor)),
    codeOf(unasked, foreign),
    codeOf(outdated),
  ]);
  await db.query("test", "update sessions set revoked_at = now() where id = $1", [gone.sessionId]);
  await db.query("test", "update users set disabled_at = now() where id = $1", [disabled.userId]);
  await db.query("test", "update tickets set expires_at = now() where user_id = $1", [outdated.userId]);
  const redirect_uri = "https://ledger.example.com/elsewhere";
  const [rest, ...refused] = await Promise.all([
    codesOf(others).then(exchangeAll),
    exchangeCode(sentinel, application, spent),
    exchangeCode(sentinel, application, { ...right!, verifier: "x".repeat(43) }),
    exchangeCode(sentinel, application, moved!, { redirect_uri }),
    exchangeCode(sentinel, application, late!),
    exchangeCode(sentinel, application, off!),
    exchangeCode(sentinel, foreign, notAllowed!),
    exchangeCode(sentinel, application, old!),
    exchangeCode(sentinel, foreign, moved!),
  ]);
  assert.deepEqual(rest, others.map(() => 200));
  assert.deepEqual(await Promise.all(refused.map(errorOf)), refused.map(() => [400, "invalid_grant"]));
  const live = (await Promise.all(all.map(sessionsOf))).map((sessions) => sessions.filter((each) => each.is_live));
  assert.deepEqual(live.map(({ length }) => length), [...Array(7).fill(0), ...others.map(() => 1)]);
  assert.deepEqual(await exchangeAll([right!, moved!]), [200, 200]);
});

test("T234 of exchanges of one code at once, one succeeds, and the others end what it gave", async () => {
  const [visitor, ...others] = await visitors(8) as [Visitor, ...Visitor[]];
  const code = await newCode(sentinel, application, visitor);
  const statuses = await exchangeAll([...Array(10).fill(code), ...await codesOf(others)]);
  assert.deepEqual(statuses.slice(0, 10).toSorted(), [200, ...Array(9).fill(400)]);
  assert.deepEqual(statuses.slice(10), others.map(() => 200));
  assert.deepEqual((await sessionsOf(visitor)).map(({ is_live }) => is_live), [false]);
  assert.equal(await events(visitor, "session.created"), 1);
});

test("codes of one browser that are exchanged at once give sessions with one sid", async () => {
  const [visitor, ...others] = await visitors(6) as [Visitor, ...Visitor[]];
  const codes = await codesOf([...Array(12).fill(visitor), ...others]);
  assert.deepEqual(await exchangeAll(codes), codes.map(() => 200));
  const sessions = await sessionsOf(visitor);
  assert.equal(sessions.length, 12);
  assert.equal(new Set(sessions.map(({ rp_sid }) => rp_sid)).size, 1);
});

test("an exchange among others ends the oldest session where there are too many", async () => {
  const all = await visitors(4);
  for (let n = 0; n < 12; n++) assert.deepEqual(await exchangeAll(await codesOf(all)), all.map(() => 200));
  for (const visitor of all) {
    const sessions = await sessionsOf(visitor);
    assert.deepEqual(sessions.map(({ is_live }) => is_live), [...Array(2).fill(false), ...Array(10).fill(true)]);
  }
});

/**
 * Asserts that only the first visitor's exchange waits while `lock` holds something of theirs, and then happens.
 * Returns how many exchanges had a statement of their own meanwhile.
 */
async function assertDelaysNoOther([first, ...others]: Visitor[], lock: string): Promise<number> {
  const codes = await codesOf(others);
  const code = await newCode(sentinel, application, first!);
  const waiting = await db.transaction(async (tx) => {
    await tx.query("test", lock, [first!.userId]);
    let exchange = Promise.resolve<number[]>([]);
    const alone = await countNamed(sentinel, ["insert_client_session"], async () => {
      const all = exchangeAll(codes);
      exchange = exchangeAll([code]);
      assert.ok(await waitsBehind(tx, sentinel, exchange));
      assert.deepEqual(await all, others.map(() => 200));
    });
    return { exchange, alone };
  });
  assert.deepEqual(await waiting.exchange, [200]);
  return waiting.alone;
}

testOnPostgres("an exchange that waits for a lock delays no other user's, and then happens", async () => {
  const user = "users where id = $1 for update";
  for (const lock of [user, "sessions where user_id = $1 for update", "tickets where user_id = $1 for update"]) {
    const alone = await assertDelaysNoOther(await visitors(20), `select 1 from ${lock}`);
    assert.ok(alone < 8, `${lock}: ${alone} of 19`);
  }
});

testOnPostgres("an exchange that would end a locked session delays no other user's", async () => {
  const all = await visitors(8);
  for (let n = 0; n < 10; n++) await exchangeAll(await codesOf(all.slice(0, 1)));
  const lock = "select 1 from sessions where user_id = $1 and kind = 'client' for update";
  await assertDelaysNoOther(all, lock);
});

testOnPostgres("a code of a user whose row is locked delays no other user's", async () => {
  const [first, ...others] = await visitors(8) as [Visitor, ...Visitor[]];
  const waiting = await db.transaction(async (tx) => {
    await tx.query("test", "select 1 from users where id = $1 for update", [first.userId]);
    const all = others.map((visitor) => authorizationCodes.issue(wanted(visitor)));
    const issue = authorizationCodes.issue(wanted(first));
    assert.ok(await waitsBehind(tx, sentinel, issue));
    assert.equal((await Promise.all(all)).length, others.length);
    return { issue };
  });
  assert.match(await waiting.issue, /^snt_ac_/);
});
