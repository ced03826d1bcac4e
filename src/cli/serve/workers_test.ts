import assert from "node:assert/strict";
import { dropSchema, freshSchema, onPostgres, runSql } from "../../testing/database.ts";
import { testOnPostgres } from "../../testing/harness.ts";
import { settingsBeside } from "../../testing/commands.ts";
import { patientServe, type ServeProcess, startServe, until } from "../../testing/servers/process.ts";
import { readConfig } from "../../compose/config.ts";
import { settingsOfWorker, workerCount, workerIssues } from "../../compose/workers/worker_settings.ts";
import { createHashing } from "../../platform/hashing/hashing.ts";
import { type Snapshot } from "../../platform/metrics.ts";
import { pause } from "../../platform/timers/pause.ts";
import { startWorkers } from "./workers.ts";

const admin = { username: "root", email: "root@example.com", password: "difference engine no 2" };
const ada = { username: "ada", email: "ada@example.com", password: "analytical engine no 1" };
const schema = freshSchema();
const settings = () => ({
  ...settingsBeside({ schema }),
  SENTINEL_MAIL: "off",
  SENTINEL_WORKERS: "2",
  SENTINEL_ADMIN_USERNAME: admin.username,
  SENTINEL_ADMIN_EMAIL: admin.email,
  SENTINEL_ADMIN_PASSWORD: admin.password,
});
const serveTwo = (env: Record<string, string> = {}) =>
  startServe({ program: patientServe, env: { ...settings(), ...env } });

const running: ServeProcess[] = [];
if (onPostgres) {
  Deno.test.beforeAll(async () => {
    const serve = await serveTwo();
    running.push(serve);
    await post(serve, "/register", ada);
  });
  Deno.test.afterAll(async () => {
    await running[0]?.[Symbol.asyncDispose]();
    await dropSchema(schema);
  });
}

function post(serve: ServeProcess, path: string, json: unknown): Promise<Response> {
  const headers = { "content-type": "application/json" };
  return serve.fetch(path, { method: "POST", headers, body: JSON.stringify(json) });
}

/** Which worker answered: the ids of its requests begin alike. */
const workerOf = ({ headers }: Response) => headers.get("x-request-id")!.split("-")[0]!;

/** Repeats a request until both workers have answered it so that `holds`. */
async function untilBoth(
  what: string,
  request: () => Promise<Response>,
  holds: (answer: Response) => boolean | Promise<boolean>,
) {
  const seen = new Map<string, boolean>();
  await until(what, async () => {
    const answer = await request();
    seen.set(workerOf(answer), await holds(answer));
    if (!answer.bodyUsed) await answer.body?.cancel();
    return seen.size === 2 && [...seen.values()].every(Boolean);
  });
}

async function metricOf(serve: ServeProcess, sample: string) {
  const answer = await serve.fetch("/metrics");
  const line = (await answer.text()).split("\n").find((line) => line.startsWith(`${sample} `));
  return { worker: workerOf(answer), value: Number(line?.slice(sample.length + 1)) };
}

testOnPostgres("two workers answer on one port, and either counts the requests of both", async () => {
  const [serve] = running as [ServeProcess];
  const sample = 'http_requests_total{method="GET",route="/",status="200"}';
  const { value: before } = await metricOf(serve, sample);
  let sent = 0;
  const home = () => (sent++, serve.fetch("/"));
  await untilBoth("both answer", home, ({ status }) => status === 200);
  const seen = new Set<string>();
  await until("both have counted", async () => {
    const { worker, value } = await metricOf(serve, sample);
    assert.equal(value - before, sent);
    return seen.add(worker).size === 2;
  });
  const cpu = await metricOf(serve, "process_cpu_seconds_total");
  assert.ok(cpu.value > 0, "a total of the process is not added up");
  const lines = serve.output().split("\n").filter((line) => line.startsWith("{"));
  assert.doesNotThrow(() => lines.map((line) => JSON.parse(line)));
  assert.match(serve.output(), /"msg":"ready",.*"workers":2/);
  assert.equal(serve.output().match(/^Sentinel /gm)?.length, 1, "the banner is printed once");
});

