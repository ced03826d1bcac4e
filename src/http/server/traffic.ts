import type { Logger } from "../../platform/logger.ts";
import type { Tracing } from "../../platform/tracing.ts";
import type { Instruments } from "../../vocabulary/dictionary.ts";
import type { Answered } from "./handler.ts";
import { createRequestSeries } from "./request_series.ts";

/** Methods with a label of their own. All others share one label, so that a client cannot create series. */
const knownMethods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Counts each request, and logs all that failed (5xx) and a `sample` share of the others. */
export function createTraffic({ instruments, log, sample, tracing }: {
  instruments: Instruments;
  log: Logger;
  sample: number;
  tracing: Tracing | undefined;
}) {
  const seriesOf = createRequestSeries(instruments);
  let inFlight = 0;
  instruments.onScrape(() => instruments.http_requests_in_flight.with({}).set(inFlight));

  const arrived = () => void inFlight++;
  const answered: Answered = (request, call, status, durationMs) => {
    inFlight--;
    const method = knownMethods.has(request.method) ? request.method : "other";
    tracing?.nameRequest(method, call.route, call.clientId);
    const { count, seconds } = seriesOf(method, call.route, status);
    count.inc();
    seconds.observe(durationMs / 1000);
    if (status < 500 && sample < 1 && Math.random() >= sample) return;
    log.access({
      request_id: call.id,
      method,
      route: call.route,
      status,
      duration_ms: durationMs,
      user_id: call.userId,
      client_id: call.clientId,
    });
  };
  return { arrived, answered };
}
