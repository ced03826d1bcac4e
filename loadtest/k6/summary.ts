/** The summary of a run: a table on standard output and, if `RESULTS` is set, in that folder with all data. */

/** The argument of `handleSummary`, as far as it is used here. */
export type RunData = {
  metrics: Record<string, { values: Record<string, number>; thresholds?: Record<string, { ok: boolean }> }>;
  state: { testRunDurationMs: number };
};

/** The options that all scripts have. */
export const everyRun = {
  discardResponseBodies: true,
  setupTimeout: "5m",
  summaryTrendStats: ["count", "med", "p(95)", "p(99)", "max"],
};

/**
 * Thresholds that always hold: they make k6 keep the requests of a route apart (`name:/login`), for a row in the table.
 * The thresholds that may fail come after these.
 */
export function rows(...selectors: string[]): Record<string, string[]> {
  return Object.fromEntries(selectors.flatMap((selector) => [
    [`http_req_duration{${selector}}`, ["max>=0"]],
    [`http_req_failed{${selector}}`, ["rate>=0"]],
  ]));
}

/** The `handleSummary` of a script, with further lines, and with data for the JSON file only. */
export function summary(script: string, body: (data: RunData) => { lines: string[]; members?: object } = requests) {
  return (data: RunData): Record<string, string> => {
    const { lines, members } = body(data);
    const { metrics, state } = data; // without `setup_data`, which contains tokens
    const conditions = __ENV.CONDITIONS ? [__ENV.CONDITIONS, ""] : [];
    const text = [`# ${script}`, "", ...conditions, overall(data), "", ...lines].join("\n");
    const shown = { stdout: `\n${text}\n\n` };
    if (!__ENV.RESULTS) return shown;
    return {
      ...shown,
      [`${__ENV.RESULTS}/${script}.md`]: `${text}\n`,
      [`${__ENV.RESULTS}/${script}.json`]: JSON.stringify({ conditions: __ENV.CONDITIONS, ...members, metrics, state }),
    };
  };
}

/** A table of the requests, and one of the thresholds. */
export function requests(data: RunData): { lines: string[] } {
  return { lines: [...table(data), "", ...claims(data)] };
}

/** Milliseconds, with one decimal below 10. */
export function ms(value: number | undefined): string {
  return value === undefined ? "–" : value.toFixed(value < 10 ? 1 : 0);
}

function overall({ metrics, state }: RunData): string {
  const { count = 0, rate = 0 } = metrics.http_reqs?.values ?? {};
  const failed = metrics.http_req_failed?.values.passes ?? 0;
  const seconds = state.testRunDurationMs / 1000;
  return `${count} requests in ${seconds.toFixed(0)} s, ${rate.toFixed(1)}/s, ${failed} failed`;
}

function table({ metrics }: RunData): string[] {
  const selectors = Object.keys(metrics).filter((metric) => metric.startsWith("http_req_failed{"))
    .map((metric) => metric.slice("http_req_failed{".length, -1)).sort();
  return [
    "| Requests | Count | Failed | P50 ms | P95 ms | P99 ms | Max ms |",
    "| -------- | ----: | -----: | -----: | -----: | -----: | -----: |",
    ...selectors.map((selector) => {
      const { count, med, max, ...values } = metrics[`http_req_duration{${selector}}`]!.values;
      const failed = metrics[`http_req_failed{${selector}}`]!.values.passes;
      const durations = [med, values["p(95)"], values["p(99)"], max].map((each) => ms(count ? each : undefined));
      return `| ${[selector.replace(/^name:/, ""), count, failed, ...durations].join(" | ")} |`;
    }),
  ];
}

/** The thresholds except those of {@link rows}, which always hold. */
function claims({ metrics }: RunData): string[] {
  const claimed = Object.entries(metrics).flatMap(([metric, { thresholds = {} }]) =>
    Object.entries(thresholds).filter(([threshold]) => !threshold.endsWith(">=0"))
      .map(([threshold, { ok }]) => `| \`${metric}: ${threshold}\` | ${ok ? "yes" : "**no**"} |`)
  );
  return ["| Claim | Holds |", "| ----- | ----- |", ...claimed.sort()];
}