testOnPostgres("a session that one worker revokes is refused by the other too", async () => {
  const [serve] = running as [ServeProcess];
  const { access_token } = await (await post(serve, "/login", ada)).json();
  const headers = { authorization: `Bearer ${access_token}` };
  const me = () => serve.fetch("/users/me", { headers });
  await untilBoth("both know the session", me, ({ status }) => status === 200);
  const revoked = await serve.fetch("/logout", { method: "POST", headers });
  await revoked.body?.cancel();
  assert.ok(revoked.ok);
  await untilBoth("both refuse it", me, ({ status }) => status === 401);
});

testOnPostgres("either worker begins the verification of the audit log, and shows its result", async () => {
  const [serve] = running as [ServeProcess];
  const { access_token } = await (await post(serve, "/login", admin)).json();
  const headers = { authorization: `Bearer ${access_token}` };
  const verification = (method: string) => () => serve.fetch("/audit-verification", { method, headers });
  await untilBoth("both accept it", verification("POST"), ({ status }) => status === 202);
  await untilBoth("both show the result", verification("GET"), async (answer) => {
    const { state, whole } = await answer.json();
    return state === "verified" && whole !== null;
  });
});

testOnPostgres("another server does not share the port, however many workers it has", async () => {
  const [{ port }] = running as [ServeProcess];
  await Promise.all(["1", "2"].map(async (SENTINEL_WORKERS) => {
    await using other = await startServe({ env: { ...settings(), SENTINEL_WORKERS }, port, wait: "not" });
    assert.deepEqual(await other.exit, { code: 1, signal: null });
    assert.match(other.output(), new RegExp(`Cannot listen on 127.0.0.1, port ${port}. Another program listens there`));
  }));
});

testOnPostgres("SIGTERM lets the logins in flight of both workers finish, and exits 0", async () => {
  await using serve = await serveTwo({ SENTINEL_HASH_CONCURRENCY: "2" });
  await using hashing = createHashing({ concurrency: 1, queueMax: 0 });
  const hash = await hashing.hash({ kind: "bcrypt", cost: 13 }, ada.password);
  await runSql(`update "${schema}".users set password_hash = '${hash}' where username = '${ada.username}'`);
  const logins: Promise<Response>[] = [];
  let answered = 0;
  await until("both workers hash", async () => {
    const login = post(serve, "/login", ada);
    logins.push(login);
    login.finally(() => answered++);
    return await serve.metric("sentinel_hash_queue_running") === 2;
  });
  const arrived = async () => await serve.metric("http_requests_in_flight") - 1 + answered;
  await until("all logins have arrived", async () => await arrived() >= logins.length);
  serve.signal("SIGTERM");
  assert.deepEqual((await Promise.all(logins)).map(({ status }) => status), logins.map(() => 200));
  assert.deepEqual(await serve.exit, { code: 0, signal: null });
  assert.doesNotMatch(serve.output(), /"level":"error"/);
});

const onServer = { DATABASE_URL: "postgres://localhost/x", SENTINEL_SECRET: new Uint8Array(32).toBase64() };
const read = (env: Record<string, string>) => readConfig({ SENTINEL_MAIL: "off", ...env }).settings;

Deno.test("SENTINEL_WORKERS needs a server of PostgreSQL, mail that leaves the process, and Linux", () => {
  const problem = (env: Record<string, string>, os = "linux") => {
    const values = { ...read({ ...env }), SENTINEL_WORKERS: 2 };
    return workerIssues(values, os).map(({ problem }) => problem).join();
  };
  assert.equal(problem(onServer), "");
  assert.match(problem({}), /without DATABASE_URL/);
  assert.match(problem({ ...onServer, SENTINEL_MAIL: "mailbox" }), /set SENTINEL_MAIL/);
  assert.match(problem(onServer, "darwin"), /only Linux/);
  for (const text of ["0", "two", "-1", "257"]) {
    assert.throws(
      () => read({ ...onServer, SENTINEL_WORKERS: text }),
      /SENTINEL_WORKERS must be auto or a whole number/,
    );
  }
  const auto = (env: Record<string, string>) => workerCount(read({ ...env, SENTINEL_WORKERS: "auto" }), "linux");
  assert.deepEqual([auto({}), auto(onServer)], [1, navigator.hardwareConcurrency]);
});

