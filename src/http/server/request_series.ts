import type { Instruments } from "../../vocabulary/dictionary.ts";
import "../dictionary.ts";

type Series = { count: { inc(): void }; seconds: { observe(value: number): void } };

/** Returns the series of a method, route and status. They are looked up once and kept, which is faster. */
export function createRequestSeries(
  instruments: Pick<Instruments, "http_requests_total" | "http_request_duration_seconds">,
) {
  const known = new Map<string, Map<number, Record<string, Series>>>(); // by route, status and method

  return (method: string, route: string, status: number): Series => {
    const found = known.get(route)?.get(status)?.[method];
    if (found) return found;
    const labels = { method, route, status: String(status) };
    const series = {
      count: instruments.http_requests_total.with(labels),
      seconds: instruments.http_request_duration_seconds.with(labels),
    };
    known.getOrInsertComputed(route, () => new Map()).getOrInsertComputed(status, () => ({}))[method] = series;
    return series;
  };
}
