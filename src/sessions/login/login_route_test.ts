import { localActor, localClient } from "../../vocabulary/actor.ts";
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { dummyHash } from "../../platform/hashing/hashing.ts";
import { type Init, startSentinel, test, testOnPostgres } from "../../testing/harness.ts";
import { people } from "../../testing/people/people.ts";
import { loginsWith } from "../../testing/people/sessions.ts";
import { overSockets } from "../../testing/traffic/sockets.ts";
import { rowCounts } from "../../testing/traffic/traces.ts";
import type { Tokens } from "./login.ts";

const sentinel = await startSentinel({ cheapHashes: true });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const { username, email, password } = people.grace;
const grace = await sentinel.settled("grace");

const login = (json: Record<string, unknown>, init: Init = {}) => sentinel.fetch("/login", { json, ...init });

/** A new user for one test. */
async function person(username: string, { password = "a password of theirs" } = {}) {
  const registration = { username, email: `${username}@example.com`, password };
  const { id } = await sentinel.registrations.create(registration, ["user"], localActor);
  return { id, username, password };
}

const hashOf = async (id: string) => {
  const [row] = await sentinel.db.query<{ password_hash: string }>(
    "find_hash",
    "select password_hash from users where id = $1",
    [id],
  );
  return row!.password_hash;
};

const sessionsOf = (userId: string) =>
  sentinel.db.query<{ id: string; ip: string; user_agent: string; refresh_seed: Uint8Array }>(
    "list_sessions",
    "select id, ip, user_agent, refresh_seed from sessions where user_id = $1 order by id",
    [userId],
  );

/** The recorded reason of the last failed login. */
async function lastFailure() {
  const [row] = await sentinel.db.query<{ subject_id: string | null; outcome: string; reason: string }>(
    "find_failure",
    `select subject_id, outcome, facts->>'reason' as reason from audit_events
     where action = 'login.failed' order by occurred_at desc, id desc limit 1`,
  );
  return row;
}

/** The number of rows that `work` adds to each table; unchanged tables are left out. */
async function added(work: () => Promise<unknown>, { db } = sentinel): Promise<Record<string, number>> {
  const before = await rowCounts({ db });
  await work();
  const after = await rowCounts({ db });
  return Object.fromEntries(
    Object.entries(after).map(([table, count]) => [table, count - before[table]!] as const).filter(([, n]) => n !== 0),
  );
}

/** Reads series, all at the same time. */
async function metrics({ fetch } = sentinel): Promise<(series: string) => number> {
  const lines = (await (await fetch("/metrics")).text()).split("\n");
  return (series) => Number(lines.find((line) => line.startsWith(`${series} `))?.slice(series.length));
}

const claimsOf = ({ access_token }: Tokens) =>
  JSON.parse(Buffer.from(access_token.split(".")[1]!, "base64url").toString());

test("POST /login accepts username or e-mail in any spelling, as form and JSON, at /login and /login/", async () => {
  const names = [username, email, "GRACE", "Grace@Example.COM", "\uff47race", "grace\uff20example.com"];
  for (const [index, name] of names.entries()) {
    const path = index % 2 === 0 ? "/login" : "/login/";
    const answers = [
      await sentinel.fetch(path, { json: { username: name, password } }),
      await sentinel.fetch(path, { form: { username: name, password } }),
    ];
    for (const answer of answers) assert.equal(answer.status, 200, `${path} ${name}`);
  }
});

test("POST /login accepts grant_type=password and any scope, and grants none", async () => {
  const form = { grant_type: "password", scope: "admin roles:grant", username, password, client_id: "x" };
  const tokens = await (await sentinel.fetch("/login", { form })).json();
  assert.equal(tokens.scope, "");
  assert.equal("scope" in claimsOf(tokens), false);
  assert.deepEqual(claimsOf(tokens).roles, ["user"]);
  const rows = await added(async () => {
    const response = await sentinel.fetch("/login", { form: { ...form, grant_type: "refresh_token" } });
    assert.equal(response.status, 422);
  });
  assert.deepEqual(rows, {});
});

