/**
 * The search for the highest arrival rate that is answered in time. Requests arrive in steps of a rising rate, whether
 * or not earlier ones are answered (an open model). A step holds if its P99 is under `P99_MS` (50), every request is
 * answered, and no arrival was dropped because all virtual users were waiting. The run ends when even the median
 * exceeds `P99_MS`, and k6 exits with 99.
 *
 * `RATES=100,200,…` (per second) and `STEP_SECONDS` (10) choose other steps.
 */
import type { Options, Scenario, Threshold } from "k6/options";
import { everyRun, ms, type RunData, summary } from "./summary.ts";

/** One step of the search, and whether the rate holds. */
export type Step = {
  rate: number;
  requests: number;
  medianMs: number;
  p99Ms: number;
  failed: number;
  dropped: number;
  held: boolean;
};

const p99MsMax = Number(__ENV.P99_MS ?? 50);
const stepSeconds = Number(__ENV.STEP_SECONDS ?? 10);
const pauseSeconds = 2;
const warmUpSeconds = 5;
/** k6 counts the time of its thresholds from the start, including `setup`. */
const setupSecondsMax = 5;

/**
 * The options and `handleSummary` of a script that searches upwards from the rate `from`, with at most `vusMax` virtual
 * users.
 */
export function ceiling(script: string, { from, vusMax = 400 }: { from: number; vusMax?: number }) {
  const rates = __ENV.RATES?.split(",").map(Number) ??
    Array.from({ length: 14 }, (_, n) => Math.round(from * 1.5 ** n));
  const options: Options = {
    ...everyRun,
    scenarios: Object.fromEntries([
      ["warm_up", arrivals(rates[0]!, 0, warmUpSeconds)],
      ...rates.map((rate, n) => [`at_${rate}`, arrivals(rate, startOf(n), stepSeconds)]),
    ]),
    thresholds: Object.fromEntries(rates.flatMap((rate, n) => [
      [`http_req_duration{scenario:at_${rate}}`, [endIfOverloaded(n)]],
      [`http_req_failed{scenario:at_${rate}}`, ["rate>=0"]],
      [`dropped_iterations{scenario:at_${rate}}`, ["count>=0"]],
    ])),
  };
  return { options, handleSummary: summary(script, (data) => report(rates, data)) };

  /** A step with enough virtual users for `rate` requests per second that take twice the allowed time. */
  function arrivals(rate: number, startSeconds: number, seconds: number): Scenario {
    return {
      executor: "constant-arrival-rate",
      rate,
      startTime: `${startSeconds}s`,
      duration: `${seconds}s`,
      gracefulStop: `${pauseSeconds / 2}s`, // so that two steps never share virtual users
      preAllocatedVUs: Math.min(vusMax, Math.max(20, Math.ceil(rate * 2 * p99MsMax / 1000))),
    };
  }
}

function startOf(n: number): number {
  return warmUpSeconds + pauseSeconds + n * (stepSeconds + pauseSeconds);
}

/** The time at which the n-th step is over. */
function endIfOverloaded(n: number): Threshold {
  const seconds = startOf(n) + stepSeconds + setupSecondsMax;
  return { threshold: `med<${p99MsMax}`, abortOnFail: true, delayAbortEval: `${seconds}s` };
}

/** The steps up to the first that did not hold. */
function report(rates: number[], data: RunData) {
  const all = rates.map((rate) => stepAt(rate, data)).filter(({ requests }) => requests > 0);
  const overloaded = all.findIndex(({ medianMs }) => medianMs >= p99MsMax);
  const steps = overloaded < 0 ? all : all.slice(0, overloaded + 1);
  const highest = steps.filter(({ held }) => held).at(-1);
  const lines = [
    highest ? `**${highest.rate}/s** with P99 under ${p99MsMax} ms` : `No rate had its P99 under ${p99MsMax} ms`,
    "",
    "| Arrivals/s | Requests | P50 ms | P99 ms | Failed | Dropped | Holds |",
    "| ---------: | -------: | -----: | -----: | -----: | ------: | ----- |",
    ...steps.map(({ rate, requests, medianMs, p99Ms, failed, dropped, held }) =>
      `| ${[rate, requests, ms(medianMs), ms(p99Ms), failed, dropped, held ? "yes" : "no"].join(" | ")} |`
    ),
  ];
  return { lines, members: { steps } };
}

function stepAt(rate: number, { metrics }: RunData): Step {
  const value = (metric: string, name: string) => metrics[`${metric}{scenario:at_${rate}}`]?.values[name] ?? 0;
  const requests = value("http_req_duration", "count");
  const medianMs = value("http_req_duration", "med");
  const p99Ms = value("http_req_duration", "p(99)");
  const failed = value("http_req_failed", "passes");
  const dropped = value("dropped_iterations", "count");
  return { rate, requests, medianMs, p99Ms, failed, dropped, held: p99Ms < p99MsMax && failed + dropped === 0 };
}
