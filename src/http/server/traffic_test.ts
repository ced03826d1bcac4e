import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { metrics as catalogue } from "../../vocabulary/dictionary.ts";
import { createLogger } from "../../platform/logger.ts";
import { createMetrics } from "../../platform/metrics.ts";
import { startSentinel, test, testOnPostgres } from "../../testing/harness.ts";
import { turn } from "../../testing/traffic/traces.ts";
import { createRequestContext, unmatchedRoute } from "../request/request_context.ts";
import { createTraffic } from "./traffic.ts";

const sentinel = await startSentinel({ lasting: false }); // no job adds a series
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const scrape = async () => await (await sentinel.fetch("/metrics")).text();

const random = () => randomBytes(6).toString("hex");

type Sample = { name: string; labels: Record<string, string>; value: number };

const label = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/y;

/** Parses the Prometheus text exposition 0.0.4, and fails on anything else. */
function parseExposition(text: string): Sample[] {
  assert.ok(text.endsWith("\n"));
  return text.slice(0, -1).split("\n").filter((line) => line !== "").flatMap((line) => {
    if (line.startsWith("#")) {
      assert.match(line, /^# (?:HELP [a-z_]\w* .+|TYPE [a-z_]\w* (?:counter|gauge|histogram))$/);
      return [];
    }
    const [, name, labels = "", value] = /^([a-z_]\w*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? assert.fail(line);
    assert.ok(!Number.isNaN(Number(value!.replace("+Inf", "Infinity"))), line);
    return [{ name: name!, labels: parseLabels(labels), value: Number(value) }];
  });
}

function parseLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  label.lastIndex = 0;
  while (label.lastIndex < text.length) {
    const [, name, value] = label.exec(text) ?? assert.fail(text);
    labels[name!] = value!.replaceAll(/\\([\\"n])/g, (_, escaped) => escaped === "n" ? "\n" : escaped);
  }
  return labels;
}

const seriesOf = (samples: Sample[]) => samples.map(({ name, labels }) => `${name} ${JSON.stringify(labels)}`).sort();

/** Fifty-six requests of all kinds from strangers, forty of them to unique paths. */
async function strange(name: string): Promise<void> {
  const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", `M${name}`];
  const paths = [
    `/${name}`,
    `/users/${name}`,
    `/problems/${name}`,
    `/%zz${name}`,
    `/livez?${name}`,
    "/login",
    "/users/me",
  ];
  const headers = {
    host: `${name}.example`,
    "user-agent": name,
    "x-request-id": name,
    origin: `https://${name}.example`,
    referer: name,
  };
  for (const method of methods) {
    for (const path of paths) {
      await sentinel.handle(new Request(`http://localhost:8000${path}`, { method, headers }), info);
    }
  }
}

const info = {
  remoteAddr: { transport: "tcp" as const, hostname: "127.0.0.1", port: 1 },
  completed: Promise.resolve(),
};

test("GET /metrics answers a valid exposition that explains every metric of the catalogue", async () => {
  await sentinel.tokenOf("grace");
  const text = await scrape();
  const samples = parseExposition(text);
  assert.equal(new Set(seriesOf(samples)).size, samples.length, "a series stands there twice");
  for (const [name, { kind }] of Object.entries(catalogue)) {
    assert.match(text, new RegExp(`^# HELP ${name} .`, "m"));
    assert.match(text, new RegExp(`^# TYPE ${name} ${kind}$`, "m"));
  }
  const families = new Set(Object.keys(catalogue));
  const foreign = samples.filter(({ name }) =>
    !families.has(name) && !families.has(name.replace(/_(?:bucket|sum|count)$/, ""))
  );
  assert.deepEqual(foreign, []);
});

test("GET /metrics counts a request under its route's pattern, method and status", async () => {
  const count = async () =>
    parseExposition(await scrape()).find(({ name, labels }) =>
      name === "http_requests_total" && labels.route === "/problems/{code}" && labels.method === "GET" &&
      labels.status === "404"
    )?.value ?? 0;
  const before = await count();
  await sentinel.fetch("/problems/nothing-of-the-kind");
  assert.equal(await count(), before + 1);
});

test("T298 ten thousand random paths, methods, agents and ids add no series", async () => {
  await strange(random());
  const before = seriesOf(parseExposition(await scrape()));
  for (let i = 0; i < 250; i++) {
    await strange(random());
    await turn();
  }
  assert.deepEqual(seriesOf(parseExposition(await scrape())), before);
});

test("T298 random usernames, addresses and ids in bodies add no series", async () => {
  const attempt = async () => {
    const name = random();
    await sentinel.fetch("/login", { form: { username: name, password: name, client_id: name } });
    await sentinel.fetch("/login", { json: { username: `${name}@${name}.example`, password: name } });
    await sentinel.fetch("/register", { json: { username: name, email: name, password: name, role: name } });
    await sentinel.fetch("/users/me", { headers: { authorization: `Bearer ${name}` } });
  };
  await attempt();
  const before = seriesOf(parseExposition(await scrape()));
  for (let i = 0; i < 5; i++) await attempt();
  assert.deepEqual(seriesOf(parseExposition(await scrape())), before);
});

test("T298 methods and routes are labels from fixed sets", async () => {
  const known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "other"];
  const routes = [...sentinel.app.operations.map(({ path }) => path), unmatchedRoute, "preflight"];
  for (
    const { name, labels } of parseExposition(await scrape()).filter(({ name }) => name.startsWith("http_requests"))
  ) {
    if (name === "http_requests_in_flight") continue;
    assert.ok(known.includes(labels.method!), labels.method!);
    assert.ok(routes.includes(labels.route!), labels.route!);
  }
});

test("T297 GET /metrics contains no id, name, address or token of any user", async () => {
  const [username, password] = ["hypatia", "conics and the astrolabe"];
  const email = "hypatia@mouseion.example";
  const { id } = await (await sentinel.fetch("/register", { json: { username, email, password } })).json();
  const { access_token, refresh_token } = await (await sentinel.fetch("/login", { form: { username, password } }))
    .json();
  await sentinel.fetch("/users/me", { headers: { authorization: `Bearer ${access_token}` } });
  const text = await scrape();
  for (const secret of [id, username, "mouseion", "127.0.0.1", access_token, refresh_token, sentinel.schema]) {
    assert.ok(!text.includes(secret), secret);
  }
});

test("T297 the metrics are at /metrics and at no similar path", async () => {
  for (const path of ["/users/metrics", "/metrics/", "/Metrics", "/admin/metrics", "/metrics.txt", "/docs/metrics"]) {
    const response = await sentinel.fetch(path, {}, "ada");
    assert.ok(response.status >= 400, path);
    assert.doesNotMatch(await response.text(), /http_requests_total/);
  }
});

testOnPostgres("T297 with SENTINEL_METRICS_TOKEN, GET /metrics accepts that token and nothing else", async () => {
  const token = "a-token-for-the-scraper-only";
  await using guarded = await startSentinel({ settings: { SENTINEL_METRICS_TOKEN: token } });
  const ask = async (authorization?: string) =>
    (await guarded.fetch("/metrics", authorization === undefined ? {} : { headers: { authorization } })).status;
  const others = [
    "",
    token,
    `Basic ${token}`,
    `Bearer ${token}x`,
    `Bearer ${token.slice(1)}`,
    `Bearer ${await guarded.tokenOf("ada")}`,
  ];
  assert.equal(await ask(), 401);
  for (const other of others) assert.equal(await ask(other), 401, other.slice(0, 20));
  assert.equal(await ask(`Bearer ${token}`), 200);
});

test("of successful requests a sample is logged, and every failed one", async () => {
  const statusesLogged = (sample: number) => {
    const logged: number[] = [];
    const log = { ...silent, access: ({ status }: { status: number }) => void logged.push(status) };
    const { arrived, answered } = createTraffic({ instruments: sentinel.instruments, log, sample, tracing: undefined });
    for (const status of [200, 401, 503, 500]) {
      arrived();
      answered(request, createRequestContext(request, info, []), status, 1);
    }
    return logged;
  };
  const request = new Request("http://localhost:8000/livez");
  await using silent = createLogger({ level: "error", format: "json", write: () => Promise.resolve() });
  assert.deepEqual(statusesLogged(1), [200, 401, 503, 500]);
  assert.deepEqual(statusesLogged(0), [503, 500]);
});

test("T299 a quote, a backslash and a newline in a label are parsed back to what they were", async () => {
  const metrics = createMetrics({ canaries_total: { kind: "counter", help: 'Says "tweet"\\.', labels: { song: [] } } });
  const songs = ['quo"te', "back\\slash", "new\nline", 'all"\\\n"', "", "} 1\ncanaries_total 2", "é🐤"];
  for (const song of songs) metrics.canaries_total.with({ song }).inc();
  const samples = parseExposition(await metrics.expose());
  assert.deepEqual(samples.map(({ labels }) => labels.song), songs);
  assert.ok(samples.every(({ value }) => value === 1));
});
