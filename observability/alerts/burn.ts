import type { Alert, Case, Series } from "../alerts.ts";
import {
  burnRates,
  installation,
  limits,
  type Objective,
  type ObjectiveName,
  objectives,
  trafficMin,
} from "../objectives.ts";

/** For each SLO, a series that counts all requests, and one that counts the bad or the good ones, as `counted` says. */
const counts: Record<ObjectiveName, { all: string; some: string; counted: (all: number, bad: number) => number }> = {
  availability: {
    all: 'http_requests_total{method="POST",route="/login",status="200"}',
    some: 'http_requests_total{method="POST",route="/login",status="500"}',
    counted: (_, bad) => bad,
  },
  token_latency: within("http_request_duration_seconds", 'method="GET",route="/users/me",status="200"', "0.025"),
  login_latency: within("http_request_duration_seconds", 'method="POST",route="/login",status="200"', "1"),
  page_availability: {
    all: 'http_requests_total{method="GET",route="/signin",status="200"}',
    some: 'http_requests_total{method="POST",route="/signin",status="503"}',
    counted: (_, bad) => bad,
  },
  page_latency: within("http_request_duration_seconds", 'method="GET",route="/signin",status="200"', "0.1"),
  code_availability: {
    all: 'sentinel_code_exchange_duration_seconds_count{result="answered"}',
    some: 'sentinel_code_exchange_duration_seconds_count{result="failed"}',
    counted: (_, bad) => bad,
  },
  code_latency: within("sentinel_code_exchange_duration_seconds", 'result="answered"', "0.1"),
};

/** The counts of an SLO on latency: all requests, and those within the bound. */
function within(histogram: string, labels: string, le: string) {
  return {
    all: `${histogram}_count{${labels}}`,
    some: `${histogram}_bucket{${labels},le="${le}"}`,
    counted: (all: number, bad: number) => all - bad,
  };
}

/**
 * An outage of the database has an alert of its own: a pair stays silent while its shorter window contains part of it.
 */
const unlessDatabaseWasDown = (window: string) =>
  `unless on (${installation}) min_over_time(job:sentinel_db_reachable:max1m[${window}]) < ${limits.well}`;

const whileUsersAreCreated: Case = {
  when: "while users are created and changed, each with a password to hash",
  at: "40m",
  series: {
    'http_request_duration_seconds_count{method="POST",route="/users",status="201"}': "0+10x50",
    'http_request_duration_seconds_bucket{method="POST",route="/users",status="201",le="0.025"}': "0x50",
    'http_request_duration_seconds_count{method="PATCH",route="/users/{id}",status="200"}': "0+10x50",
    'http_request_duration_seconds_bucket{method="PATCH",route="/users/{id}",status="200",le="0.025"}': "0x50",
    'http_request_duration_seconds_count{method="POST",route="/users/me/step-up",status="200"}': "0+10x50",
    'http_request_duration_seconds_bucket{method="POST",route="/users/me/step-up",status="200",le="0.025"}': "0x50",
  },
};

const whileUsersSignInOnPages: Case = {
  when: "while users sign in on pages, and each password is hashed",
  at: "40m",
  series: Object.fromEntries(["/signin", "/signup", "/reset/new"].flatMap((route) => {
    const labels = `method="POST",route="${route}",status="200"`;
    return [
      [`http_request_duration_seconds_count{${labels}}`, "0+10x50"],
      ...["0.025", "0.1"].map((le) => [`http_request_duration_seconds_bucket{${labels},le="${le}"}`, "0x50"]),
      [`http_request_duration_seconds_bucket{${labels},le="1"}`, "0+10x50"],
    ];
  })),
};

/** The recorded share of bad requests over a window, of the series that match `labels`. */
export function errorRatio(objective: ObjectiveName, window: string, labels = ""): string {
  return `job_slo:sentinel_errors:ratio_rate${window}{${[`slo="${objective}"`, ...labels ? [labels] : []].join(",")}}`;
}

/** Minutes with the same number of requests and the same burn rate. */
export type Stretch = { minutes: number; burn: number; requests?: number };

/**
 * Two alerts for one error budget: Fast pages the operator, Slow is a ticket. Both windows of a pair must exceed the
 * burn rate: the long one ignores short peaks, the short one ends the alert soon after the fault.
 */
