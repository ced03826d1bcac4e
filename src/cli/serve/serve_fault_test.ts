import assert from "node:assert/strict";
import { createHashing } from "../../platform/hashing/hashing.ts";
import { createCertificates } from "../../testing/servers/certificates.ts";
import { attemptsMax } from "../../testing/servers/connect_attempts.ts";
import { type Fault, startFaultProxy } from "../../testing/servers/fault_proxy.ts";
import { createLedger, isShed, type Ledger, whenServed } from "../../testing/traffic/ledger.ts";
import { clusterPassword, hasPostgres, startPostgres } from "../../testing/servers/postgres_cluster.ts";
import { type ServeProcess, startServe, until } from "../../testing/servers/process.ts";
import { roundsOr } from "../../testing/rounds.ts";
import {
  assertShedsInTime,
  assertSilent,
  createRefresher,
  createRoleChanger,
  drained,
  isReady,
  load,
  logIn,
  post,
  type Refresh,
  type RoleChanger,
  settle,
  statusOf,
} from "../../testing/traffic/serve_traffic.ts";
import { runCommand } from "../../testing/commands.ts";

const secret = Uint8Array.from({ length: 32 }, (_, i) => 7 + i).toBase64();
const schema = "sentinel";

const stack = new AsyncDisposableStack();
Deno.test.afterAll(() => stack.disposeAsync());
const postgres = hasPostgres ? stack.use(await startPostgres({ settings: { max_connections: 60 } })) : undefined!;
const proxy = hasPostgres
  ? stack.use(await startFaultProxy({ hostname: "127.0.0.1", port: postgres.port }))
  : undefined!;

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, fn, ignore: !hasPostgres, sanitizeOps: false, sanitizeResources: false });
}

/** A replica on the cluster, connected directly or through the proxy. */
const serveOn = (through: "server" | "proxy", env: Record<string, string> = {}, wait?: "ready" | "not") =>
  startServe({
    env: {
      DATABASE_URL: postgres.url(through === "proxy" ? proxy.port : undefined),
      SENTINEL_SECRET: secret,
      SENTINEL_PUBLIC_URL: "http://localhost:8000",
      SENTINEL_HASH_CONCURRENCY: "2",
      ...env,
    },
    ...(wait && { wait }),
  });

/** Runs a statement in Sentinel's schema. */
const sql = async <Row>(text: string, params?: unknown[]): Promise<Row[]> => {
  await using client = await postgres.session();
  await client.query(`set default_transaction_read_only to off; set search_path to ${schema}`);
  return (await client.query(text, params)).rows;
};

test("F01 serve waits for a database that is down, alive and not ready, and then starts by itself", async () => {
  await postgres.stop("fast");
  await using serve = await serveOn("server", {}, "not");
  await until("it listens", async () => await statusOf(serve, "/livez").catch(() => 0) === 200);
  await until("it has looked for the database", () => serve.output().includes("waiting for the database"));
  assert.equal(await statusOf(serve, "/readyz"), 503);
  assert.equal(await statusOf(serve, "/.well-known/jwks.json"), 503);
  assert.equal(await statusOf(serve, "/livez"), 200);
  await postgres.start();
  await isReady(serve);
  const ledger = createLedger();
  await settle(serve, ledger);
  await ledger.check({ ask: serve.fetch, sql });
  assertSilent(serve);
});

test("F01 serve ends after SENTINEL_DB_WAIT_SECONDS with 1, and at once when it is stopped", async () => {
  await proxy.set({ kind: "refuse" });
  await using impatient = await serveOn("proxy", { SENTINEL_DB_WAIT_SECONDS: "1" }, "not");
  assert.deepEqual(await impatient.exit, { code: 1, signal: null });
  assert.match(impatient.output(), /The database did not answer within 1 s\./);
  assertSilent(impatient);

  await using patient = await serveOn("proxy", { SENTINEL_DB_WAIT_SECONDS: "3600" }, "not");
  await until("it waits", () => patient.output().includes("waiting for the database"));
  patient.signal("SIGTERM");
  assert.deepEqual(await patient.exit, { code: 0, signal: null });
  await proxy.set({ kind: "pass" });
});

