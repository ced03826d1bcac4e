import { createInstruments } from "../ops/instruments.ts";
import { createLogger } from "../platform/logger.ts";
import { createCall } from "./call.ts";
import { createTraffic } from "./traffic.ts";

const log = createLogger({ level: "info", format: "json", write: () => Promise.resolve() });
const instruments = createInstruments("bench", log);
const counted = createTraffic({ instruments, log, sample: 0, tracing: undefined });
const logged = createTraffic({ instruments, log, sample: 1, tracing: undefined });

const request = new Request("http://127.0.0.1/users/me");
const remoteAddr = { transport: "tcp", hostname: "127.0.0.1", port: 1 } as const;
const call = createCall(request, { remoteAddr, completed: Promise.resolve() }, []);
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
  fn: () => counted.answered(request, call, 200, 1),
});
Deno.bench({
  name: "and its line in the access log",
  group: "count and time an answer",
  fn: () => logged.answered(request, call, 200, 1),
});