test("T098 POST /login answers tokens that work, no hash and no secret, and may not be cached", async () => {
  const response = await login({ username, password });
  const text = await response.text();
  const tokens: Tokens = JSON.parse(text);
  assert.deepEqual(Object.keys(tokens).toSorted(), [
    "access_token",
    "expires_in",
    "refresh_token",
    "scope",
    "token_type",
  ]);
  assert.deepEqual([tokens.token_type, tokens.expires_in], ["bearer", 600]);
  assert.match(tokens.refresh_token, /^snt_rt_[\w-]{72}[0-9a-f]{8}$/);
  assert.equal(response.headers.get("cache-control"), "no-store");
  assert.equal(response.headers.has("set-cookie"), false);
  const me = await sentinel.fetch("/users/me", { headers: { authorization: `Bearer ${tokens.access_token}` } });
  assert.equal((await me.json()).id, grace);

  const claims = claimsOf(tokens);
  const seed = (await sessionsOf(grace)).find(({ id }) => id === claims.sid)!.refresh_seed;
  const secrets = [
    password,
    await hashOf(grace),
    email,
    ...["hex", "base64", "base64url"].map((encoding) => Buffer.from(seed).toString(encoding as BufferEncoding)),
  ];
  for (const secret of secrets) {
    for (const told of [text, JSON.stringify(claims)]) assert.ok(!told.includes(secret));
  }
});

test("POST /login starts one session and records one event of it, with its user as the actor", async () => {
  const subjects: string[] = [];
  const rows = await added(async () => {
    const tokens = await (await login({ username, password })).json();
    subjects.push(claimsOf(tokens).sid);
  });
  assert.deepEqual(rows, { sessions: 1, audit_events: 1 });
  const events = await sentinel.db.query(
    "list_events",
    "select action, outcome, actor_id, subject_type from audit_events where subject_id = $1",
    subjects,
  );
  assert.deepEqual(events, [
    { action: "session.created", outcome: "success", actor_id: grace, subject_type: "session" },
  ]);
});

test("T097 POST /login ignores ids and tokens that the client sends; every login gets new ones", async () => {
  const first: Tokens = await (await login({ username, password })).json();
  const { sid, jti, sub } = claimsOf(first);
  const brought = { session_id: sid, sid, jti, id: sid, user_id: sub, refresh_token: first.refresh_token };
  const cookie = `session=${sid}; refresh_token=${first.refresh_token}`;
  const again: Tokens = await (await login({ username, password, ...brought }, { headers: { cookie } })).json();
  const asForm: Tokens =
    await (await sentinel.fetch("/login", { form: { username, password, ...brought }, headers: { cookie } })).json();
  const all = [first, again, asForm];
  for (const member of ["sid", "jti"]) assert.equal(new Set(all.map((one) => claimsOf(one)[member])).size, 3);
  assert.equal(new Set(all.map(({ refresh_token }) => refresh_token)).size, 3);
  const mine = (await sessionsOf(grace)).map(({ id }) => id);
  for (const one of all) assert.ok(mine.includes(claimsOf(one).sid));
});

test("T109 T111 POST /login records the socket's address and the user agent, whatever headers claim", async () => {
  const claimed = "203.0.113.7";
  const headers = {
    "x-forwarded-for": claimed,
    "x-real-ip": claimed,
    "forwarded": `for=${claimed}`,
    "cf-connecting-ip": claimed,
    "true-client-ip": claimed,
    "user-agent": "'; drop table sessions-- " + "x".repeat(1000),
  };
  const { sid } = claimsOf(await (await login({ username, password }, { headers })).json());
  const { ip, user_agent } = (await sessionsOf(grace)).find(({ id }) => id === sid)!;
  assert.equal(ip, "127.0.0.1");
  assert.equal(user_agent, headers["user-agent"].slice(0, 256));
});

