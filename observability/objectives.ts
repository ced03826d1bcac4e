/**
 * What is promised and what is worth waking somebody for: every alert and every line that a dashboard draws comes from
 * these tables.
 */

/** Routes that serve operators and machines; no promise covers them. */
const operations = "/livez|/readyz|/metrics|/docs.*|/openapi.json|/problems/.*|/.well-known/.*|unmatched|preflight";

/** Routes that hash a password or trade a refresh token. */
const logins = "/login|/oauth/token|/register|/users/me/password";

/** Routes on which some methods hash a password and others do not: no promise about time covers them. */
const accounts = "/users|/users/\\\\{id\\\\}";

/** What one installation's series have in common: two in one Prometheus are told apart by `environment`. */
export const installation = "job, environment";

/** One promise: of all requests that `selector` takes in, at least `target` are good. */
export type Objective = {
  title: string;
  /** Of `http_requests_total` and `http_request_duration_seconds`. */
  selector: string;
  /** Good is answered at all (no 5xx), or answered within so many seconds; a bound of the histogram. */
  withinSeconds?: number;
  target: number;
  /** Of its alerts, to which Fast or Slow is added. */
  alert: string;
  runbook: string;
};

/** The promises, each over thirty days. */
export const objectives = {
  availability: {
    title: "Requests answered without a 5xx",
    selector: `route!~"${operations}"`,
    target: 0.999,
    alert: "SentinelAvailabilityBurn",
    runbook: "availability",
  },
  token_latency: {
    title: "Requests with a token answered within 25 ms",
    selector: `route!~"${operations}|${logins}|${accounts}",status!~"5.."`,
    withinSeconds: 0.025,
    target: 0.99,
    alert: "SentinelTokenLatencyBurn",
    runbook: "token-latency",
  },
  login_latency: {
    title: "Logins answered within 1 s",
    selector: `route=~"${logins}",status!~"5.."`,
    withinSeconds: 1,
    target: 0.99,
    alert: "SentinelLoginLatencyBurn",
    runbook: "login-latency",
  },
} as const satisfies Record<string, Objective>;

export type ObjectiveName = keyof typeof objectives;

export const objectiveNames = Object.keys(objectives) as ObjectiveName[];

/**
 * How fast an error budget may burn, over a long window and the last of it (The Site Reliability Workbook, ch. 5,
 * table 5-8): 14.4 spends 2 % of thirty days' budget in an hour, 6 spends 5 % in six, 3 spends 10 % in a day, and 1
 * spends it all in thirty.
 */
export const burnRates = [
  { severity: "page", factor: 14.4, long: "1h", short: "5m" },
  { severity: "page", factor: 6, long: "6h", short: "30m" },
  { severity: "ticket", factor: 3, long: "1d", short: "2h" },
  { severity: "ticket", factor: 1, long: "3d", short: "6h" },
] as const;

/** Below so many requests a second no share of them says anything; one a minute. */
export const trafficMin = 1 / 60;

/** Where an alert begins, and a dashboard's line turns red. */
export const limits = {
  /** A gauge that is 1 while something is well. */
  well: 1,
  /** Callers that wait for a connection, all the time. */
  poolWaiting: 1,
  /** Guesses a second, over five minutes. */
  guessesPerSecond: 0.1,
  /** Of all logins, the share that must be guesses: honest people mistype far less. */
  guessShare: 0.5,
  /** Sessions ended in five minutes: one is enough, whatever the extrapolation makes of it. */
  refreshReuses: 0.5,
  /** Of the places in the hash queue. */
  hashQueueShare: 0.8,
  /** Passwords refused a second because the queue was full. */
  hashRejectedPerSecond: 0.1,
  /** The audit log is sealed each second. */
  auditSealLagSeconds: 60,
  /** Turns of one job that failed in three minutes: the slowest has a turn a minute, and one is enough. */
  jobFailures: 0.5,
  /** 90 days: a quarter of the shortest cryptoperiod that NIST SP 800-57 part 1 §5.3.6 gives a signing key. */
  keyAgeSeconds: 7_776_000,
  /** The change feed beats each second and is given up after 3. */
  heartbeatAgeSeconds: 10,
} as const;
