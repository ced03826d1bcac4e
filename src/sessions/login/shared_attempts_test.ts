import { localActor } from "../../vocabulary/actor.ts";
import assert from "node:assert/strict";
import { createSharedAttempts } from "./shared_attempts.ts";
import { type Sentinel, startSentinel, test, testOnPostgres } from "../../testing/harness.ts";
import { Unavailable } from "../../platform/db/db_errors.ts";
import { HashQueueFull } from "../../platform/hashing/hashing.ts";
import { people } from "../../testing/people/people.ts";

const settings = {
  SENTINEL_RATE_LIMIT: "on",
  SENTINEL_RATE_LIMIT_LOGIN_ACCOUNT: "5/900",
  SENTINEL_RATE_LIMIT_LOGIN_ADDRESS: "30/900",
  SENTINEL_TRUSTED_PROXIES: "127.0.0.1",
};
const sentinel = await startSentinel({ settings, lasting: false, cheapHashes: true });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const { db, registrations } = sentinel;
const { password } = people.nobody;
let made = 0;

/** A new user, and a network of its own. */
async function someone() {
  const username = `someone-${++made}`;
  const email = `${username}@example.com`;
  const { id } = await registrations.create({ username, email, password }, [], localActor);
  return { id, username, email, from: `192.0.2.${made}` };
}

type Where = { from: string; at?: Sentinel };

const login = (username: string, password: string, { from, at = sentinel }: Where) =>
  at.fetch("/login", { form: { username, password }, headers: { "x-forwarded-for": from } });

const grant = (username: string, password: string, { from, at = sentinel }: Where) =>
  at.fetch("/oauth/token", {
    form: { grant_type: "password", username, password },
    headers: { "x-forwarded-for": from },
  });

const statuses = async (answers: Promise<Response>[]) => (await Promise.all(answers)).map(({ status }) => status);

const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

/** The number of hashes that the work costs. */
async function hashesOf(deed: () => Promise<unknown>, at = sentinel): Promise<number> {
  const count = async () =>
    Number((await at.instruments.expose()).match(/^sentinel_hash_duration_seconds_count (\S+)$/m)![1]);
  const before = await count();
  await deed();
  return await count() - before;
}

const events = (action: string, userId: string | null) =>
  db.query<{ actor_id: string | null; outcome: string }>(
    "test",
    `select actor_id, outcome from audit_events
     where action = $1 and (subject_id = $2::text or actor_id = $2::uuid)`,
    [action, userId],
  );

/** How many wrong guesses at this name are still possible from there; it uses all of them. */
async function guessesLeft(name: string, from: string): Promise<number> {
  for (let guesses = 0;; guesses++) {
    if ((await login(name, `wrong ${guesses}`, { from })).status === 429) return guesses;
  }
}

for (const [what, attempt] of Object.entries({ "POST /login": login, "the password grant": grant })) {
  test(`X04 T103 twenty equal attempts at ${what} at once are all answered, with one hash and a session each`, async () => {
    const { id, username, from } = await someone();
    let tokens: string[] = [];
    const hashes = await hashesOf(async () => {
      const answers = await Promise.all(times(20, () => attempt(username, password, { from })));
      assert.deepEqual(answers.map(({ status }) => status), Array(20).fill(200));
      tokens = await Promise.all(answers.map(async (answer) => (await answer.json()).refresh_token));
    });
    assert.equal(hashes, 1);
    assert.equal(new Set(tokens).size, 20);
    assert.equal((await db.query("test", "select from sessions where user_id = $1", [id])).length, 20);
    assert.equal((await events("session.created", id)).length, 20);
    assert.equal(await guessesLeft(username, from), 5);
  });
}

test(
  "X04 T086 equal wrong attempts at once are counted once and recorded one by one, also for an unknown name",
  async () => {
    const { id, username, from } = await someone();
    for (const name of [username, "nobody-has-this-name"]) {
      const hashes = await hashesOf(async () => {
        const wrong = times(10, () => login(name, "wrong password", { from }));
        assert.deepEqual(await statuses(wrong), Array(10).fill(401), name);
      });
      assert.equal(hashes, 1, name);
      assert.equal(await guessesLeft(name, from), 4, name);
    }
    assert.equal((await events("login.failed", id)).length, 10 + 4);
  },
);

test("X04 a flood of equal wrong attempts leaves twenty records, and all are refused and counted", async () => {
  const { id, username, from } = await someone();
  const failures = async () =>
    Number(
      (await sentinel.instruments.expose()).match(/^sentinel_logins_total\{outcome="wrong_password"\} (\S+)$/m)?.[1] ??
        0,
    );
  const before = await failures();
  assert.deepEqual(await statuses(times(50, () => login(username, "wrong password", { from }))), Array(50).fill(401));
  assert.equal((await events("login.failed", id)).length, 20);
  assert.equal(await failures() - before, 50);
  await statuses([login(username, "wrong password", { from })]);
  assert.equal((await events("login.failed", id)).length, 21, "the next attempt is recorded");
});

