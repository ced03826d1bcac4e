import type { Alert } from "../alerts.ts";
import { limits } from "../objectives.ts";
import { increase, unfinished } from "./expressions.ts";

/** Proofs of second factors with this outcome, in a quarter of an hour. */
const factors = (outcome: string) => increase(`sentinel_factor_checks_total{outcome="${outcome}"}`, "15m");

/** Set-ups of required second factors with this outcome, in an hour. */
const enrolments = (outcome: string) => increase(`sentinel_enrolments_total{outcome="${outcome}"}`, "1h");

/** Logins with a passkey alone with this outcome, in a quarter of an hour. */
const passkeys = (outcome: string) => increase(`sentinel_passkey_logins_total{outcome=~"${outcome}"}`, "15m");

/** The alerts for guessed passwords and stolen tokens. */
export const attackAlerts: Record<string, Alert> = {
  SentinelCredentialStuffing: {
    severity: "page",
    expr: `job:sentinel_logins_stuffing:rate5m > ${limits.guessesPerSecond}
and
job:sentinel_logins_stuffing:rate5m > ${limits.guessShare} * job:sentinel_logins:rate5m`,
    for: "1m",
    summary: "Lists of names and passwords are being tried",
    description: "{{ $value | humanize }} logins a second have an unknown name, or come from an address that has " +
      "reached its limit. They are more than half of all logins.",
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
      when: "from an address that has reached its limit",
      at: "9m",
      series: {
        'sentinel_logins_total{outcome="unknown_name"}': "0x10",
        'sentinel_logins_total{outcome="rate_limited"}': "0+60x10",
        'sentinel_logins_total{outcome="succeeded"}': "0+20x10",
        'sentinel_throttled_total{limit="login_address"}': "0+60x10",
      },
    }, {
      when: "while many users log in to another environment",
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
    summary: "A few passwords are being tried on many accounts",
    description: "Logins fail at {{ $value | humanize }} further accounts a second. More than half of all logins " +
      "have the wrong password of an existing account.",
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
  SentinelFactorGuessing: {
    severity: "page",
    expr: `${factors("wrong")} > ${limits.wrongFactors}
and
${factors("wrong")} > (${factors("accepted")} or ${factors("wrong")} * 0)`,
    for: "1m",
    summary: "Second factors are being guessed",
    description: "{{ $value | humanize }} wrong proofs in 15 minutes, more than right ones. Who sends them knows the " +
      "passwords of the users.",
    runbook: "factor-guessing",
    fires: [{
      at: "9m",
      series: {
        'sentinel_factor_checks_total{kind="totp",outcome="wrong"}': "0+10x10",
        'sentinel_factor_checks_total{kind="totp",outcome="accepted"}': "0+1x10",
      },
    }, {
      when: "while no code is right",
      at: "9m",
      series: { 'sentinel_factor_checks_total{kind="recovery_code",outcome="wrong"}': "0+10x10" },
    }],
    silent: [{
      at: "9m",
      series: {
        'sentinel_factor_checks_total{kind="totp",outcome="wrong"}': "0+10x10",
        'sentinel_factor_checks_total{kind="totp",outcome="accepted"}': "0+100x10",
      },
    }],
  },
  SentinelPasskeyCopied: {
    severity: "ticket",
    expr: `${increase("sentinel_passkey_counter_regressions_total", "1h")} > ${limits.counterRegressions}`,
    summary: "A passkey may have been copied",
    description: "The counter of an authenticator went back. Either its key is on two devices, or it was reset.",
    runbook: "passkey-copied",
    fires: [{ at: "20m", series: { "sentinel_passkey_counter_regressions_total{}": "0x3 1x30" } }],
    silent: [{
      at: "20m",
      series: {
        "sentinel_passkey_counter_regressions_total{}": "0x30",
        'sentinel_passkey_logins_total{outcome="succeeded"}': "0+5x30",
      },
    }],
  },
  SentinelPasskeysRefused: {
    severity: "page",
    expr: `${passkeys("wrong|without_verification")} > ${limits.refusedPasskeys}
and
${passkeys("wrong|without_verification")} > ${passkeys("succeeded")}`,
    for: "2m",
    summary: "Users cannot sign in with their passkeys",
    description: "{{ $value | humanize }} logins with a passkey were refused in 15 minutes, more than succeeded.",
    runbook: "passkeys-refused",
    fires: [{
      when: "after the domain has changed",
      at: "20m",
      series: {
        'sentinel_passkey_logins_total{outcome="wrong"}': "0+2x30",
        'sentinel_passkey_logins_total{outcome="succeeded"}': "0x30",
      },
    }],
    silent: [{
      when: "pages were open for long",
      at: "20m",
      series: {
        'sentinel_passkey_logins_total{outcome="wrong"}': "0x30",
        'sentinel_passkey_logins_total{outcome="expired"}': "0+5x30",
        'sentinel_passkey_logins_total{outcome="succeeded"}': "0+1x30",
      },
    }, {
      when: "others succeed",
      at: "20m",
      series: {
        'sentinel_passkey_logins_total{outcome="wrong"}': "0+2x30",
        'sentinel_passkey_logins_total{outcome="succeeded"}': "0+20x30",
      },
    }],
  },
  SentinelEnrolmentsFailing: {
    severity: "ticket",
    expr: unfinished(enrolments("begun"), enrolments("enrolled"), {
      limit: limits.enrolmentsBegun,
      share: limits.enrolmentShare,
    }),
    for: "15m",
    summary: "Users who must set up a second factor do not get through",
    description: "{{ $value | humanize }} sign-ins in an hour led to the set-up of a second factor, and fewer than a " +
      "quarter of them finished it. Nobody else is signed in.",
    runbook: "enrolments-failing",
    fires: [{
      at: "59m",
      series: {
        'sentinel_enrolments_total{outcome="begun"}': "0+1x60",
        'sentinel_enrolments_total{outcome="enrolled"}': "0x20 1+0x40",
      },
    }, {
      when: "while nobody finishes it",
      at: "59m",
      series: { 'sentinel_enrolments_total{outcome="begun"}': "0+1x60" },
    }],
    silent: [{
      at: "59m",
      series: {
        'sentinel_enrolments_total{outcome="begun"}': "0+2x60",
        'sentinel_enrolments_total{outcome="enrolled"}': "0+1x60",
      },
    }],
  },
  SentinelRefreshReuse: {
    severity: "ticket",
    expr: `${increase("sentinel_refresh_reuse_total", "5m")} > ${limits.refreshReuses}`,
    summary: "An old refresh token was used, and its session was revoked",
    description: "Either a token was stolen, or a client keeps tokens that it has already exchanged.",
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
