import process from "node:process";
import { metrics } from "../../vocabulary/events.ts";
import type { Logger } from "../../platform/logger.ts";
import { createMetrics, type Metrics } from "../../platform/metrics.ts";

export type Instruments = ReturnType<typeof createInstruments>;

/** The catalogue's instruments. Memory and CPU time are read at each scrape, from the runtime: /proc may not be read. */
export function createInstruments(version: string, log: Pick<Logger, "dropped">) {
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
  const lag = instruments.sentinel_audit_seal_lag_seconds.with({});
  return {
    ...instruments,
    expectAnswers,
    /** Counts by the one label that each of these has, if any. */
    counted: {
      passwordChange: counted(instruments.sentinel_password_changes_total, "outcome"),
      decision: counted(instruments.sentinel_decisions_total, "decision"),
      auditEvent: ({ action, outcome }: { action: string; outcome: "success" | "failure" }) =>
        instruments.sentinel_audit_events_total.with({ action, outcome }).inc(),
      login: counted(instruments.sentinel_logins_total, "outcome"),
      jobFailure: counted<"name", string>(instruments.sentinel_job_failures_total, "name"),
      auditLag: (seconds: number) => lag.set(seconds),
      guessedAccount: () => instruments.sentinel_guessed_accounts_total.with({}).inc(),
      refresh: countedRefresh(instruments),
      registration: counted(instruments.sentinel_registrations_total, "outcome"),
      throttled: counted(instruments.sentinel_throttled_total, "limit"),
      tokenVerification: counted(instruments.sentinel_token_verifications_total, "result"),
    },
  };

  /** Lets what an operation may answer begin at zero: `rate()` sees no series' first value, so not the first failure. */
  function expectAnswers(operations: readonly { method: string; path: string; success: { status: number } }[]): void {
    for (const { method, path: route, success } of operations) {
      const labels = (status: number) => ({ method: method.toUpperCase(), route, status: String(status) });
      for (const status of [success.status, 500, 503]) instruments.http_requests_total.with(labels(status));
      instruments.http_request_duration_seconds.with(labels(success.status));
    }
  }
}

function countedRefresh(instruments: Metrics<typeof metrics>) {
  const outcomes = counted(instruments.sentinel_refreshes_total, "outcome");
  return (outcome: Parameters<typeof outcomes>[0]) => {
    outcomes(outcome);
    if (outcome === "reused") instruments.sentinel_refresh_reuse_total.with({}).inc();
  };
}

function counted<L extends string, V extends string>(
  counter: { with(labels: Record<L, V>): { inc(): void } },
  label: L,
): (value: V) => void {
  const children = new Map<V, { inc(): void }>();
  return (value) => {
    let child = children.get(value);
    if (!child) children.set(value, child = counter.with({ [label]: value } as Record<L, V>));
    child.inc();
  };
}
