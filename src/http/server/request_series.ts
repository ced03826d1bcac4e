type Labels = { method: string; route: string; status: string };
type Instrument<Series> = { with(labels: Labels): Series };

/** The instruments that count and time requests. */
export interface RequestInstruments {
  http_requests_total: Instrument<{ inc(): void }>;
  http_request_duration_seconds: Instrument<{ observe(seconds: number): void }>;
}

type Series = { count: { inc(): void }; seconds: { observe(value: number): void } };

/** Returns the series of a method, route and status. They are looked up once and kept, which is faster. */
export function createRequestSeries(instruments: RequestInstruments) {
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