Deno.test("workers share the hashes of the process, and each may compute one", () => {
  const values = read({ ...onServer, SENTINEL_HASH_CONCURRENCY: "5", SENTINEL_HASH_QUEUE_MAX: "7" });
  const shares = (count: number, of: typeof values) =>
    Array.from({ length: count }, (_, index) => settingsOfWorker(of, index, count))
      .map((worker) => [worker.SENTINEL_HASH_CONCURRENCY, worker.SENTINEL_HASH_QUEUE_MAX]);
  assert.deepEqual(shares(1, values), [[5, 7]]);
  assert.deepEqual(shares(2, values), [[3, 4], [2, 3]]);
  assert.deepEqual(shares(2, { ...values, SENTINEL_HASH_CONCURRENCY: 1 }), [[1, 4], [1, 3]]);
});

/** A thread that answers calls with what `answers` says, and can fail. */
class FakeThread extends EventTarget {
  onmessage: ((event: MessageEvent) => void) | null = null;
  onerror: ((event: ErrorEvent) => void) | null = null;
  constructor(readonly answers: Record<string, unknown>) {
    super();
  }
  postMessage({ id, name }: { id: number; name: string }) {
    if (!(name in this.answers)) return;
    const data = { kind: "result", id, value: this.answers[name] };
    queueMicrotask(() => this.onmessage?.(new MessageEvent("message", { data })));
  }
  terminate() {}
  fail(message: string) {
    this.onerror?.(new ErrorEvent("error", { message, cancelable: true }));
  }
}

const first = {
  readiness: { isSelfReady: () => Promise.resolve(true) },
  instruments: { snapshot: (): Snapshot => ({}) },
};

function startFakes(...threads: FakeThread[]) {
  const waiting = [...threads];
  const write = () => Promise.resolve();
  const count = threads.length + 1;
  let turn = () => {};
  const workers = startWorkers({
    ...{ count, write },
    startThread: () => waiting.shift()! as unknown as Worker,
    repeat: (_, given) => (turn = given, { [Symbol.dispose]: () => turn = () => {} }),
  });
  return Object.assign(workers, { watchdogTurn: () => (turn(), pause(0)) });
}

Deno.test("a worker that ends is reported, and what was asked of it fails", async () => {
  const all = { start: undefined, isReady: true, stop: undefined, end: undefined };
  const [good, dying] = [new FakeThread(all), new FakeThread({ start: undefined, isReady: true })];
  await using workers = startFakes(good, dying);
  await workers.serve({ env: {}, secret: new Uint8Array() }, first as never);
  assert.equal(await workers.siblings.areReady(), true);
  const asked = workers.siblings.snapshots();
  dying.fail("out of luck");
  assert.equal(await workers.died, "Worker 2 has ended: out of luck");
  await assert.rejects(asked, /Worker 2 has ended/);
  assert.equal(await workers.siblings.areReady(), false);
  await workers.stop();
});

Deno.test("serve fails when a worker ends before it serves", async () => {
  const thread = new FakeThread({});
  await using workers = startFakes(thread);
  const served = workers.serve({ env: {}, secret: new Uint8Array() }, first as never);
  thread.fail("no module");
  await assert.rejects(served, /Worker 1 has ended: no module/);
});

Deno.test("a worker that is blocked is reported like one that has ended, and nothing waits for it", async () => {
  const good = new FakeThread({ start: undefined, alive: undefined, stop: undefined, end: undefined });
  const blocked = new FakeThread({ start: undefined, alive: undefined });
  await using workers = startFakes(good, blocked);
  await workers.serve({ env: {}, secret: new Uint8Array() }, first as never);
  delete blocked.answers.alive;
  const stopped = workers.stop();
  for (let turn = 0; turn <= 6; turn++) await workers.watchdogTurn();
  assert.equal(await workers.died, "Worker 2 has not answered for 30 s");
  await stopped;
});

Deno.test("workers end while they still wait for the database", async () => {
  const waits = Promise.withResolvers<void>();
  const write = (lines: Uint8Array) => {
    if (new TextDecoder().decode(lines).includes("waiting for the database")) waits.resolve();
    return Promise.resolve();
  };
  const workers = startWorkers({ count: 2, write });
  const env = {
    ...{ SENTINEL_MAIL: "off", SENTINEL_SECRET: new Uint8Array(32).toBase64() },
    ...{ DATABASE_URL: "postgres://nobody@127.0.0.1:1/none", SENTINEL_DB_WAIT_SECONDS: "3600" },
  };
  const served = workers.serve({ env, secret: new Uint8Array(32) }, first as never);
  await Promise.race([waits.promise, served]);
  await workers[Symbol.asyncDispose]();
  await served;
});