test("X04 other names, passwords and networks are separate attempts", async () => {
  const { username, email, from } = await someone();
  const from2 = "198.51.100.1";
  const hashes = await hashesOf(async () =>
    assert.deepEqual(
      await statuses([
        login(username, password, { from }),
        login(email, password, { from }),
        login(username, password, { from: from2 }),
        login(username, `${password} `, { from }),
        login("no-such-name", password, { from }),
      ]),
      [200, 200, 200, 401, 401],
    )
  );
  assert.equal(hashes, 5);
});

test(
  "X04 one network shares an attempt, even by another spelling of the name or another address of its /64",
  async () => {
    const { username } = await someone();
    const hashes = await hashesOf(async () =>
      assert.deepEqual(
        await statuses([
          login(username, password, { from: "2001:db8:0:4::1" }),
          login(username.toUpperCase(), password, { from: "2001:db8:0:4::2" }),
        ]),
        [200, 200],
      )
    );
    assert.equal(hashes, 1);
  },
);

testOnPostgres(
  "X04 T114 two hundred wrong passwords at once over three replicas cost no more hashes than the limit allows",
  async () => {
    const { username, from } = await someone();
    await using second = await startSentinel({ settings, lasting: false, cheapHashes: true, schema: sentinel.schema });
    await using third = await startSentinel({ settings, lasting: false, cheapHashes: true, schema: sentinel.schema });
    const replicas = [sentinel, second, third];
    const hashes = await Promise.all(replicas.map((at, replica) =>
      hashesOf(async () => {
        const found = await statuses(times(67, (i) => login(username, `wrong ${replica} ${i}`, { from, at })));
        assert.ok(found.every((status) => status === 401 || status === 429));
      }, at)
    ));
    assert.equal(hashes.reduce((sum, each) => sum + each), 5);
  },
);

/** Makes statements with this name fail with these errors, while `deed` runs. */
async function failing(name: string, error: Error, deed: () => Promise<unknown>, after = false): Promise<void> {
  const { query, transaction } = db;
  const faulty = (through: typeof query): typeof query => async (statement, ...rest) => {
    if (statement === name && !after) throw error;
    const rows = await through(statement, ...rest);
    if (statement === name) throw error;
    return rows as never;
  };
  Object.assign(db, {
    query: faulty(query),
    transaction: ((work) => transaction((tx) => work({ ...tx, query: faulty(tx.query) }))) as typeof transaction,
  });
  try {
    await deed();
  } finally {
    Object.assign(db, { query, transaction });
  }
}

const lost = new Unavailable("connection lost", { uncertain: true });

for (const statement of ["find_login", "lock_user_for_mint", "insert_sessions", "insert_audit_event"]) {
  test(`X04 X70 a login whose ${statement} fails is 503, and does not count`, async () => {
    const { username, from } = await someone();
    await failing(statement, lost, async () => {
      for (let i = 0; i < 7; i++) assert.equal((await login(username, password, { from })).status, 503);
    });
    assert.equal(await guessesLeft(username, from), 5);
  });
}

test("X04 X70 a login whose hash or signature fails does not count", async () => {
  const { username, from } = await someone();
  const { verify } = sentinel.passwords;
  const { sign } = sentinel.tokens;
  for (
    const [owner, broken, sound] of [
      [sentinel.passwords, { verify: () => Promise.reject(new HashQueueFull("full")) }, { verify }],
      [sentinel.tokens, { sign: () => Promise.reject(new Unavailable("no signing key")) }, { sign }],
    ]
  ) {
    Object.assign(owner!, broken);
    for (let i = 0; i < 7; i++) assert.equal((await login(username, password, { from })).status, 503);
    Object.assign(owner!, sound);
  }
  assert.equal(await guessesLeft(username, from), 5);
});

test("X04 an attempt that was counted without an answer is refunded once, and only if it was counted", async () => {
  const { username, from } = await someone();
  for (let i = 0; i < 2; i++) assert.equal((await login(username, `wrong ${i}`, { from })).status, 401);
  await failing("take_from_buckets", lost, async () => {
    for (let i = 0; i < 2; i++) assert.equal((await login(username, password, { from })).status, 503);
  }, true);
  await failing("take_from_buckets", lost, async () => {
    for (let i = 0; i < 4; i++) assert.equal((await login(username, password, { from })).status, 503);
  });
  await sentinel.throttle.refundOwed();
  await sentinel.throttle.refundOwed();
  assert.equal(await guessesLeft(username, from), 3);
});

test("X04 a refund that fails is owed until the store answers, and then made once", async () => {
  const { username, from } = await someone();
  await failing("refund_buckets", new Unavailable("no database connection"), async () => {
    for (let i = 0; i < 3; i++) assert.equal((await login(username, password, { from })).status, 200);
    await assert.rejects(sentinel.throttle.refundOwed(), Unavailable);
  });
  await failing("refund_buckets", lost, async () => {
    assert.equal((await login(username, password, { from })).status, 200);
  }, true);
  await sentinel.throttle.refundOwed();
  assert.equal(await guessesLeft(username, from), 5);
});

