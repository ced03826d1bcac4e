import assert from "node:assert/strict";
import { startSmtpServer } from "../src/testing/mail/smtp_server.ts";
import { freePort, type PostgresCluster, startPostgres } from "../src/testing/servers/postgres_cluster.ts";
import { type ServeProcess, startServe, until } from "../src/testing/servers/process.ts";
import { boards } from "./files.ts";
import { burnTitle } from "./grafana/overview.ts";
import { objectiveNames } from "./objectives.ts";
import type { Panel } from "./grafana/panels.ts";
import { type Prometheus, startPrometheus } from "./prometheus_process.ts";
import { type ApplicationServer, createTraffic } from "./traffic.ts";

/** Five minutes of the rules are ten seconds here. */
const times = 30;

const metricsToken = "the-token-of-the-scraper";
const ada = { username: "ada", email: "ada@example.com", password: "analytical engine no 1" };

/** Panels of what does not happen on a good day, or in a minute: their queries have data, but each value is zero. */
const quiet = new Set<string>([
  "Error rate",
  "Alerts firing",
  "Users with a second factor",
  "Pushed requests refused",
  "Code exchanges refused",
  "Reused codes",
  "Tokens of clients refused",
  "Proofs of keys refused",
  "Registrations without room",
  "Age of the oldest logout token",
  "Logout token failures",
  "Logout tokens waiting and given up",
  "Logout tokens given up",
  "Age of the oldest mail",
  "Mail failures",
  "Mails waiting and given up",
  "Mails given up",
  "API keys refused",
  "API keys in use that expire soon",
  "Live and unused API keys",
  "Secrets found in public",
  "Logins with unknown names",
  "Share of failed logins",
  "Accounts with a first failed login",
  "Attempts refused by a rate limit",
  "Passkeys whose counter went back",
  "Reused refresh tokens",
  "Audit seal lag",
  "Audit log verified",
  "Hash queue",
  "Passwords refused",
  "Passwords in progress and waiting",
  "Requests failed on the database",
  "Disk of the database full",
  "Callers waiting for a connection",
  "Failed background jobs",
  "Log lines dropped",
  "Requests refused",
  "Passkeys refused",
  "Clients refused",
  ...objectiveNames.map((name) => burnTitle(name)),
]);

const held = new AsyncDisposableStack();
const { postgres, sentinel, prometheus, traffic, send, access, refresh } = await begin();
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

for (const [name, use] of Object.entries(traffic)) test(`${name} do what they came for`, use);

for (const { title, rows } of Object.values(boards)) {
  test(`every query of every panel of "${title}" has data, and what happened is not zero`, async () => {
    let lacking: string[] = [];
    await until("every panel has data", async () => {
      const states = await Promise.all(rows.flatMap(({ panels }) => panels).map(stateOf));
      lacking = states.filter((state) => state !== undefined);
      return lacking.length === 0;
    }, 4_000).catch(() => assert.deepEqual(lacking, []));
  });
}

/** What the panel lacks now. */
async function stateOf({ title, queries }: Panel): Promise<string | undefined> {
  const answers = await Promise.all(queries.map(async ({ expr }) => ({
    expr,
    samples: await prometheus.query(
      expr.replaceAll("$__rate_interval", "5m").replaceAll("$__range", "5m")
        .replaceAll("$instance", ".*").replaceAll("$environment", "development"),
    ),
  })));
  const empty = answers.find(({ samples }) => !hasData(samples));
  if (empty) return `${title} has no data: ${empty.expr}`;
  return quiet.has(title) || answers.some(({ samples }) => samples.some(isMore)) ? undefined : `${title} is zero`;
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
});

test("lists of names and passwords trigger SentinelCredentialStuffing alone", async () => {
  let attempts = 0;
  const attack = repeat(100, () => send("/login", { username: `leaked${attempts++}`, password: "hunter2" }));
  await onlyFires("SentinelCredentialStuffing").finally(attack.stop);
});

test("a killed database triggers SentinelDatabaseDown alone", async () => {
  await postgres.stop("immediate");
  await onlyFires("SentinelDatabaseDown", { seconds: 10 });
  await postgres.start();
  await onlyFires(undefined, { seconds: 10 }); // its consequences trigger no alert afterwards
  await until("no alert fires", async () => (await prometheus.firing()).length === 0);
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

/** Fails unless the alert begins to fire, and no other one does until some seconds later. */
async function onlyFires(name: string | undefined, { seconds = 3 } = {}) {
  const before = new Set(await prometheus.firing());
  const fired = new Set<string>();
  const check = async () =>
    (await prometheus.firing()).filter((each) => !before.has(each)).forEach((each) => fired.add(each));
  if (name !== undefined) {
    await until(`${name} fires`, async () => {
      await check();
      return fired.has(name);
    });
  }
  for (let second = 0; second < seconds; second++) {
    await pause(1_000);
    await check();
  }
  assert.deepEqual([...fired], name === undefined ? [] : [name]);
}

function hasData(samples: { value: [number, string] }[]): boolean {
  return samples.some(({ value: [, value] }) => value !== "NaN");
}

function isMore({ value: [, value] }: { value: [number, string] }): boolean {
  return Number(value) > 0;
}

async function begin() {
  const postgres: PostgresCluster = held.use(await startPostgres());
  const smtp = held.use(await startSmtpServer());
  const application = serveApplication();
  const port = freePort();
  const [sentinel, prometheus]: [ServeProcess, Prometheus] = await Promise.all([
    startServe({
      port,
      livesMsMax: 3_600_000,
      env: {
        DATABASE_URL: postgres.url(),
        SENTINEL_PUBLIC_URL: `http://localhost:${port}`,
        SENTINEL_SECRET: new Uint8Array(32).fill(1).toBase64(),
        SENTINEL_METRICS_TOKEN: metricsToken,
        SENTINEL_ADMIN_USERNAME: "root",
        SENTINEL_ADMIN_EMAIL: "root@example.com",
        SENTINEL_ADMIN_PASSWORD: ada.password,
        SENTINEL_RATE_LIMIT: "on",
        SENTINEL_REFRESH_GRACE_SECONDS: "1",
        SENTINEL_MAIL: "smtp",
        SENTINEL_SMTP_URL: smtp.url,
        SENTINEL_MAIL_FROM: "sentinel@example.com",
        SENTINEL_OUTBOUND_ALLOW: "127.0.0.1",
        SENTINEL_CLIENT_REGISTRATION: "open",
        SENTINEL_CLIENT_METADATA_DOCUMENTS: "open",
        SENTINEL_LOG_LEVEL: "error",
      },
    }),
    startPrometheus({ target: `127.0.0.1:${port}`, token: metricsToken, times }),
  ]);
  held.use(sentinel);
  held.use(prometheus);
  await send("/register", ada);
  const { access_token: access } = await (await send("/login", ada)).json();
  const { refresh_token } = await (await send("/login", ada)).json();
  const admin = { username: "root", password: ada.password };
  const traffic = await createTraffic({ serve: sentinel, admin, smtp, application });
  return { postgres, sentinel, prometheus, traffic, send, access, refresh: { token: refresh_token as string } };

  function send(path: string, body: unknown): Promise<Response> {
    const headers = { "content-type": "application/json" };
    return sentinel.fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  }
}

/** The server of an application: its keys, and an answer to whatever else it is sent. */
function serveApplication(): ApplicationServer {
  const jwks = {};
  const server = held.use(
    Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, () => Response.json(jwks)),
  );
  return { origin: `http://127.0.0.1:${server.addr.port}`, jwks };
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
