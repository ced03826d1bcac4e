import type { Logger } from "../../platform/logger.ts";
import type { Tracing } from "../../platform/tracing.ts";
import type { Answered } from "./handler.ts";

/** Methods with a label of their own. All others share one label, so that a client cannot create series. */
const knownMethods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** The instruments that it needs. */
interface TrafficInstruments {
  http_requests_total: Instrument<Labels, { inc(): void }>;
  http_request_duration_seconds: Instrument<Labels, { observe(seconds: number): void }>;
  http_requests_in_flight: Instrument<Record<never, never>, { set(value: number): void }>;
  onScrape(collect: () => void): void;
}
type Instrument<L, Series> = { with(labels: L): Series };
type Labels = { method: string; route: string; status: string };

/**
 * Counts each request and writes its access log line: of every request that failed (5xx), and of a `sample` share of
 * the others. Series are looked up once and kept.
 */
export function createTraffic({ instruments, log, sample, tracing }: {
  instruments: TrafficInstruments;
  log: Logger;
  sample: number;
  tracing: Tracing | undefined;
}) {
  type Series = { count: { inc(): void }; seconds: { observe(value: number): void } };
  const known = new Map<string, Map<number, Record<string, Series>>>(); // by route, status and method
  let inFlight = 0;
  instruments.onScrape(() => instruments.http_requests_in_flight.with({}).set(inFlight));

  const arrived = () => void inFlight++;
  const answered: Answered = (request, call, status, durationMs) => {
    inFlight--;
    const method = knownMethods.has(request.method) ? request.method : "other";
    tracing?.nameRequest(method, call.route);
    const { count, seconds } = series(method, call.route, status);
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
    });
  };
  return { arrived, answered };

  function series(method: string, route: string, status: number): Series {
    let found = known.get(route)?.get(status)?.[method];
    if (!found) {
      const labels = { method, route, status: String(status) };
      found = {
        count: instruments.http_requests_total.with(labels),
        seconds: instruments.http_request_duration_seconds.with(labels),
      };
      known.getOrInsertComputed(route, () => new Map()).getOrInsertComputed(status, () => ({}))[method] = found;
    }
    return found;
  }
}