/** Changes the password of the session's user. */
const change = (token: string, current_password: string, new_password: string, from: string) =>
  sentinel.fetch("/users/me/password", {
    method: "PUT",
    json: { current_password, new_password },
    headers: { authorization: `Bearer ${token}`, "x-forwarded-for": from },
  });

test("X70 a changed password refunds its attempt every time, and so does a change that fails by a 503", async () => {
  const { username, from } = await someone();
  const { access_token: token } = await (await login(username, password, { from })).json();
  const pair = [password, "another long enough one"] as const;
  for (let i = 0; i < 7; i++) {
    assert.equal((await change(token, pair[i % 2]!, pair[(i + 1) % 2]!, from)).status, 204);
  }
  await failing("update_password_hash", lost, async () => {
    for (let i = 0; i < 7; i++) assert.equal((await change(token, pair[1], pair[0], from)).status, 503);
  });
  for (let i = 0; i < 5; i++) assert.equal((await change(token, `wrong ${i}`, pair[0], from)).status, 403);
  assert.equal((await change(token, pair[1], pair[0], from)).status, 429);
});

test("X04 equal changes of a password at once are one: made once, recorded once, and all answered", async () => {
  const { id, username, from } = await someone();
  const { access_token: token } = await (await login(username, password, { from })).json();
  const hashes = await hashesOf(async () => {
    const answers = times(20, () => change(token, password, "another long enough one", from));
    assert.deepEqual(await statuses(answers), Array(20).fill(204));
  });
  assert.equal(hashes, 2);
  assert.equal((await events("user.password_changed", id)).length, 1);
  const wrong = times(20, () => change(token, "wrong password", "a third long enough one", from));
  assert.deepEqual(await statuses(wrong), Array(20).fill(403));
  assert.equal((await events("user.password_refused", id)).length, 20);
  for (let i = 0; i < 4; i++) assert.equal((await change(token, `wrong ${i}`, password, from)).status, 403);
  assert.equal((await change(token, "another long enough one", password, from)).status, 429);
});

test("X80 a 429 for one name of a user reveals nothing of the user's other name", async () => {
  const { username, email, from } = await someone();
  assert.equal((await login(username, password, { from })).status, 200);
  assert.equal(await guessesLeft(username, from), 5);
  assert.equal(await guessesLeft(email, from), 5);
  assert.equal((await login(username, password, { from: "198.51.100.80" })).status, 200);
});

test("X80 unlock empties the buckets of both names, for known and for unknown networks", async () => {
  const { username, email, from } = await someone();
  assert.equal((await login(username, password, { from })).status, 200);
  for (const where of [from, "198.51.100.81"]) {
    for (const name of [username, email]) assert.equal(await guessesLeft(name, where), 5);
  }
  await sentinel.users.unlock(username);
  for (const where of [from, "198.51.100.81"]) {
    for (const name of [username, email]) assert.equal((await login(name, password, { from: where })).status, 200);
  }
});

test(
  "an attempt can be joined until its first request is answered, and not after that or after a failure",
  async () => {
    const attempts = createSharedAttempts<number>();
    let begun = 0;
    const attempt = () => Promise.resolve(++begun);
    const answered = Promise.withResolvers<void>();
    const first = attempts.share(["a"], attempt, async (n) => {
      await answered.promise;
      return n;
    });
    assert.equal(await attempts.share(["a"], attempt, (n) => Promise.resolve(n)), 1);
    assert.equal(await attempts.share(["b"], attempt, (n) => Promise.resolve(n)), 2);
    answered.resolve();
    assert.equal(await first, 1);
    assert.equal(await attempts.share(["a"], attempt, (n) => Promise.resolve(n)), 3);
    await assert.rejects(attempts.share(["a"], () => Promise.reject(new Error("failed")), () => Promise.resolve()));
    assert.equal(await attempts.share(["a"], attempt, (n) => Promise.resolve(n)), 4);
  },
);

test("X04 of one attempt the first twenty requests are recorded, and again those of the next one", async () => {
  const attempts = createSharedAttempts<number>();
  const round = async () => {
    const held = Promise.withResolvers<number>();
    const requests = times(
      50,
      () => attempts.share(["a"], () => held.promise, (_, isRecorded) => Promise.resolve(isRecorded)),
    );
    held.resolve(1);
    return (await Promise.all(requests)).filter((isRecorded) => isRecorded).length;
  };
  assert.deepEqual([await round(), await round()], [20, 20]);
});

test("the parts of an attempt's key are unambiguous", async () => {
  const attempts = createSharedAttempts<number>();
  let begun = 0;
  const ask = (asked: (string | null)[]) =>
    attempts.share(asked, () => Promise.resolve(++begun), (n) => Promise.resolve(n));
  assert.deepEqual(await Promise.all([["ab", "c"], ["a", "bc"], ["abc", null], ["abc", ""]].map(ask)), [1, 2, 3, 4]);
});
