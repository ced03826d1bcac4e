import process from "node:process";
import { type Instruments, metrics } from "../vocabulary/dictionary.ts";
import type { Logger } from "../platform/logger.ts";
import { createMetrics } from "../platform/metrics.ts";
import { once } from "../platform/once.ts";
import "./features.ts"; // defines the metrics of every feature

/**
 * An instrument for each metric. Memory and CPU time are read at each scrape, from the runtime: /proc may not be read.
 */
export function createInstruments(version: string, log: Pick<Logger, "dropped">): Instruments {
  const instruments = createMetrics(metrics);
  instruments.sentinel_build_info.with({ version, deno: Deno.version.deno }).set(1);
  instruments.process_start_time_seconds.with({}).set(performance.timeOrigin / 1000);
  instruments.onScrape(() => {
    const { rss, heapUsed } = Deno.memoryUsage();
    instruments.process_resident_memory_bytes.with({}).set(rss);
    instruments.process_heap_used_bytes.with({}).set(heapUsed);
    const { user, system } = process.cpuUsage();
    instruments.process_cpu_seconds_total.with({}).raiseTo((user + system) / 1e6);
    instruments.sentinel_log_lines_dropped_total.with({}).raiseTo(log.dropped());
  });
  return instruments;
}

/**
 * From the first scrape there is a series for what an operation may answer: `rate()` ignores the first value of a
 * series, so the first failure. The pages of the console are many and seldom opened: no objective is about how long
 * they take.
 */
export function expectAnswers(
  { http_requests_total: count, http_request_duration_seconds: duration, onScrape }: Instruments,
  operations: readonly { method: string; path: string; success: { status: number } }[],
): void {
  const series = once(() =>
    operations.flatMap(({ method, path: route, success }) => {
      const labels = (status: number) => ({ method: method.toUpperCase(), route, status: String(status) });
      const counts = [success.status, 500, 503].map((status) => count.with(labels(status)));
      return route.startsWith("/console") ? counts : [...counts, duration.with(labels(success.status))];
    })
  );
  onScrape(() => void series());
}
