import assert from "node:assert/strict";
import { people } from "../../testing/people/people.ts";
import { dataFolder } from "../../testing/servers/data_folder.ts";
import { patientServe, type ServeProcess, startServe, until } from "../../testing/servers/process.ts";
import { startTraceSink, type TraceSink } from "../../testing/traffic/trace_sink.ts";

const held = new AsyncDisposableStack();
Deno.test.afterAll(() => held.disposeAsync());

const { grace } = people;
const callerId = "b7ad6b7169203331";

/** opentelemetry.proto.trace.v1.Span.SpanKind */
const spanKinds = { internal: 1, client: 3 };

/** The header of a caller with a span of its own (W3C Trace Context §3.2). */
const callOf = (traceId: string) => ({ traceparent: `00-${traceId}-${callerId}-01` });
const newTraceId = () => crypto.randomUUID().replaceAll("-", "");

/** A `serve` of its own on the embedded database, and the collector of its spans. */
async function traced(otel: Record<string, string>): Promise<{ sentinel: ServeProcess; sink: TraceSink }> {
  const sink = held.use(startTraceSink());
  const { path: dataDir } = held.use(await dataFolder());
  return {
    sink,
    sentinel: held.use(
      await startServe({ env: { SENTINEL_DATA_DIR: dataDir, ...sink.env, ...otel }, program: patientServe }),
    ),
  };
}

const { sentinel, sink } = await traced({
  SENTINEL_ADMIN_USERNAME: "warden",
  SENTINEL_ADMIN_EMAIL: "warden@example.com",
  SENTINEL_ADMIN_PASSWORD: "keys on an iron ring",
});

async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const sent = { "content-type": "application/json", ...headers };
  return await (await sentinel.fetch(path, { method: "POST", headers: sent, body: JSON.stringify(body) })).json();
}

/** The spans of the trace, once that of the request is among them. */
async function traceOf(traceId: string) {
  const spans = () => sink.spans.filter((span) => span.traceId === traceId);
  await until("the request's span is exported", () => spans().some(({ parentSpanId }) => parentSpanId === callerId));
  const [request, ...more] = spans().filter(({ parentSpanId }) => parentSpanId === callerId);
  assert.deepEqual(more, []);
  return { request: request!, children: spans().filter(({ parentSpanId }) => parentSpanId === request!.spanId) };
}

/** A test of processes that outlive it. */
function test(name: string, fn: () => Promise<void>) {
  Deno.test({ name, fn, sanitizeOps: false, sanitizeResources: false });
}

test(
  "OTEL_DENO=true: a login is one trace with its route, its statements by name and its hash, and without secrets",
  async () => {
    const traceId = newTraceId();
    const { id } = await post("/register", grace);
    const { username, password } = grace;
    const { access_token, refresh_token } = await post("/login", { username, password }, callOf(traceId));
    const { request, children } = await traceOf(traceId);
    assert.equal(request.name, "POST /login");
    assert.equal(request.attributes["http.route"], "/login");
    assert.equal(request.attributes["http.response.status_code"], "200");
    assert.deepEqual(children.map(({ name }) => name).sort(), [
      "begin",
      "commit",
      "find_login",
      "hash password",
      "insert_audit_event",
      "insert_sessions",
      "lock_user_for_mint",
    ]);
    assert.ok(children.every(({ failed }) => !failed));
    for (const { name, kind } of children) {
      assert.equal(kind, name === "hash password" ? spanKinds.internal : spanKinds.client, name);
    }
    for (const secret of [id, username, grace.email, password, access_token, refresh_token, "select "]) {
      assert.ok(!sink.raw().includes(secret), secret);
    }
  },
);

test("OTEL_DENO=true: the span of a page about an OAuth client names a client that exists, and no other", async () => {
  const { access_token } = await post("/login", { username: "warden", password: "keys on an iron ring" });
  const redirect_uri = "https://ledger.example.com/callback";
  const { id } = await post(
    "/clients",
    { name: "Ledger", token_endpoint_auth_method: "none", redirect_uris: [redirect_uri], scopes: ["openid"] },
    { authorization: `Bearer ${access_token}` },
  );
  const attributeOf = async (client_id: string) => {
    const traceId = newTraceId();
    const query = new URLSearchParams({ client_id, redirect_uri, response_type: "token" });
    const sent = { headers: callOf(traceId), redirect: "manual" } as const;
    await (await sentinel.fetch(`/oauth/authorize?${query}`, sent)).body?.cancel();
    const { request } = await traceOf(traceId);
    assert.equal(request.name, "GET /oauth/authorize");
    return request.attributes["oauth.client_id"];
  };
  assert.equal(await attributeOf(id), id);
  assert.equal(await attributeOf(crypto.randomUUID()), undefined);
});

test("OTEL_DENO=true: background work is in no trace", async () => {
  const { username, password } = people.ada;
  await post("/register", people.ada);
  await post("/login", { username, password });
  const sealed = 'sentinel_audit_events_total{action="session.created",outcome="success"}';
  await until("a job has sealed a login", async () => await sentinel.metric(sealed) >= 1);
  const traceId = newTraceId();
  await (await sentinel.fetch("/livez", { headers: callOf(traceId) })).body?.cancel();
  await traceOf(traceId); // spans that ended earlier were exported earlier
  const requests = new Set(sink.spans.filter(({ name }) => /^[A-Z]/.test(name)).map(({ spanId }) => spanId));
  assert.deepEqual(
    sink.spans.filter(({ spanId, parentSpanId }) => !requests.has(spanId) && !requests.has(parentSpanId)),
    [],
  );
});

test("OTEL_DENO=true: a log line has the id of its trace, and a span the pattern of its route", async () => {
  const traceId = newTraceId();
  const response = await sentinel.fetch("/problems/nothing-of-the-kind", { headers: callOf(traceId) });
  await response.body?.cancel();
  const { request } = await traceOf(traceId);
  assert.equal(request.name, "GET /problems/{code}");
  const line = () => sentinel.output().split("\n").find((line) => line.includes('"route":"/problems/{code}"'));
  await until("the access line is written", () => line() !== undefined);
  assert.equal(JSON.parse(line()!).trace_id, traceId);
});

test("without OTEL_DENO nothing is exported, and no line has a trace id", async () => {
  const { sentinel, sink } = await traced({ OTEL_DENO: "false" });
  const response = await sentinel.fetch("/problems/nothing-of-the-kind", { headers: callOf(newTraceId()) });
  await response.body?.cancel();
  await until("the access line is written", () => sentinel.output().includes('"route":"/problems/{code}"'));
  assert.ok(!sentinel.output().includes("trace_id"));
  sentinel.signal("SIGTERM");
  assert.equal((await sentinel.exit).code, 0);
  assert.equal(sink.raw(), "");
});
