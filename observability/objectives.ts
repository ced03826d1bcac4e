/** The SLOs and the limits of the alerts. Every rule, and every line on a panel, is generated from these tables. */

/** Routes that serve operators and machines; no SLO covers them. */
const operations = "/livez|/readyz|/metrics|/docs.*|/openapi.json|/problems/.*|/.well-known/.*|unmatched|preflight";

/** What a POST or PUT does on these routes takes a password, a code or a refresh token, and may hash a password. */
const logins = "/login.*|/oauth/token|/register|/invitations/accept|/password-reset/complete|/users/me/password|" +
  "/users/me/step-up";

/** Other routes on which a POST may hash a password. */
const hashing = "/users|/users/me/(factors/totp|recovery-codes|passkeys/options)";

/**
 * The pages on which users sign in, sign up and set a new password, and those that an application leads them through.
 */
const signInPages = "/signin.*|/signup|/reset.*|/oauth/authorize|/consent|/device.*";

/** All pages. Those of the account and the console are opened seldom, and many of their forms hash a password. */
const pages =
  `${signInPages}|/verify.*|/invite|/email-change|/signout|/oauth/end_session|/start|/account.*|/console.*|/dev/.*`;

/** Of the sign-in pages those whose GET asks no other server: a client may describe itself at an address of its own. */
const ownPages = "/signin.*|/signup|/reset.*|/consent|/device.*";

/** The labels of one installation: `environment` distinguishes several in one Prometheus. */
export const installation = "job, environment";

/** Where requests are counted: a counter, a histogram of their durations, and the labels of those that failed. */
export const families = {
  http: { count: "http_requests_total", duration: "http_request_duration_seconds", failed: 'status=~"5.."' },
  codeExchange: {
    count: "sentinel_code_exchange_duration_seconds_count",
    duration: "sentinel_code_exchange_duration_seconds",
    failed: 'result="failed"',
  },
} as const;

/** One SLO: of all requests that match `selector`, at least the share `target` is good. */
export type Objective = {
  title: string;
  /** Selects series of this family; the one without a selector counts all of them. */
  family: keyof typeof families;
  selector?: string;
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
    family: "http",
    selector: `route!~"${operations}"`,
    target: 0.999,
    alert: "SentinelAvailabilityBurn",
    runbook: "availability",
  },
  token_latency: {
    title: "Requests with a token answered within 25 ms",
    family: "http",
    selector: `method=~"GET|POST",route!~"${operations}|${logins}|${hashing}|${pages}",status!~"5.."`,
    withinSeconds: 0.025,
    target: 0.99,
    alert: "SentinelTokenLatencyBurn",
    runbook: "token-latency",
  },
  login_latency: {
    title: "Logins answered within 1 s",
    family: "http",
    selector: `method=~"POST|PUT",route=~"${logins}|${ownPages}",status!~"5.."`,
    withinSeconds: 1,
    target: 0.99,
    alert: "SentinelLoginLatencyBurn",
    runbook: "login-latency",
  },
  page_availability: {
    title: "Sign-in pages answered without a 5xx",
    family: "http",
    selector: `route=~"${signInPages}"`,
    target: 0.999,
    alert: "SentinelPageAvailabilityBurn",
    runbook: "sign-in-pages",
  },
  page_latency: {
    title: "Sign-in pages shown within 100 ms",
    family: "http",
    selector: `method="GET",route=~"${ownPages}",status!~"5.."`,
    withinSeconds: 0.1,
    target: 0.99,
    alert: "SentinelPageLatencyBurn",
    runbook: "sign-in-pages",
  },
  code_availability: {
    title: "Codes exchanged without a 5xx",
    family: "codeExchange",
    target: 0.999,
    alert: "SentinelCodeAvailabilityBurn",
    runbook: "code-exchange",
  },
  code_latency: {
    title: "Codes exchanged within 100 ms",
    family: "codeExchange",
    selector: 'result="answered"',
    withinSeconds: 0.1,
    target: 0.99,
    alert: "SentinelCodeLatencyBurn",
    runbook: "code-exchange",
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
  /**
   * Requests for the keys of clients that failed in an hour, and refused assertions: an address that is away for
   * minutes.
   */
  failedKeysFetches: 5,
  assertionsWithoutKeys: 5,
  /** Requests of applications, exchanges of their codes, API keys and the like, refused a second, over five minutes. */
  refusedPerSecond: 0.1,
  /** Their share of all: most of what is sent is right. */
  refusedShare: 0.5,
  /** Requests for the documents of clients that failed in an hour. */
  failedDocuments: 5,
  /**
   * Clients that could not register in an hour, as there are too many: less than one, because Prometheus extrapolates.
   */
  fullRegistrations: 0.5,
  /** Sign-ins on devices started in an hour, of which fewer than a quarter are finished. */
  devicesStarted: 10,
  deviceShare: 0.25,
  /** Logins with a passkey alone refused in a quarter of an hour, and more than succeed. */
  refusedPasskeys: 10,
  /** Secrets found in public in an hour: less than one, because Prometheus extrapolates an increase. */
  leakedSecrets: 0.5,
  /** Mails with a link or code asked for in three hours, of which fewer than one in twenty is used. */
  mailFlowsRequested: 20,
  mailFlowShare: 0.05,
  /** Codes used twice in five minutes: less than one, because Prometheus extrapolates an increase. */
  codeReuses: 0.5,
  /** Sessions revoked in five minutes: less than one, because Prometheus extrapolates an increase. */
  refreshReuses: 0.5,
  /** The age of the oldest mail that waits: two or three attempts have failed. */
  oldestMailSeconds: 300,
  /** Mails given up in an hour: a mistyped address is none of the operator's. */
  deadMails: 5,
  /** The age of the oldest logout token that waits: an application has been away for an hour. */
  oldestLogoutTokenSeconds: 3_600,
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