test("T086 T093 POST /login fails alike for unknown user, wrong password and disabled account", async () => {
  const { username: disabled, password: right } = await person("dora");
  await sentinel.users.setDisabled("dora", true);
  const attempts: [attempt: Record<string, string>, reason: string][] = [
    [{ username: "never.seen", password }, "unknown_name"],
    [{ username: "never@example.com", password }, "unknown_name"],
    [{ username, password: "not her password" }, "wrong_password"],
    [{ username: email, password: "not her password" }, "wrong_password"],
    [{ username: disabled, password: right }, "disabled"],
    [{ username: disabled, password: "not her password" }, "wrong_password"],
  ];
  const answers: string[] = [];
  for (const [json, reason] of attempts) {
    const rows = await added(async () => {
      const response = await login(json, { headers: { "x-request-id": "one-id-for-all" } });
      assert.equal(response.status, 401);
      const { request_id, ...body } = await response.json();
      const headers = [...response.headers].filter(([, value]) => value !== request_id);
      answers.push(JSON.stringify([headers.toSorted(), body]));
    });
    assert.deepEqual(rows, { audit_events: 1 }, reason);
    assert.equal((await lastFailure())!.reason, reason);
    assert.equal((await lastFailure())!.outcome, "failure");
  }
  assert.equal(new Set(answers).size, 1);
  assert.match(answers[0]!, /invalid_credentials/);
  for (const name of [username, email, disabled, "never.seen"]) assert.ok(!answers[0]!.includes(name));
});

test("POST /login is counted by its outcome", async () => {
  const outcomes = ["succeeded", "wrong_password", "unknown_name", "disabled"];
  const counts = async () => {
    const valueOf = await metrics();
    return outcomes.map((outcome) => valueOf(`sentinel_logins_total{outcome="${outcome}"}`));
  };
  const before = await counts();
  const { username: disabled, password: right } = await person("dolores");
  await sentinel.users.setDisabled(disabled, true);
  await login({ username, password });
  await login({ username, password: "not her password" });
  await login({ username: "never.seen", password });
  await login({ username: disabled, password: right });
  assert.deepEqual(await counts(), before.map((count) => count + 1));
});

test("T062 T089 POST /login answers 401 to passwords of any length, alike for known and unknown names", async () => {
  for (const length of [1, 73, 1024, 1025, 10_000]) {
    const wrong = "p".repeat(length);
    const [known, unknown] = [
      await login({ username, password: wrong }),
      await login({ username: "x", password: wrong }),
    ];
    assert.deepEqual([known.status, unknown.status], [401, 401], `${length} bytes`);
  }
  const rows = await added(async () => {
    for (const name of [username, "never.seen"]) {
      const response = await login({ username: name, password: "" });
      assert.equal(response.status, 422);
      assert.deepEqual((await response.json()).errors[0].pointer, "#/password");
    }
  });
  assert.deepEqual(rows, {});
});

test("T063 POST /login neither trims a password nor ignores its case", async () => {
  const { username, password } = await person("spacious", { password: " Six Spaces " });
  assert.equal((await login({ username, password })).status, 200);
  for (const wrong of [password.trim(), password.toLowerCase(), password.trimEnd()]) {
    assert.equal((await login({ username, password: wrong })).status, 401);
  }
});

test("T064 POST /login accepts é composed and decomposed as one password", async () => {
  const [composed, decomposed] = ["caf\u00e9 au lait", "cafe\u0301 au lait"];
  const [first, second] = [await person("nfc", { password: composed }), await person("nfd", { password: decomposed })];
  for (const { username } of [first, second]) {
    for (const password of [composed, decomposed]) assert.equal((await login({ username, password })).status, 200);
    assert.equal((await login({ username, password: "cafe au lait" })).status, 401);
  }
});

test("T072 POST /login does not trim names", async () => {
  for (const name of [" grace", "grace ", "grace\n", "\tgrace", ` ${email}`, `${email} `]) {
    assert.equal((await login({ username: name, password })).status, 401, JSON.stringify(name));
  }
});

test("T059 T057 T058 POST /login refuses NUL and lone surrogates, checks nothing and records nothing", async () => {
  const rows = await added(async () => {
    for (const bad of ["grace\u0000", "\u0000", "secret\u0000two", "grace\ud800", "\udfff"]) {
      assert.equal((await login({ username: bad, password })).status, 422);
      assert.equal((await login({ username, password: bad })).status, 422);
    }
    const form = "username=grace%00&password=secret%00two";
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    assert.equal((await sentinel.fetch("/login", { body: form, headers })).status, 422);
  });
  assert.deepEqual(rows, {});
});