export function burnAlerts(objective: ObjectiveName): Record<string, Alert> {
  const { title, target, alert: name, runbook }: Objective = objectives[objective];
  const budget = Number((1 - target).toFixed(6));
  const [fast, slow] = [`${name}Fast`, `${name}Slow`];
  const windows = (severity: "page" | "ticket") =>
    burnRates.filter((rate) => rate.severity === severity).map(({ factor, long, short }) => {
      const both = [long, short].map((window) => `${errorRatio(objective, window)} > ${factor} * ${budget}`);
      return `  (${both.join(" and ")} ${unlessDatabaseWasDown(short)})`;
    }).join("\n  or\n");
  const after = (...stretches: Stretch[]) => burning(objective, stretches);
  const alert = (severity: "page" | "ticket"): Omit<Alert, "for" | "fires"> => ({
    severity,
    expr: `(\n${windows(severity)}\n)
and
job_slo:sentinel_requests:rate1h{slo="${objective}"} > ${trafficMin.toFixed(4)}`,
    summary: `${title}: the error budget burns too fast`,
    description: "{{ $value | humanizePercentage }} of the requests miss the SLO; " +
      `over thirty days, ${(budget * 100).toFixed(1)} % may miss it.`,
    runbook,
    silent: [
      { at: "40m", series: after({ minutes: 50, burn: 0.5 }) },
      {
        when: "while every request is bad, but there is less than one a minute",
        at: "40m",
        series: after({ minutes: 50, burn: 1000, requests: 0.4 }),
      },
      ...objective === "token_latency" ? [whileUsersAreCreated, whileUsersSignInOnPages] : [],
      ...objective === "page_latency" ? [whileUsersSignInOnPages] : [],
    ],
  });
  return {
    [fast]: {
      ...alert("page"),
      for: "2m",
      fires: [
        { at: "40m", series: after({ minutes: 50, burn: 20 }), with: [slow] },
        ...objective === "availability" ? ofAvailability.fast : [],
      ],
    },
    [slow]: {
      ...alert("ticket"),
      for: "15m",
      fires: [
        { at: "40m", series: after({ minutes: 50, burn: 4 }) },
        ...objective === "availability" ? ofAvailability.slow : [],
      ],
    },
  };
}

const availability = (...stretches: Stretch[]) => burning("availability", stretches);
const availabilitySlow = `${objectives.availability.alert}Slow`;

/** Cases for one SLO alone: the others differ only in what they count. */
const ofAvailability: Record<"fast" | "slow", Case[]> = {
  fast: [{
    when: "by the windows 1h and 5m alone",
    at: "212m",
    series: availability({ minutes: 200, burn: 0 }, { minutes: 10, burn: 100 }, { minutes: 10, burn: 0 }),
  }, {
    when: "by the windows 6h and 30m alone",
    at: "40m",
    series: availability({ minutes: 50, burn: 10 }),
    with: [availabilitySlow],
  }, {
    when: "while another environment has many good requests and no database",
    at: "40m",
    series: {
      ...availability({ minutes: 50, burn: 20 }),
      'http_requests_total{method="POST",route="/login",status="200",environment="staging"}': "0+1000000x50",
      'sentinel_db_reachable{environment="staging"}': "0x50",
    },
    with: [availabilitySlow, "SentinelDatabaseDown"],
  }],
  slow: [{
    when: "by the windows 1d and 2h alone, after an hour with a thousand times as many requests",
    at: "1520m",
    series: availability({ minutes: 60, burn: 0, requests: 1_000_000 }, { minutes: 1_480, burn: 5 }),
  }, { when: "by the windows 3d and 6h alone", at: "40m", series: availability({ minutes: 50, burn: 2 }) }],
};

/** The series that an SLO reads, while its budget burns at these rates. */
export function burning(objective: ObjectiveName, stretches: Stretch[]): Series {
  const { all, some, counted } = counts[objective];
  const bad = (burn: number, requests: number) =>
    Math.min(requests, Number((burn * (1 - objectives[objective].target) * requests).toFixed(3)));
  return {
    [all]: counter(stretches.map(({ minutes, requests = 1000 }) => ({ minutes, perMinute: requests }))),
    [some]: counter(stretches.map(({ minutes, burn, requests = 1000 }) => ({
      minutes,
      perMinute: counted(requests, bad(burn, requests)),
    }))),
  };
}

/** The values of a counter that grows by `perMinute` for `minutes`, one stretch after another. */
function counter(stretches: { minutes: number; perMinute: number }[]): string {
  let total = 0;
  const values = stretches.map(({ minutes, perMinute }) => {
    const first = total + perMinute;
    total += minutes * perMinute;
    return `${first}+${perMinute}x${minutes - 1}`;
  });
  return ["0", ...values].join(" ");
}
