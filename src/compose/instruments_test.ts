import assert from "node:assert/strict";
import { metrics } from "../vocabulary/dictionary.ts";
import { createMetrics, type Metric } from "../platform/metrics.ts";
import { onPostgres } from "../testing/database.ts";
import { startSentinel, test, testOnPostgres } from "../testing/harness.ts";
import { newcomer, people } from "../testing/people/people.ts";
import { begun, refresh } from "../testing/people/sessions.ts";
import { until } from "../testing/servers/process.ts";
import { whenTrusted } from "../testing/traffic/traces.ts";

const sentinel = await startSentinel({
  settings: { SENTINEL_RATE_LIMIT: "on", SENTINEL_RATE_LIMIT_LOGIN_ACCOUNT: "2/900", SENTINEL_HASH_QUEUE_MAX: "7" },
});
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

/** The value of a series, as `name{label="value"}`. */
async function valueOf(series: string): Promise<number> {
  const text = await (await sentinel.fetch("/metrics")).text();
  const line = text.split("\n").find((line) => line.startsWith(`${series} `)) ?? assert.fail(series);
  return Number(line.slice(series.length + 1));
}

/** What the act adds to a series. */
async function added(series: string, act: () => Promise<unknown>): Promise<number> {
  const before = await valueOf(series);
  await act();
  return await valueOf(series) - before;
}

const { password } = people.grace;
const hash = await sentinel.passwords.hash(password);

/** Of a new user, as a change that succeeds leaves another password. */
const change = (current_password: string, new_password: string) => async () => {
  const { id } = await newcomer(sentinel, { roles: ["user"], hash });
  const { access_token } = await (await refresh(sentinel, await begun(sentinel, id))).json();
  const headers = { authorization: `Bearer ${access_token}` };
  return await sentinel.fetch("/users/me/password", {
    method: "PUT",
    json: { current_password, new_password },
    headers,
  });
};

const passwordChanges = [
  ["rejected", change(password, "password")],
  ["wrong_password", change("not hers at all", "compilers and their makers")],
  ["succeeded", change(password, "compilers and their makers")],
] as const;

for (const [outcome, act] of passwordChanges) {
  test(`PUT /users/me/password counts ${outcome} once`, async () => {
    assert.equal(await added(`sentinel_password_changes_total{outcome="${outcome}"}`, act), 1);
  });
}

test("GET /metrics counts who is turned away, by the limit that ran out", async () => {
  const guess = () => sentinel.fetch("/login", { form: { username: "ghost", password: "guess" } });
  const others = ["login_address", "register_address"].map((limit) => `sentinel_throttled_total{limit="${limit}"}`);
  const before = await Promise.all(others.map(valueOf));
  const account = 'sentinel_throttled_total{limit="login_account"}';
  assert.equal(await added(account, async () => [await guess(), await guess()]), 0);
  assert.equal(await added(account, () => guess()), 1);
  assert.deepEqual(await Promise.all(others.map(valueOf)), before);
});

test("GET /metrics counts each turn of a background job that fails, and only those of that job", async () => {
  const seals = 'sentinel_job_failures_total{name="audit seal"}';
  const others = ["audit checkpoint", "password schemes", "purge", "refunds"];
  const failuresOfOthers = () =>
    Promise.all(others.map((name) => valueOf(`sentinel_job_failures_total{name="${name}"}`)));
  const before = [await valueOf(seals), await failuresOfOthers()];
  await sentinel.db.query("hide", "alter table audit_events rename to hidden");
  await until("two turns have failed", async () => await valueOf(seals) >= 2);
  await sentinel.db.query("show", "alter table hidden rename to audit_events");
  assert.deepEqual([before, await failuresOfOthers()], [[0, [0, 0, 0, 0]], [0, 0, 0, 0]]);
});

test("GET /metrics has every operation's success and failures before anybody has asked for it", async () => {
  const text = await (await sentinel.fetch("/metrics")).text();
  for (const { method, path, success } of sentinel.app.operations) {
    for (const status of [success.status, 500, 503]) {
      const labels = `method="${method.toUpperCase()}",route="${path}",status="${status}"`;
      assert.match(
        text,
        new RegExp(`^http_requests_total\\{${RegExp.escape(labels)}\\} ${status < 500 ? "\\d+" : "0"}$`, "m"),
      );
    }
  }
  assert.ok(text.length < 600_000, `${text.length}`);
});

test("GET /metrics tells the limits that the dashboards draw, and what is stored where", async () => {
  assert.equal(await valueOf("sentinel_hash_queue_limit"), 7);
  assert.equal(await valueOf("sentinel_db_pool_limit"), onPostgres ? 10 : 1);
  assert.equal(await valueOf("sentinel_db_reachable"), 1);
  const [engine, feed] = onPostgres ? ["postgresql", "listen"] : ["embedded", "own"];
  assert.equal(await valueOf(`sentinel_store_info{engine="${engine}",change_feed="${feed}"}`), 1);
});

test("GET /metrics tells the age of the key that signs, which a rotation renews", async () => {
  const { db, keys } = sentinel;
  await db.query(
    "age_key",
    "update signing_keys set activated_at = now() - interval '100 days' where state = 'active'",
  );
  keys.forget();
  // Word of either change may still be on its way, and with it nothing is known until a key is asked for.
  const ageDays = async () => {
    await keys.ring();
    return Math.floor(await valueOf('sentinel_signing_key_age_seconds{alg="EdDSA"}') / 86_400);
  };
  await until("the key is 100 days old", async () => await ageDays() === 100);
  await keys.rotate({ force: true });
  await until("the key is new", async () => await ageDays() === 0);
});

testOnPostgres("GET /metrics tells when the change feed was last heard, and how long it took", async () => {
  await whenTrusted(sentinel);
  assert.ok(await valueOf("sentinel_change_feed_heartbeat_age_seconds") < 3);
  assert.ok(await valueOf("sentinel_revocation_latency_seconds_count") >= 1);
});

test("whatever has listed labels, or none, is there at zero before it happens, so that a first time is an increase", async () => {
  const text = await createMetrics(metrics).expose();
  for (const [name, { kind, labels = {} }] of Object.entries<Metric>(metrics)) {
    const series = Object.entries(labels).reduce(
      (rows, [label, values]) => rows.flatMap((row) => values.map((value) => [...row, `${label}="${value}"`])),
      [[]] as string[][],
    );
    for (const row of series) {
      const sample = kind === "histogram" ? `${name}_count` : name;
      assert.ok(text.includes(`\n${sample}${row.length > 0 ? `{${row.join(",")}}` : ""} 0\n`), `${name} ${row}`);
    }
  }
});