test("T073 T096 POST /login accepts one name and one password, both strings", async () => {
  const thousand = Array.from({ length: 1000 }, (_, i) => `${password}${i || ""}`);
  const bodies: unknown[] = [
    { username, password: thousand },
    { username, password: [password] },
    { username, password: { $ne: "" } },
    { username: { $gt: "" }, password },
    { username: [username], password },
    { username: 1, password: true },
    { username, password: null },
    { username },
    { password },
    {},
    [{ username, password }],
    [{ username, password }, { username, password }],
    { requests: [{ username, password }] },
  ];
  const rows = await added(async () => {
    for (const json of bodies) {
      const response = await sentinel.fetch("/login", { json });
      assert.equal(response.status, 422, JSON.stringify(json).slice(0, 60));
    }
  });
  assert.deepEqual(rows, {});
});

test("T208 POST /login refuses a repeated parameter", async () => {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const forms = [
    `username=ada&username=grace&password=${encodeURIComponent(password)}`,
    `username=grace&password=x&password=${encodeURIComponent(password)}`,
    `username=grace&user%6eame=grace&password=${encodeURIComponent(password)}`,
    `username=grace&password=${encodeURIComponent(password)}&other=1&other=2`,
  ];
  const rows = await added(async () => {
    for (const body of forms) {
      const response = await sentinel.fetch("/login", { body, headers });
      assert.equal(response.status, 400);
      assert.equal((await response.json()).type, "/problems/repeated_parameter");
    }
  });
  assert.deepEqual(rows, {});
});

test("T074 POST /login treats SQL as text, in every string and header", async () => {
  const corpus = ["' OR 1=1--", "' OR '1'='1", "'; select pg_sleep(5)--", 'grace"--', "grace'/*", "\\' or 1=1#", "$1"];
  for (const sql of corpus) {
    const rows = await added(async () => {
      const answers = [
        await login({ username: sql, password }),
        await login({ username: `${sql}@example.com`, password }),
        await login({ username, password: sql }),
        await login({ username, password: "not hers" }, { headers: { "user-agent": sql, "x-request-id": sql } }),
      ];
      for (const answer of answers) assert.equal(answer.status, 401, sql);
    });
    assert.deepEqual(rows, { audit_events: 4 });
  }
});

const meanwhile: [what: string, name: string, deed: (name: string) => Promise<unknown>][] = [
  [
    "the password is changed",
    "changed.meanwhile",
    (name) => sentinel.users.setPassword(name, "the new one"),
  ],
  ["the account is disabled", "disabled.meanwhile", (name) => sentinel.users.setDisabled(name, true)],
  [
    "the account is deleted",
    "deleted.meanwhile",
    (name) => sentinel.db.query("delete_user", "delete from users where username = $1", [name]),
  ],
];

for (const [what, name, deed] of meanwhile) {
  test(`login starts no session when ${what} after the password was verified`, async () => {
    const { id, username, password } = await person(name);
    const racing = loginsWith(sentinel, {
      async verify(given, stored) {
        const matches = await sentinel.passwords.verify(given, stored);
        await deed(username);
        return matches;
      },
    });
    await assert.rejects(racing.login({ username, password }, localClient), { code: "invalid_credentials" });
    assert.deepEqual(await sessionsOf(id), []);
    assert.equal((await lastFailure())!.subject_id, id);
  });
}

test("T088 login delays every failure for the minimum time, after it is recorded, and no success", async () => {
  const { username: disabled, password: right } = await person("withheld");
  await sentinel.users.setDisabled(disabled, true);
  const withheld: { fromMs: number; rows: Record<string, number> }[] = [];
  let nowMs = 0;
  let release = Promise.withResolvers<void>();
  let reached = Promise.withResolvers<void>();
  const logins = loginsWith(sentinel, {
    async verify(given, stored, how) {
      nowMs = 1_000; // 900 ms of them waiting for a slot
      return await sentinel.passwords.verify(given, stored, how).finally(() => nowMs = 1_100);
    },
    async waitOutMinimumFailure(fromMs) {
      withheld.push({ fromMs, rows: await rowCounts(sentinel) });
      reached.resolve();
      await release.promise;
    },
  }, { monotonic: () => nowMs });
  const refused = [
    { username: "never.seen", password },
    { username, password: "not hers" },
    { username: disabled, password: right },
  ];
  for (const credentials of refused) {
    [release, reached] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const before = await rowCounts(sentinel);
    let answered = false;
    nowMs = 100;
    const attempt = logins.login(credentials, localClient).finally(() => answered = true);
    attempt.catch(() => {});
    await reached.promise;
    assert.equal(answered, false);
    assert.deepEqual(withheld.at(-1), {
      fromMs: 1_000,
      rows: { ...before, audit_events: before.audit_events! + 1 },
    });
    release.resolve();
    await assert.rejects(attempt, { code: "invalid_credentials" });
  }
  assert.equal(withheld.length, 3);
  await logins.login({ username, password }, localClient);
  assert.equal(withheld.length, 3);
});

