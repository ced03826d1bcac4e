import assert from "node:assert/strict";
import { type PostgresCluster, startPostgres } from "../src/testing/servers/postgres_cluster.ts";
import { type ServeProcess, startServe, until } from "../src/testing/servers/process.ts";
import { boards } from "./files.ts";
import { type Prometheus, startPrometheus } from "./prometheus_process.ts";

/** Five minutes of the rules are fifteen seconds here. */
const times = 20;

const metricsToken = "the-token-of-the-scraper";
const ada = { username: "ada", email: "ada@example.com", password: "analytical engine no 1" };

const held = new AsyncDisposableStack();
const { postgres, sentinel, prometheus, send, access, refresh } = await begin();
const requests = repeat(100, () => sentinel.fetch("/users/me", { headers: { authorization: `Bearer ${access}` } }));
const logins = repeat(1_000, () => send("/login", ada));
held.defer(requests.stop);
held.defer(logins.stop);
Deno.test.afterAll(() => held.disposeAsync());

/** A test that shares the processes of this file, which outlive it. */
function test(name: string, fn: () => Promise<void>) {
  Deno.test({ name, fn, sanitizeOps: false, sanitizeResources: false });
}

test("Prometheus scrapes Sentinel with the token, and GET /metrics without it is refused", async () => {
  const open = await sentinel.fetch("/metrics");
  await open.body?.cancel();
  assert.equal(open.status, 401);
  await until("the target is up", async () => (await prometheus.query('up{job="sentinel"}'))[0]?.value[1] === "1");
});

test("every rule is evaluated without an error", async () => {
  const evaluated = async () => (await prometheus.rules()).every(({ health }) => health !== "unknown");
  await until("all rules were evaluated", evaluated);
  const failed = (await prometheus.rules()).filter(({ health, lastError }) => health !== "ok" || lastError);
  assert.deepEqual(failed, []);
});

test("every recorded series has data", async () => {
  for (const { name } of (await prometheus.rules()).filter(({ name }) => name.includes(":"))) {
    await until(`${name} has data`, async () => hasData(await prometheus.query(name)));
  }
});

for (const { title, rows } of Object.values(boards)) {
  for (const { title: panel, queries } of rows.flatMap((row) => row.panels)) {
    test(`${title}: every query of "${panel}" has data`, async () => {
      for (const { expr } of queries) {
        const concrete = expr.replaceAll("$__rate_interval", "1m").replaceAll("$__range", "5m")
          .replaceAll("$instance", ".*").replaceAll("$environment", "development");
        await until(concrete, async () => hasData(await prometheus.query(concrete)));
      }
    });
  }
}

test("no alert fires on honest traffic", async () => {
  assert.deepEqual(await prometheus.firing(), []);
  await logins.stop(); // The limit of the attacker's address would refuse ada too, and count as an attack.
});

test("an old refresh token triggers SentinelRefreshReuse alone", async () => {
  const exchange = async (refresh_token: string) => {
    const form = new URLSearchParams({ grant_type: "refresh_token", refresh_token });
    const response = await sentinel.fetch("/oauth/token", { method: "POST", body: form });
    return { status: response.status, body: await response.json() };
  };
  const { body: first } = await exchange(refresh.token);
  const { body: second } = await exchange(first.refresh_token);
  const headers = { authorization: `Bearer ${second.access_token}` };
  await until("the grace period is over and the old token revokes the session", async () => {
    await exchange(refresh.token);
    return (await sentinel.fetch("/users/me", { headers })).status === 401;
  });
  assert.equal((await exchange(second.refresh_token)).status, 400, "the session is revoked");
  await onlyFires("SentinelRefreshReuse");
  await noneFires();
});

test("lists of names and passwords trigger SentinelCredentialStuffing alone", async () => {
  let attempts = 0;
  const attack = repeat(100, () => send("/login", { username: `leaked${attempts++}`, password: "hunter2" }));
  await onlyFires("SentinelCredentialStuffing").finally(attack.stop);
  await noneFires();
});

test("a killed database triggers SentinelDatabaseDown alone", async () => {
  await postgres.stop("immediate");
  await onlyFires("SentinelDatabaseDown", { seconds: 15 });
  await postgres.start();
  await noneFires();
  for (let second = 0; second < 10; second++) {
    assert.deepEqual(await prometheus.firing(), [], "its consequences trigger no alert afterwards");
    await pause(1_000);
  }
});

test("every statement of a runbook runs in Sentinel's schema", async () => {
  await using session = await postgres.session();
  await session.query("set search_path to sentinel");
  const folder = new URL("runbooks/", import.meta.url);
  const texts = [...Deno.readDirSync(folder)].map(({ name }) => Deno.readTextFileSync(new URL(name, folder)));
  const statements = texts.join("\n").match(/(?<=`)select [^`]+;(?=`)/g) ?? [];
  assert.ok(statements.length >= 7, `${statements.length} statements`);
  for (const statement of statements) await session.query(statement);
});

/** Fails unless the alert fires, and no other one does until some seconds later. */
async function onlyFires(name: string, { seconds = 3 } = {}) {
  const fired = new Set<string>();
  const check = async () => (await prometheus.firing()).forEach((each) => fired.add(each));
  await until(`${name} fires`, async () => {
    await check();
    return fired.has(name);
  });
  for (let second = 0; second < seconds; second++) {
    await pause(1_000);
    await check();
  }
  assert.deepEqual([...fired], [name]);
}

async function noneFires() {
  await until("no alert fires", async () => (await prometheus.firing()).length === 0);
}

function hasData(samples: { value: [number, string] }[]): boolean {
  return samples.some(({ value: [, value] }) => value !== "NaN");
}

async function begin() {
  const postgres: PostgresCluster = held.use(await startPostgres());
  const sentinel: ServeProcess = held.use(
    await startServe({
      livesMsMax: 3_600_000,
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

/** Sends a request repeatedly, with a pause after each answer, until it is stopped. A busy machine may lose some. */
function repeat(pauseMs: number, request: () => Promise<Response>) {
  let stopped = false;
  const running = (async () => {
    while (!stopped) {
      await request().then((response) => response.body?.cancel(), () => {});
      await pause(pauseMs);
    }
  })();
  return {
    async stop() {
      stopped = true;
      await running;
    },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
