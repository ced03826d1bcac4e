import { timingSafeEqual } from "node:crypto";
import { Buffer } from "node:buffer";
import type { App } from "../http/app.ts";
import { anyone, operation, problems, text } from "../http/contract.ts";
import { Problem } from "../problems.ts";
import type { Instruments } from "./instruments.ts";

const route = operation({
  method: "get",
  path: "/metrics",
  operationId: "getMetrics",
  tags: ["operations"],
  summary: "Prometheus text exposition, version 0.0.4",
  description: "With `SENTINEL_METRICS_TOKEN` set it takes that as bearer token. The shipped proxy answers 404 here.",
  ...anyone,
  ...text("text/plain; version=0.0.4; charset=utf-8", "Every metric"),
  ...problems("token_missing", "invalid_token"),
});

/** `GET /metrics` */
export function metricsRoute(app: App, { instruments, metricsToken }: {
  instruments: Instruments;
  metricsToken: string | undefined;
}) {
  app.add(route, ({ authorization }) => {
    if (metricsToken !== undefined) refuseUnlessToken(authorization(), metricsToken);
    return instruments.expose();
  });
}

function refuseUnlessToken(header: string | null, token: string) {
  if (header === null) throw new Problem("token_missing");
  const [sent, wanted] = [Buffer.from(header), Buffer.from(`Bearer ${token}`)];
  if (sent.length !== wanted.length || !timingSafeEqual(sent, wanted)) throw new Problem("invalid_token");
}
