import assert from "node:assert/strict";
import { type PostgresCluster, startPostgres } from "../src/testing/servers/postgres_cluster.ts";
import { type ServeProcess, startServe, until } from "../src/testing/servers/process.ts";
import { boards } from "./files.ts";
import { type Prometheus, promtool, startPrometheus } from "./prometheus_process.ts";

/** The rules' five minutes are fifteen seconds here, and their minute three. */
const times = 20;

const metricsToken = "the-scraper-and-nobody-else";
const ada = { username: "ada", email: "ada@example.com", password: "analytical engine no 1" };

const held = new AsyncDisposableStack();
const { postgres, sentinel, prometheus, send, access, refresh } = await begin();
const requests = again(100, () => sentinel.fetch("/users/me", { headers: { authorization: `Bearer ${access}` } }));
const logins = again(1_000, () => send("/login", ada));
held.defer(requests.stop);
held.defer(logins.stop);
Deno.test.afterAll(() => held.disposeAsync());

/** A test of what outlives it. */
function test(name: string, fn: () => Promise<void>) {
  Deno.test({ name, fn, sanitizeOps: false, sanitizeResources: false });
}

test("promtool takes the configuration, the rules and their tests", async () => {
  for (
    const args of [["check", "config", "prometheus.yml"], ["check", "rules", "rules/sentinel.yml"], [
      "test",
      "rules",
      "tests/alerts.yml",
    ]]
  ) {
    const { success, output } = await promtool(...args);
    assert.ok(success, output);
  }
});

test("Prometheus scrapes Sentinel with its token, and is refused without", async () => {
  const open = await sentinel.fetch("/metrics");
  await open.body?.cancel();
  assert.equal(open.status, 401);
  await until("the target is up", async () => (await prometheus.query('up{job="sentinel"}'))[0]?.value[1] === "1");
});

test("every rule is evaluated without an error", async () => {
  const evaluated = async () => (await prometheus.rules()).every(({ health }) => health !== "unknown");
  await until("all rules were evaluated", evaluated);
  const unsound = (await prometheus.rules()).filter(({ health, lastError }) => health !== "ok" || lastError);
  assert.deepEqual(unsound, []);
});

test("every recorded series has data", async () => {
  for (const { name } of (await prometheus.rules()).filter(({ name }) => name.includes(":"))) {
    await until(`${name} has data`, async () => hasData(await prometheus.query(name)));
  }
});

for (const { title, rows } of Object.values(boards)) {
  for (const { title: panel, queries } of rows.flatMap((row) => row.panels)) {
    test(`${title}: ${panel} has an answer to each of its queries`, async () => {
      for (const { expr } of queries) {
        const concrete = expr.replaceAll("$__rate_interval", "1m").replaceAll("$__range", "5m")
          .replaceAll("$instance", ".*").replaceAll("$environment", "development");
        await until(concrete, async () => hasData(await prometheus.query(concrete)));
      }
    });
  }
}

test("nothing is lit by honest traffic", async () => {
  assert.deepEqual(await prometheus.firing(), []);
  await logins.stop(); // from an attacker's address ada cannot log in either, which would look like more of it
});

test("an old refresh token that comes back lights SentinelRefreshReuse, and nothing else", async () => {
  const trade = async (refresh_token: string) => {
    const form = new URLSearchParams({ grant_type: "refresh_token", refresh_token });
    const response = await sentinel.fetch("/oauth/token", { method: "POST", body: form });
    return { status: response.status, body: await response.json() };
  };
  const { body: first } = await trade(refresh.token);
  const { body: second } = await trade(first.refresh_token);
  const headers = { authorization: `Bearer ${second.access_token}` };
  await until("the grace is over and the old token ends the session", async () => {
    await trade(refresh.token);
    return (await sentinel.fetch("/users/me", { headers })).status === 401;
  });
  assert.equal((await trade(second.refresh_token)).status, 400, "the session has ended");
  await lightsOnly("SentinelRefreshReuse");
  await out();
});

test("lists of names and passwords light SentinelCredentialStuffing, and nothing else", async () => {
  let attempts = 0;
  const attack = again(100, () => send("/login", { username: `leaked${attempts++}`, password: "hunter2" }));
  await lightsOnly("SentinelCredentialStuffing").finally(attack.stop);
  await out();
});

test("a killed database lights SentinelDatabaseDown, and nothing else", async () => {
  await postgres.stop("immediate");
  await lightsOnly("SentinelDatabaseDown", { seconds: 15 });
  await postgres.start();
  await out();
  for (let second = 0; second < 10; second++) {
    assert.deepEqual(await prometheus.firing(), [], "its consequences wake nobody afterwards");
    await turn(1_000);
  }
});

/** Fails unless the alert is lit, alone all the time, and goes on being so for some seconds. */
async function lightsOnly(name: string, { seconds = 3 } = {}) {
  const lit = new Set<string>();
  const look = async () => (await prometheus.firing()).forEach((each) => lit.add(each));
  await until(`${name} is lit`, async () => {
    await look();
    return lit.has(name);
  });
  for (let second = 0; second < seconds; second++) {
    await turn(1_000);
    await look();
  }
  assert.deepEqual([...lit], [name]);
}

async function out() {
  await until("no alert is lit", async () => (await prometheus.firing()).length === 0);
}

function hasData(samples: { value: [number, string] }[]): boolean {
  return samples.some(({ value: [, value] }) => value !== "NaN");
}

async function begin() {
  const postgres: PostgresCluster = held.use(await startPostgres());
  const sentinel: ServeProcess = held.use(
    await startServe({
      env: {
        DATABASE_URL: postgres.url(),
        SENTINEL_SECRET: new Uint8Array(32).fill(1).toBase64(),
        SENTINEL_METRICS_TOKEN: metricsToken,
        SENTINEL_RATE_LIMIT: "on",
        SENTINEL_REFRESH_GRACE_SECONDS: "1",
        SENTINEL_LOG_LEVEL: "error",
      },
    }),
  );
  const prometheus: Prometheus = held.use(
    await startPrometheus({ target: `127.0.0.1:${sentinel.port}`, token: metricsToken, times }),
  );
  await send("/register", ada);
  const { access_token: access } = await (await send("/login", ada)).json();
  const { refresh_token } = await (await send("/login", ada)).json();
  return { postgres, sentinel, prometheus, send, access, refresh: { token: refresh_token as string } };

  function send(path: string, body: unknown): Promise<Response> {
    const headers = { "content-type": "application/json" };
    return sentinel.fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  }
}

/** Asks again and again, with a pause after each answer, until stopped. */
function again(pauseMs: number, ask: () => Promise<Response>) {
  let stopped = false;
  const running = (async () => {
    while (!stopped) {
      await (await ask()).body?.cancel();
      await turn(pauseMs);
    }
  })();
  return {
    async stop() {
      stopped = true;
      await running;
    },
  };
}

function turn(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
