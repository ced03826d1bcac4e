import { createInstruments } from "../../compose/instruments.ts";
import { createLogger } from "../../platform/logger.ts";
import { createRequestContext } from "../request/request_context.ts";
import { createTraffic } from "./traffic.ts";

const log = createLogger({ level: "info", format: "json", write: () => Promise.resolve() });
const instruments = createInstruments("bench", log);
const { answered } = createTraffic({ instruments, log, sample: 0, tracing: undefined });

const request = new Request("http://127.0.0.1/users/me");
const remoteAddr = { transport: "tcp", hostname: "127.0.0.1", port: 1 } as const;
const call = createRequestContext(request, { remoteAddr, completed: Promise.resolve() }, []);
call.route = "/users/me";
const labels = { method: "GET", route: "/users/me", status: "200" };

Deno.bench({
  name: "series looked up by their labels each time",
  group: "count and time an answer",
  baseline: true,
  fn() {
    instruments.http_requests_total.with({ ...labels }).inc();
    instruments.http_request_duration_seconds.with({ ...labels }).observe(0.001);
  },
});
Deno.bench({
  name: "series found without a key",
  group: "count and time an answer",
  fn: () => answered(request, call, 200, 1),
});

// They wait for nothing, so that the logger gets its turn to write: what it cannot keep it drops, which is cheaper.
const line = { request_id: call.id, method: "GET", route: "/users/me", status: 200, duration_ms: 1, user_id: "ada" };
Deno.bench({
  name: "as any line: JSON of its fields",
  group: "line of the access log",
  baseline: true,
  async fn() {
    log.info("request", line);
    await null;
  },
});
Deno.bench({
  name: "as a line of known form",
  group: "line of the access log",
  async fn() {
    log.access(line);
    await null;
  },
});
addEventListener("unload", () => {
  if (log.dropped() > 0) throw new Error("what is measured is wrong: lines were dropped");
});
