import { timingSafeEqual } from "node:crypto";
import { Buffer } from "node:buffer";
import { anyone, operation, problems, resource, text } from "../../http/contract/contract.ts";
import { expositionType } from "../../platform/metrics.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { Foundation } from "../../http/contract/foundation.ts";

const route = operation("GET /metrics", {
  operationId: "getMetrics",
  tags: ["operations"],
  summary: "Prometheus text exposition, version 0.0.4",
  description: "With `SENTINEL_METRICS_TOKEN` set it takes that as bearer token. The shipped proxy answers 404 here.",
  ...anyone,
  ...text(expositionType, "Every metric"),
  ...problems("token_missing", "invalid_token", "unavailable"),
});

export const metricsRoute = resource(
  [route],
  (app, { instruments, settings, siblings }: Pick<Foundation, "instruments" | "settings" | "siblings">) => {
    const { SENTINEL_METRICS_TOKEN: token } = settings;
    app.add(route, async ({ bearer }) => {
      if (token !== undefined) requireMetricsToken(bearer(), token);
      const others = await siblings.snapshots().catch((cause) => {
        throw new Problem("unavailable", { detail: "Another worker of this process does not answer.", cause });
      });
      return await instruments.expose(others);
    });
  },
);

function requireMetricsToken(given: string | undefined, token: string) {
  if (given === undefined) throw new Problem("token_missing");
  const [sent, wanted] = [Buffer.from(given), Buffer.from(token)];
  if (sent.length !== wanted.length || !timingSafeEqual(sent, wanted)) throw new Problem("invalid_token");
}