testOnPostgres(
  "T102 a full hash queue is answered at once by 503 with Retry-After, and nothing has changed",
  async () => {
    await using busy = await startSentinel({
      settings: { SENTINEL_HASH_CONCURRENCY: "1", SENTINEL_HASH_QUEUE_MAX: "1" },
    });
    const { access_token } = await busy.login("grace");
    // A hash that takes seconds in the only slot, and one that waits. They end with the server.
    const dear = dummyHash("$2$16");
    for (let i = 0; i < 2; i++) busy.passwords.verify("anything", dear).catch(() => {});
    const rows = await added(async () => {
      const newcomer = { username: "late", email: "late@example.com", password: "a long enough password" };
      const asked: [path: string, json: Record<string, string>][] = [
        ["/login", { username, password }],
        ["/login", { username, password: "not hers" }],
        ["/login", { username: "never.seen", password }],
        ["/register", newcomer],
      ];
      for (const [path, json] of asked) {
        const response = await busy.fetch(path, { json });
        assert.equal(response.status, 503);
        assert.equal(response.headers.get("retry-after"), "1");
        assert.equal((await response.json()).type, "/problems/overloaded");
      }
      const me = await busy.fetch("/users/me", { headers: { authorization: `Bearer ${access_token}` } });
      assert.equal(me.status, 200);
    }, busy);
    assert.deepEqual(rows, {});
    const valueOf = await metrics(busy);
    assert.equal(valueOf(`sentinel_logins_total{outcome="overloaded"}`), 3);
    assert.equal(valueOf("sentinel_hash_rejected_total"), 4);
  },
);

testOnPostgres(
  "T102 more simultaneous logins than the hash queue holds are answered 200 or 503, and the queue does not grow",
  async () => {
    await using small = await startSentinel({
      settings: { SENTINEL_HASH_CONCURRENCY: "1", SENTINEL_HASH_QUEUE_MAX: "4" },
    });
    await small.settled("grace");
    const statuses: number[] = [];
    const rows = await added(async () => {
      const answers = await Promise.all(
        Array.from({ length: 40 }, () => small.fetch("/login", { json: { username, password } })),
      );
      statuses.push(...answers.map(({ status }) => status));
    }, small);
    const letIn = statuses.filter((status) => status === 200).length;
    assert.ok(letIn >= 5, "whoever has a place is let in");
    assert.equal(statuses.filter((status) => status === 503).length, 40 - letIn);
    assert.deepEqual(rows, { sessions: letIn, audit_events: letIn });
  },
);

test("T223 clients that disconnect during a login leave no slot and no connection in use", async () => {
  const body = new URLSearchParams({ username, password }).toString();
  const lines = [
    "POST /login HTTP/1.1",
    "Content-Type: application/x-www-form-urlencoded",
    `Content-Length: ${body.length}`,
  ];
  const request = [...lines, "Host: localhost", "", body].join("\r\n");
  await using server = overSockets(sentinel.handle);
  const leave = async (sent: string) => {
    using socket = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
    await socket.write(new TextEncoder().encode(sent));
  };
  await Promise.all(Array.from({ length: 40 }, (_, i) => leave(request.slice(0, i % 2 === 0 ? undefined : -i))));
  // Each round waits behind those that disconnected.
  for (let round = 0; round < 100 && !await isIdle(); round++) await sentinel.login("grace");
  assert.ok(await isIdle(), "something is still running for nobody");
  assert.equal((await server.speak(lines, body))?.status, 200);
});

async function isIdle(): Promise<boolean> {
  const valueOf = await metrics();
  const { total, idle, waiting } = sentinel.db.stats();
  const scrapes = 1;
  return total === idle && waiting === 0 && valueOf("http_requests_in_flight") === scrapes &&
    valueOf("sentinel_hash_queue_running") === 0 && valueOf("sentinel_hash_queue_waiting") === 0;
}
