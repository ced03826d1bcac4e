import type { Alert } from "./alerts.ts";
import { installation, limits } from "./objectives.ts";

/** Somebody guesses at passwords, or uses what was stolen. */
export const attackAlerts: Record<string, Alert> = {
  SentinelCredentialStuffing: {
    severity: "page",
    expr: `job:sentinel_logins_stuffing:rate5m > ${limits.guessesPerSecond}
and
job:sentinel_logins_stuffing:rate5m > ${limits.guessShare} * job:sentinel_logins:rate5m`,
    for: "1m",
    summary: "Somebody is trying lists of names and passwords",
    description: "{{ $value | humanize }} logins a second name nobody, or come from an address that is out of tries; " +
      "they are more than half of all.",
    runbook: "credential-stuffing",
    fires: [{
      at: "9m",
      series: {
        'sentinel_logins_total{outcome="unknown_name"}': "0+60x10",
        'sentinel_logins_total{outcome="succeeded"}': "0+20x10",
        'sentinel_throttled_total{limit="login_address"}': "0x10",
        "sentinel_guessed_accounts_total{}": "0+60x10",
      },
    }, {
      when: "from an address that is out of tries",
      at: "9m",
      series: {
        'sentinel_logins_total{outcome="unknown_name"}': "0x10",
        'sentinel_logins_total{outcome="rate_limited"}': "0+60x10",
        'sentinel_logins_total{outcome="succeeded"}': "0+20x10",
        'sentinel_throttled_total{limit="login_address"}': "0+60x10",
      },
    }, {
      when: "however many log in to another environment",
      at: "9m",
      series: {
        'sentinel_logins_total{outcome="unknown_name"}': "0+60x10",
        'sentinel_throttled_total{limit="login_address"}': "0x10",
        'sentinel_logins_total{outcome="succeeded",environment="staging"}': "0+1000x10",
      },
    }],
    silent: [{
      at: "9m",
      series: {
        'sentinel_logins_total{outcome="unknown_name"}': "0+60x10",
        'sentinel_logins_total{outcome="succeeded"}': "0+200x10",
        'sentinel_throttled_total{limit="login_address"}': "0x10",
        "sentinel_guessed_accounts_total{}": "0+60x10",
      },
    }],
  },
  SentinelPasswordSpraying: {
    severity: "page",
    expr: `job:sentinel_guessed_accounts:rate5m > ${limits.guessesPerSecond}
and
job:sentinel_logins_wrong_password:rate5m > ${limits.guessShare} * job:sentinel_logins:rate5m`,
    for: "1m",
    summary: "Somebody is trying a few passwords on many accounts",
    description: "Logins fail at {{ $value | humanize }} other accounts a second; more than half of all logins have " +
      "the wrong password for an account that exists.",
    runbook: "password-spraying",
    fires: [{
      at: "9m",
      series: {
        'sentinel_logins_total{outcome="wrong_password"}': "0+60x10",
        'sentinel_logins_total{outcome="succeeded"}': "0+20x10",
        "sentinel_guessed_accounts_total{}": "0+50x10",
      },
    }],
    silent: [{
      at: "9m",
      series: {
        'sentinel_logins_total{outcome="wrong_password"}': "0+60x10",
        'sentinel_logins_total{outcome="succeeded"}': "0+20x10",
        "sentinel_guessed_accounts_total{}": "0+1x10",
      },
    }],
  },
  SentinelRefreshReuse: {
    severity: "ticket",
    expr: `sum by (${installation}) (increase(sentinel_refresh_reuse_total[5m])) > ${limits.refreshReuses}`,
    summary: "An old refresh token came back, and its session was ended",
    description: "Either a token was stolen, or a client keeps tokens that it has already traded.",
    runbook: "refresh-reuse",
    fires: [{ at: "5m", series: { "sentinel_refresh_reuse_total{}": "0x3 1x10" } }],
    silent: [{
      at: "5m",
      series: {
        "sentinel_refresh_reuse_total{}": "0x10",
        'sentinel_refreshes_total{outcome="replayed"}': "0+5x10",
      },
    }],
  },
};
