/** The SLOs and the limits of the alerts. Every rule, and every line on a panel, is generated from these tables. */

/** Routes that serve operators and machines; no SLO covers them. */
const operations = "/livez|/readyz|/metrics|/docs.*|/openapi.json|/problems/.*|/.well-known/.*|unmatched|preflight";

/** Routes that hash a password or exchange a refresh token. */
const logins = "/login|/oauth/token|/register|/users/me/password";

/** Routes on which some requests hash a password and others do not: no SLO on latency covers them. */
const accounts = "/users|/users/\\\\{id\\\\}";

/** The labels of one installation: `environment` distinguishes several in one Prometheus. */
export const installation = "job, environment";

/** One SLO: of all requests that match `selector`, at least the share `target` is good. */
export type Objective = {
  title: string;
  /** Selects series of `http_requests_total` and `http_request_duration_seconds`. */
  selector: string;
  /** A good request is answered within this time, a bound of the histogram; without it, answered without a 5xx. */
  withinSeconds?: number;
  target: number;
  /** The name of its two alerts, without Fast or Slow at the end. */
  alert: string;
  runbook: string;
};

/** The SLOs, each over thirty days. */
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
 * The burn rates that trigger an alert, over a long window and its last part (The Site Reliability Workbook, ch. 5,
 * table 5-8): 14.4 spends 2 % of the budget of thirty days in an hour, 6 spends 5 % in six hours, 3 spends 10 % in a
 * day, and 1 spends all of it in thirty days.
 */
export const burnRates = [
  { severity: "page", factor: 14.4, long: "1h", short: "5m" },
  { severity: "page", factor: 6, long: "6h", short: "30m" },
  { severity: "ticket", factor: 3, long: "1d", short: "2h" },
  { severity: "ticket", factor: 1, long: "3d", short: "6h" },
] as const;

/** One request a minute; below it a share of the requests means nothing. */
export const trafficMin = 1 / 60;

/** The limit of each alert, which is also the line on its panel. */
export const limits = {
  /** A gauge is 1 while all is well, and 0 otherwise. */
  well: 1,
  /** Callers that wait for a connection, at every scrape of a minute. */
  poolWaiting: 1,
  /** Guesses a second, over five minutes. */
  guessesPerSecond: 0.1,
  /** The share of guesses among all logins: users mistype far less often. */
  guessShare: 0.5,
  /** Wrong codes of second factors in a quarter of an hour, for all users together. */
  wrongFactors: 30,
  /** Passkeys whose counter went back, in an hour: less than one, because Prometheus extrapolates an increase. */
  counterRegressions: 0.5,
  /** Set-ups of a required second factor begun in an hour, of which fewer than a quarter are finished. */
  enrolmentsBegun: 10,
  enrolmentShare: 0.25,
  /** Authentications of OAuth clients refused a second, over five minutes: one client that tries every ten seconds. */
  clientFailuresPerSecond: 0.1,
  /** Requests for the keys of clients that failed in an hour, and refused assertions: an address that is away for minutes. */
  failedKeysFetches: 5,
  assertionsWithoutKeys: 5,
  /** Requests of applications, or exchanges of their codes, refused a second, over five minutes. */
  refusedApplicationsPerSecond: 0.1,
  /** Their share of all: most applications work. */
  refusedApplicationsShare: 0.5,
  /** Codes used twice in five minutes: less than one, because Prometheus extrapolates an increase. */
  codeReuses: 0.5,
  /** Sessions revoked in five minutes: less than one, because Prometheus extrapolates an increase. */
  refreshReuses: 0.5,
  /** The age of the oldest mail that waits: two or three attempts have failed. */
  oldestMailSeconds: 300,
  /** Mails given up in an hour: a mistyped address is none of the operator's. */
  deadMails: 5,
  /** Logout tokens given up in an hour: one application that was away shows more. */
  deadLogoutTokens: 5,
  /** The share of the hash queue that is in use. */
  hashQueueShare: 0.8,
  /** Passwords refused a second because the queue was full. */
  hashRejectedPerSecond: 0.1,
  /** The audit log is sealed each second. */
  auditSealLagSeconds: 60,
  /** Failed runs of one job in three minutes: less than one, as every job runs at least once a minute. */
  jobFailures: 0.5,
  /** 90 days: a quarter of the shortest cryptoperiod that NIST SP 800-57 part 1 §5.3.6 gives a signing key. */
  keyAgeSeconds: 7_776_000,
  /** The change feed has a heartbeat each second, and a replica distrusts it after 3 s without. */
  heartbeatAgeSeconds: 10,
} as const;