test("F02 serve ends at once, without printing a password, when waiting for the database cannot help", async () => {
  const canary = "wrong-canary-71f3";
  const refusals = {
    "wrong password": { url: postgres.url(undefined, { password: canary }), says: /user or the password/ },
    "no password": { url: postgres.url().replace(/:[^:@]*@/, "@"), says: /requires a password/ },
    "unknown user": { url: postgres.url().replace("sentinel:", "stranger:"), says: /user or the password/ },
    "unknown database": { url: postgres.url(undefined, { database: "nowhere" }), says: /does not exist/ },
    "TLS where there is none": { url: `${postgres.url()}?sslmode=verify-full`, says: /does not support TLS/ },
  };
  for (const [what, { url, says }] of Object.entries(refusals)) {
    await using serve = await serveOn("server", { DATABASE_URL: url }, "not");
    assert.deepEqual(await serve.exit, { code: 78, signal: null }, what);
    assert.match(serve.output(), says, what);
    assert.doesNotMatch(serve.output(), /waiting for the database/, what);
    assert.ok(!serve.output().includes(canary), what);
    assertSilent(serve);
  }
});

test("F02 serve with TLS verifies the database, and otherwise ends at once and says what to do", async () => {
  await using folders = new AsyncDisposableStack();
  const certificates = async (name: string) => {
    const folder = await Deno.makeTempDir({ prefix: "sentinel-tls-" });
    folders.defer(() => Deno.remove(folder, { recursive: true }));
    return await createCertificates(folder, name);
  };
  const [own, strange] = [await certificates("IP:127.0.0.1"), await certificates("IP:127.0.0.1")];
  await using secured = await startPostgres({ tls: own });
  const url = (query: string) => `${secured.url()}?sslmode=verify-full${query}`;

  await using serve = await serveOn("server", { DATABASE_URL: url(`&sslrootcert=${own.ca}`) });
  const [row] = await secured.sql<{ plain: number }>(
    `select count(*) filter (where not ssl)::int as plain from pg_stat_ssl join pg_stat_activity using (pid)
     where usename = 'sentinel'`,
  );
  assert.equal(row!.plain, 0);
  assertSilent(serve);

  const vouch = /certificate of an unknown CA: name the file .*sslrootcert=.* \(UNABLE_TO_/;
  const refusals = {
    "another CA": { query: `&sslrootcert=${strange.ca}`, says: vouch, code: 78 },
    "no CA": { query: "", says: vouch, code: 78 },
    "another host": {
      query: `&sslrootcert=${own.ca}&host=localhost`,
      says: /certificate for another host than the one in its URL/,
      code: 78,
    },
    "a file that is not there": {
      query: `&sslrootcert=${own.ca}.not`,
      says: /DATABASE_URL names a file in sslrootcert that cannot be read \(NotFound\); Sentinel may read/,
      code: 78,
    },
  };
  for (const [what, { query, says, code }] of Object.entries(refusals)) {
    const DATABASE_URL = url(query);
    await using refused = await serveOn("server", { DATABASE_URL }, "not");
    assert.deepEqual(await refused.exit, { code, signal: null }, what);
    assert.match(refused.output(), says, what);
    assert.doesNotMatch(refused.output(), /waiting for the database/, what);
    assertSilent(refused);
    const env = { DATABASE_URL, SENTINEL_SECRET: secret, SENTINEL_PUBLIC_URL: "http://localhost:8000" };
    const command = await runCommand(["user", "list"], { env });
    assert.deepEqual([command.code, command.out, command.err.length], [code, [], 1], what);
    assert.match(command.err[0]!, says, what);
  }
});

test("F03 a crash of the database during registrations causes 503 and loses nothing acknowledged", async () => {
  await using serve = await serveOn("server");
  const ledger = createLedger();
  let stopped = false;
  const traffic = load(16, () => ledger.register(serve.fetch), () => stopped);
  for (let crash = 0; crash < 3; crash++) {
    const goal = ledger.acknowledged().length + 20;
    await until("registrations go through", () => ledger.acknowledged().length >= goal);
    await postgres.stop("immediate");
    const refused = ledger.shed() + 20;
    await until("registrations are refused", () => ledger.shed() >= refused);
    assert.equal(await statusOf(serve, "/livez"), 200);
    await postgres.start();
  }
  const goal = ledger.acknowledged().length + 20;
  await until("registrations go through again", () => ledger.acknowledged().length >= goal);
  stopped = true;
  await traffic;
  console.log(ledger.statuses());
  assertServedOrShed(ledger);
  await ledger.check({ ask: serve.fetch, sql });
  assert.equal(serve.isOver(), false);
  assertSilent(serve);
});

test("F61 clients that retry three times at once while the database is down do not prevent service after it", async () => {
  await using serve = await serveOn("server");
  const ledger = createLedger();
  let stopped = false;
  const impatient = async () => {
    if (await ledger.register(serve.fetch) === 201) return;
    await Promise.all([1, 2, 3].map(() => ledger.register(serve.fetch)));
  };
  const storm = load(16, impatient, () => stopped);
  await until("registrations go through", () => ledger.acknowledged().length >= 20);
  await postgres.stop("immediate");
  const refused = ledger.shed() + 200;
  await until("the storm is on", () => ledger.shed() >= refused);
  await postgres.start();
  const goal = ledger.acknowledged().length + 50;
  await until("it is over while they still try", () => ledger.acknowledged().length >= goal);
  stopped = true;
  await storm;
  const calm = createLedger();
  for (let person = 0; person < 20; person++) {
    assert.equal(await whenServed(() => calm.register(serve.fetch)), 201);
  }
  assertServedOrShed(ledger);
  await ledger.check({ ask: serve.fetch, sql });
  assertSilent(serve);
});

test("F04 a registration whose connection is cut after any byte is complete or absent", async () => {
  await using serve = await serveOn("proxy", { SENTINEL_CHANGE_FEED: "ttl" });
  const ledger = createLedger();
  for (const [to, last] of [["server", 2_600], ["client", 900]] as const) {
    for (let bytes = 1; bytes <= last; bytes += 37) {
      await isReady(serve);
      await proxy.set({ kind: "cut", bytes, to, by: bytes % 2 ? "reset" : "close" });
      await ledger.register(serve.fetch);
      await proxy.set({ kind: "pass" });
    }
  }
  console.log(ledger.statuses());
  assertServedOrShed(ledger);
  await isReady(serve);
  await ledger.check({ ask: serve.fetch, sql });
  assertSilent(serve);
});

test("F07 T224 with a database that never answers, requests that need it are 503 and others are served", async () => {
  await using serve = await serveOn("proxy");
  const ledger = createLedger();
  await settle(serve, ledger);
  await proxy.set({ kind: "mute" });
  const asked = await Promise.all([
    ledger.register(serve.fetch),
    ledger.login(serve.fetch, ledger.acknowledged()[0]!),
    statusOf(serve, "/readyz"),
  ]);
  assert.deepEqual(asked, [503, 503, 503]);
  const alive = await Promise.all(Array.from({ length: 500 }, () => statusOf(serve, "/livez")));
  assert.deepEqual(new Set(alive), new Set([200]));
  await proxy.set({ kind: "pass" });
  await isReady(serve);
  await ledger.check({ ask: serve.fetch, sql });
  assertSilent(serve);
});

test("F07 a database frozen by SIGSTOP causes 503, a known token works while the cache is valid, and the server recovers", async () => {
  await using serve = await serveOn("server");
  const ledger = createLedger();
  const person = await settle(serve, ledger);
  await until("memory is trusted", async () => await serve.metric("sentinel_change_feed_trusted") === 1);
  assert.equal(await person.me(), 200);
  const unseen = { authorization: `Bearer ${(await logIn(serve, person)).access_token}` }; // not read yet
  const before = serve.descriptors();
  const knownToken = async () => {
    const [status, lost] = [await person.me(), serve.output().includes("change feed lost")];
    assert.ok(status === 200 || status === 503 && lost, `${status}`);
  };
  await postgres.stall();
  await knownToken();
  const known = knownToken();
  const asked = await Promise.all([
    ...Array.from({ length: 8 }, () => ledger.register(serve.fetch)),
    ledger.login(serve.fetch, person),
    assertShedsInTime(() => serve.fetch("/users/me", { headers: unseen })),
    assertShedsInTime(() => serve.fetch("/readyz")),
  ]);
  assert.ok(asked.every(isShed), `${asked}`);
  await known;
  // No access is granted on stale data: without the change feed the caches expire.
  await until("memory is no longer trusted", async () => await person.me() === 503);
  await postgres.resume();
  await until("it heals", async () => await person.me() === 200);
  await isReady(serve);
  await ledger.check({ ask: serve.fetch, sql });
  const after = serve.descriptors();
  assert.ok(after <= before + 12, `I10: ${before} descriptors before, ${after} after`);
  assertSilent(serve);
});

test("F08 over a slow network requests are answered or refused, and no change is incomplete", async () => {
  await using serve = await serveOn("proxy");
  const ledger = createLedger();
  await proxy.set({ kind: "delay", ms: 50, jitterMs: 25 });
  for (let turn = 0; turn < 4; turn++) {
    await Promise.all(Array.from({ length: 10 }, () => ledger.register(serve.fetch)));
  }
  await proxy.set({ kind: "pass" });
  console.log(ledger.statuses());
  assert.ok(ledger.acknowledged().length > 0);
  await isReady(serve);
  await ledger.check({ ask: serve.fetch, sql });
  assertSilent(serve);
});

test(
  "F10 with every connection slot taken new work is 503, the existing pool serves on, and few attempts are made",
  async () => {
    await using serve = await serveOn("server");
    const ledger = createLedger();
    const person = await settle(serve, ledger);
    await using idlers = new AsyncDisposableStack();
    await postgres.takePlaces(idlers);
    await Promise.all(Array.from({ length: 20 }, () => ledger.register(serve.fetch)));
    const served = ledger.statuses()[201]!;
    assert.ok(served > 1, "the connections that live serve");
    assert.equal(await person.me(), 200);
    // An administrator has ended all connections, and other clients are quicker to take the slots.
    idlers.defer(async () => void await sql("alter role sentinel connection limit -1"));
    await sql("alter role sentinel connection limit 0");
    const [attemptsBefore, startedAt] = [attempts(serve), performance.now()];
    await sql("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'sentinel'");
    let refusals = 0;
    await load(16, async () => {
      if (await statusOf(serve, "/readyz") === 503) refusals++;
    }, () => refusals >= 2_000);
    const [made, most] = [attempts(serve) - attemptsBefore, attemptsMax(10, (performance.now() - startedAt) / 1000)];
    console.log({ refusals, attempts: made });
    assert.ok(made <= most, `${made} attempts for ${refusals} requests, of ${most} at most`);
    await idlers.disposeAsync();
    await isReady(serve);
    await ledger.check({ ask: serve.fetch, sql });
    assertSilent(serve);
  },
);

/** How often its pool has asked the database for a connection in vain. */
const attempts = (serve: ServeProcess) => serve.output().split('"msg":"no database connection"').length - 1;

test("F11 logins of a user whose row is locked do not block other users", async () => {
  await using serve = await serveOn("server");
  const ledger = createLedger();
  const locked = await settle(serve, ledger);
  const other = await settle(serve, ledger);
  await using locker = await postgres.session();
  await locker.query("begin");
  await locker.query(`select from ${schema}.users where id = $1 for update`, [locked.user_id]);
  const stuck = Promise.all(Array.from({ length: 100 }, () => ledger.login(serve.fetch, locked)));
  const forLock = "select from pg_stat_activity where wait_event_type = 'Lock' and query like '%for no key update'";
  const waiting = async () => (await postgres.sql(forLock)).length;
  await until("one waits for the lock", async () => await waiting() > 0);
  for (let turn = 0; turn < 10; turn++) {
    assert.deepEqual([await other.me(), await whenServed(() => ledger.login(serve.fetch, other))], [200, 200]);
    assert.ok(await waiting() <= 1, "one connection at most waits for the lock");
  }
  assert.deepEqual(new Set(await stuck), new Set([503]));
  await locker.query("rollback");
  assert.equal(await whenServed(() => ledger.login(serve.fetch, locked)), 200);
  await ledger.check({ ask: serve.fetch, sql });
  assertSilent(serve);
});

test("F14 on a read-only database writes are 503, no change is incomplete, and the server recovers", async () => {
  await using serve = await serveOn("server", { SENTINEL_REFRESH_GRACE_SECONDS: "0" }); // a refresh token works once
  const ledger = createLedger();
  const person = await settle(serve, ledger);
  const refresh = await createRefresher(serve, person);
  assert.equal(await refresh(serve), 200);
  const sessions = () => sql("select * from sessions where user_id = $1 order by id", [person.user_id]);
  const before = await sessions();
  const readOnly = async (state: "on" | "off") => {
    await sql(`alter database sentinel set default_transaction_read_only to ${state}`);
    await sql("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'sentinel'");
  };
  await readOnly("on");
  await isReady(serve);
  const asked = [await ledger.register(serve.fetch), await ledger.login(serve.fetch, person)];
  assert.deepEqual(asked, [503, 503]);
  assert.deepEqual([await refresh(serve), await refresh(serve)], [503, 503]);
  assert.deepEqual(await sessions(), before);
  assert.equal(await statusOf(serve, "/.well-known/jwks.json"), 200);
  assert.equal(await person.me(), 200);
  // Open sessions would stay read-only, so their connections are closed, as after a failover.
  await sql("alter database sentinel set default_transaction_read_only to off");
  await until("it heals", async () => await ledger.register(serve.fetch) === 201);
  await until("refreshes go on", async () => await refresh(serve) === 200);
  await ledger.check({ ask: serve.fetch, sql });
  assertSilent(serve);
});

/** Makes the statement of every registration that inserts the user raise what `raise` says. */
async function refuseUsers(raise: string): Promise<void> {
  await sql(
    `create or replace function ${schema}.refuse_users() returns trigger language plpgsql as $$ begin ${raise} end $$`,
  );
  await sql(
    `create or replace trigger refuse_users before insert on users for each row execute function ${schema}.refuse_users()`,
  );
}

test("F15 registrations with serialization failures are repeated a few times", async () => {
  await using serve = await serveOn("server");
  const ledger = createLedger();
  await sql(`create sequence tries`);
  await sql(`grant usage on sequence tries to sentinel`);
  for (const state of ["40001", "40P01"]) {
    await refuseUsers(`if nextval('${schema}.tries') % 3 <> 0 then raise sqlstate '${state}'; end if; return new;`);
    assert.equal(await ledger.register(serve.fetch), 201);
    await refuseUsers(`perform nextval('${schema}.tries'); raise sqlstate '${state}';`);
    const [before] = await sql<{ n: string }>("select last_value as n from tries");
    assert.equal(await ledger.register(serve.fetch), 503);
    const [after] = await sql<{ n: string }>("select last_value as n from tries");
    assert.equal(Number(after!.n) - Number(before!.n), 4);
    await sql("select setval('tries', 3)");
  }
  await sql("drop trigger refuse_users on users; drop sequence tries");
  await ledger.check({ ask: serve.fetch, sql });
  assertSilent(serve);
});

test(
  "F04 F17 150 rounds of pg_terminate_backend under 16 callers of serve: every caller gets an answer, and serve survives",
  async () => {
    await using serve = await serveOn("server", { SENTINEL_REFRESH_GRACE_SECONDS: "60" });
    const ledger = createLedger();
    const person = await settle(serve, ledger);
    await using admin = await postgres.session();
    const terminate = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'sentinel'";
    const refreshes = await Promise.all(Array.from({ length: 12 }, () => createRefresher(serve, person)));
    const refreshed: Record<number, number> = {};
    let [answered, stopped] = [0, false];
    const callers = Promise.all([
      ...refreshes.map((refresh) =>
        load(1, async () => {
          const status = await refresh(serve);
          assert.ok(status, "a request that nobody answered");
          refreshed[status] = (refreshed[status] ?? 0) + 1;
          answered++;
        }, () => stopped)
      ),
      load(4, async () => {
        assert.ok(await ledger.register(serve.fetch), "a request that nobody answered");
        answered++;
      }, () => stopped),
    ]);
    for (let round = 0; round < 150; round++) {
      const goal = answered + 8;
      await until("callers are answered", () => answered >= goal);
      await admin.query(terminate);
    }
    stopped = true;
    await callers;
    await isReady(serve);
    for (const refresh of refreshes) assert.equal(await refresh(serve), 200);
    console.log({ answered, refreshed, registered: ledger.statuses() });
    assert.ok(refreshed[200] && refreshed[503] && ledger.statuses()[201], "some were served, and some refused");
    assert.equal(serve.isOver(), false);
    await ledger.check({ ask: serve.fetch, sql });
    assertSilent(serve);
  },
);

test("F17 cancelled statements during registrations leave nothing incomplete", async () => {
  await using serve = await serveOn("server");
  const ledger = createLedger();
  await using admin = await postgres.session();
  await load(8, async () => {
    await ledger.register(serve.fetch);
    await admin.query(
      "select pg_cancel_backend(pid) from pg_stat_activity where application_name = 'sentinel' and state <> 'idle'",
    );
  }, () => ledger.acknowledged().length >= 60);
  console.log(ledger.statuses());
  await ledger.check({ ask: serve.fetch, sql });
  assertSilent(serve);
});

test("T223 clients that disconnect during a login leave nothing behind", async () => {
  await using serve = await serveOn("server");
  const ledger = createLedger();
  const { username, password } = await settle(serve, ledger);
  const body = JSON.stringify({ username, password });
  const head =
    `POST /login HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
  await load(32, async () => {
    using socket = await Deno.connect({ hostname: "127.0.0.1", port: serve.port });
    await socket.write(new TextEncoder().encode(head + body));
  }, countdown(1_000));
  await until(
    "pool and queue are idle",
    async () =>
      await serve.metric("sentinel_hash_queue_running") + await serve.metric("sentinel_hash_queue_waiting") +
          await serve.metric('sentinel_db_pool_connections{state="in_use"}') +
          await serve.metric("sentinel_db_pool_waiting") === 0,
  );
  await ledger.check({ ask: serve.fetch, sql });
  assertSilent(serve);
});

/** True from the call number `turns` on. */
function countdown(turns: number): () => boolean {
  return () => turns-- <= 0;
}

test(
  "a revocation elsewhere is noticed even if the change feed is silent, and the caches become valid again",
  async () => {
    await using serve = await serveOn("proxy");
    const ledger = createLedger();
    const trusted = () => serve.metric("sentinel_change_feed_trusted");
    const [revoked, kept] = [await settle(serve, ledger), await settle(serve, ledger)];
    await until("memory is trusted", async () => await trusted() === 1);
    assert.deepEqual([await revoked.me(), await kept.me()], [200, 200]);
    const muted: Fault = { kind: "mute" };
    const listeners = proxy.links().filter(({ said }) => said.includes('listen "'));
    assert.equal(listeners.length, 1);
    listeners[0]!.fault = muted;
    await sql("update sessions set revoked_at = now() where user_id = $1", [revoked.user_id]);
    const [seen, lost] = [await revoked.me(), serve.output().includes("change feed lost")];
    assert.ok(seen === 200 || lost, "the feed has told it");
    await until("trust is lost", async () => await trusted() === 0);
    await until("the revocation is seen", async () => await revoked.me() === 401);
    assert.equal(await kept.me(), 200);
    await until("trust is back", async () => await trusted() === 1);
    assert.deepEqual([await revoked.me(), await kept.me()], [401, 200]);
    await sql("update sessions set revoked_at = now() where user_id = $1", [kept.user_id]);
    await until("the next revocation is heard", async () => await kept.me() === 401);
    assertSilent(serve);
  },
);

test("T295 whatever SQLSTATE the database answers with, none of its text is shown", async () => {
  await using serve = await serveOn("server");
  const ledger = createLedger();
  const words = "canary_words_of_the_driver";
  const raise = (state: string) =>
    `raise exception '${words}' using errcode = '${state}', constraint = '${words}', table = '${words}', detail = '${words}', hint = '${words}', column = '${words}', schema = '${words}';`;
  const answers: Record<string, string[]> = {};
  for (const state of sqlStates) {
    await refuseUsers(raise(state));
    const response = await post(serve, "/register", {
      username: "somebody",
      email: "somebody@example.com",
      password: "a long enough password",
    });
    const text = await response.text();
    const said = [text, ...[...response.headers].map(([name, value]) => `${name}: ${value}`)].join("\n");
    for (const word of [words, "somebody", state, "users", "users_email_key", "insert", "PL/pgSQL", "refuse_users"]) {
      assert.ok(!said.includes(word), `${state}: ${word} in ${said}`);
    }
    const { type, status } = JSON.parse(text);
    assert.equal(status, response.status, state);
    (answers[`${status} ${type}`] ??= []).push(state);
    if (status === 503) assert.ok(response.headers.has("retry-after"), state);
  }
  console.log(answers);
  await sql("drop trigger refuse_users on users");
  assert.equal(await whenServed(() => ledger.register(serve.fetch)), 201);
  await ledger.check({ ask: serve.fetch, sql });
});

/** Some requests were served and some shed, and nothing else was answered. */
function assertServedOrShed(ledger: Ledger): void {
  const { 201: served = 0, 503: shed = 0, ...others } = ledger.statuses();
  assert.ok(served > 0 && shed > 0, `${served} served, ${shed} shed`);
  assert.deepEqual(Object.keys(others).filter((status) => status !== "429"), []);
}

const kills = roundsOr(8);

test(`F23 kill -9 ${kills} times during registrations, rotations and role changes loses none acknowledged`, async () => {
  const ledger = createLedger();
  const env = {
    SENTINEL_REFRESH_GRACE_SECONDS: "60",
    SENTINEL_ADMIN_USERNAME: "warden",
    SENTINEL_ADMIN_EMAIL: "warden@example.com",
    SENTINEL_ADMIN_PASSWORD: clusterPassword,
  };
  const refreshes: Refresh[] = [];
  let changer: RoleChanger | undefined;
  for (let kill = 0; kill < kills; kill++) {
    await using serve = await serveOn("server", env);
    if (!changer) {
      const person = await settle(serve, ledger);
      for (let client = 0; client < 4; client++) refreshes.push(await createRefresher(serve, person));
      changer = await createRoleChanger(serve, { username: "warden", password: clusterPassword }, person.user_id);
    }
    let sent = 0;
    const isEnough = () => sent >= 40;
    await Promise.all([
      ...refreshes.map((refresh) => load(1, () => refresh(serve), isEnough)),
      load(1, () => changer!.change(serve), isEnough),
      load(12, async () => {
        if (++sent === 40) serve.signal("SIGKILL");
        await ledger.register(serve.fetch);
      }, isEnough),
    ]);
    assert.equal((await serve.exit).signal, "SIGKILL");
  }
  await using serve = await serveOn("server", env);
  console.log({ kills, roleChanges: changer!.acknowledged(), ...ledger.statuses() });
  assert.ok(ledger.acknowledged().length > 0 && ledger.statuses().none! > 0 && changer!.acknowledged() > 0);
  for (const refresh of refreshes) assert.equal(await refresh(serve), 200);
  await changer!.check(sql);
  await ledger.check({ ask: serve.fetch, sql });
  assertSilent(serve);
});

/** A password, and a hash of it that takes seconds. */
const dear = { password: "worth the wait of seconds", hash: "" };

/** A login that is in flight while its hash is computed, which takes longer on a slow machine. */
async function loginInFlight(serve: ServeProcess, ledger: Ledger): Promise<{ answer: Promise<number | undefined> }> {
  await using hashing = createHashing({ concurrency: 1, queueMax: 0 });
  dear.hash ||= await hashing.hash({ kind: "bcrypt", cost: 15 }, dear.password);
  const { username, user_id } = await settle(serve, ledger);
  await sql("update users set password_hash = $2 where id = $1", [user_id, dear.hash]);
  const answer = ledger.login(serve.fetch, { username, password: dear.password });
  await until("it is being hashed", async () => await serve.metric("sentinel_hash_queue_running") === 1);
  return { answer };
}

/** Logins that wait in their transaction, one after another, as their user's row is locked until `release`. */
async function loginsAtLock(serve: ServeProcess, ledger: Ledger) {
  const person = await settle(serve, ledger);
  const locker = await postgres.session();
  await locker.query("begin");
  await locker.query(`select from ${schema}.users where id = $1 for update`, [person.user_id]);
  const answers: (number | undefined)[] = [];
  const logins = load(1, async () => void answers.push(await ledger.login(serve.fetch, person)), serve.isOver);
  await until(
    "a login waits for the lock",
    async () => (await postgres.sql("select from pg_stat_activity where wait_event_type = 'Lock'")).length > 0,
  );
  return { answers: logins.then(() => answers), release: () => locker.query("rollback").then(() => locker.end()) };
}

for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
  test(`F45 ${signal} lets a login in flight finish, and exits 0`, async () => {
    await using serve = await serveOn("server");
    const ledger = createLedger();
    const { answer } = await loginInFlight(serve, ledger);
    serve.signal(signal);
    await until("it accepts nobody any more", () => serve.fetch("/livez").then(drained).then(() => false, () => true));
    assert.equal(await answer, 200);
    assert.deepEqual(await serve.exit, { code: 0, signal: null });
    await ledger.checkRows(sql);
    assertSilent(serve);
  });
}

test("F45 two SIGTERM at once, as a supervisor and a parent send them, count as one", async () => {
  await using serve = await serveOn("server");
  const ledger = createLedger();
  const { answer } = await loginInFlight(serve, ledger);
  serve.signal("SIGTERM");
  serve.signal("SIGTERM");
  await until("it accepts nobody any more", () => serve.fetch("/livez").then(drained).then(() => false, () => true));
  assert.equal(await answer, 200);
  assert.deepEqual(await serve.exit, { code: 0, signal: null });
});

test("F45 a later SIGTERM ends serve while it drains", async () => {
  await using serve = await serveOn("server", { SENTINEL_DRAIN_SECONDS: "300" });
  await until("it has ended", () => {
    try {
      serve.signal("SIGTERM");
    } catch {
      return true; // the process has ended
    }
    return serve.isOver();
  });
  assert.deepEqual(await serve.exit, { code: 1, signal: null });
  assert.match(serve.output(), /"msg":"stopping"/);
});

test("F45 SIGPIPE does not end serve", async () => {
  await using serve = await serveOn("server");
  const ledger = createLedger();
  const { answer } = await loginInFlight(serve, ledger);
  serve.signal("SIGPIPE");
  assert.equal(await statusOf(serve, "/readyz"), 200);
  assert.equal(await answer, 200);
  serve.signal("SIGTERM");
  assert.deepEqual(await serve.exit, { code: 0, signal: null });
});

test("F45 a second signal ends serve at once, and what it had not acknowledged is complete or absent", async () => {
  await using serve = await serveOn("server", { SENTINEL_DRAIN_SECONDS: "300" });
  const ledger = createLedger();
  const { answers, release } = await loginsAtLock(serve, ledger);
  serve.signal("SIGTERM");
  await until("it drains", () => serve.output().includes("stopping"));
  serve.signal("SIGINT");
  assert.deepEqual(await serve.exit, { code: 1, signal: null });
  assert.ok(!(await answers).includes(200));
  await release();
  await ledger.checkRows(sql);
});

/** Every class of PostgreSQL Appendix A in which a statement may end, and the codes that Sentinel distinguishes. */
const sqlStates = [
  ...["03000", "08000", "08003", "08006", "08P01", "09000", "0A000", "0B000", "0F000", "0L000", "0P000", "0Z000"],
  ...["20000", "21000", "22000", "22001", "22003", "22012", "22021", "22023", "22P02", "22P05"],
  ...["23000", "23001", "23502", "23503", "23505", "23514", "23P01", "24000", "25000", "25006", "25P02", "26000"],
  ...["27000", "28000", "28P01", "2B000", "2D000", "2F000", "34000", "38000", "39000", "3B000", "3D000", "3F000"],
  ...["40000", "40001", "40002", "40003", "40P01", "42501", "42601", "42703", "42P01", "44000"],
  ...["53000", "53100", "53200", "53300", "54000", "54001", "55000", "55006", "55P03", "57000", "57014", "57P01"],
  ...["57P02", "57P03", "57P05", "58000", "58030", "72000", "F0000", "HV000", "P0001", "P0002", "P0004", "XX000"],
  ...["XX001", "XX002", "ZZZZZ"],
];
