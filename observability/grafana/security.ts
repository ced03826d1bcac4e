import { limits } from "../objectives.ts";
import { type Board, environment, ofAllReplicas, rateBy, replica } from "./panels.ts";

/** Attacks, tokens, the audit log and the keys. */
export const security: Board = {
  uid: "sentinel-security",
  title: "Security",
  description: "Signs of attacks, tokens, decisions, the audit log and signing keys.",
  rows: [
    {
      title: "Attacks",
      panels: [
        {
          title: "Logins with unknown names",
          description:
            "Logins a second, over five minutes, with an unknown name, or from an address that has reached " +
            `its limit. If they are more than half of all logins, it is credential stuffing. ${ofAllReplicas}`,
          unit: "cps",
          alert: { name: "SentinelCredentialStuffing", above: limits.guessesPerSecond },
          queries: [{ expr: `job:sentinel_logins_stuffing:rate5m{${environment}}`, legend: "guesses" }],
        },
        {
          title: "Accounts with a first failed login",
          description: "Accounts a second, over five minutes, at which a login fails for the first time in a while. " +
            "If more than half of all logins have the wrong password as well, it is password spraying. " +
            ofAllReplicas,
          unit: "cps",
          alert: { name: "SentinelPasswordSpraying", above: limits.guessesPerSecond },
          queries: [{ expr: `job:sentinel_guessed_accounts:rate5m{${environment}}`, legend: "accounts" }],
        },
        {
          title: "Share of failed logins",
          description: `Of all logins. Both alerts of this row require more than half. ${ofAllReplicas}`,
          unit: "percentunit",
          alert: { name: "SentinelCredentialStuffing", above: limits.guessShare },
          queries: [
            { expr: shareOfLogins("job:sentinel_logins_stuffing:rate5m"), legend: "unknown names" },
            { expr: shareOfLogins("job:sentinel_logins_wrong_password:rate5m"), legend: "wrong passwords" },
          ],
        },
        {
          title: "Attempts refused by a rate limit",
          description: "Per second, by limit. They cost no password hash.",
          unit: "cps",
          queries: [rateBy("limit", "sentinel_throttled_total")],
        },
        {
          title: "Wrong codes of second factors",
          description:
            "In 15 minutes. Who sends them knows the password, so many of them, and more than right ones, are " +
            "guesses.",
          unit: "short",
          alert: { name: "SentinelFactorGuessing", above: limits.wrongFactors },
          queries: [{ expr: factorChecks("wrong"), legend: "wrong" }, {
            expr: factorChecks("accepted"),
            legend: "right",
          }],
        },
        {
          title: "Passkeys whose counter went back",
          description: "In an hour. Such a passkey may be on two devices, or its authenticator was reset.",
          unit: "short",
          alert: { name: "SentinelPasskeyCopied", above: limits.counterRegressions },
          queries: [{
            expr: `sum(increase(sentinel_passkey_counter_regressions_total{${replica}}[1h]))`,
            legend: "passkeys",
          }],
        },
      ],
    },
    {
      title: "Tokens and decisions",
      panels: [
        {
          title: "Reused refresh tokens",
          description: "Sessions revoked in five minutes because an old refresh token was used again.",
          unit: "short",
          alert: { name: "SentinelRefreshReuse", above: limits.refreshReuses },
          queries: [{ expr: `sum(increase(sentinel_refresh_reuse_total{${replica}}[5m]))`, legend: "sessions" }],
        },
        {
          title: "Token verifications",
          description:
            "Access tokens presented per second. A cached token needs no check of its signature; a revoked " +
            "one has a valid signature, but its session has ended.",
          unit: "cps",
          queries: [rateBy("result", "sentinel_token_verifications_total")],
        },
        {
          title: "Decisions",
          description: "Access decisions per second, by result.",
          unit: "cps",
          queries: [rateBy("decision", "sentinel_decisions_total")],
        },
        {
          title: "Revocation feed",
          description: "Requests of verifiers to GET /revocations per second, by status.",
          unit: "cps",
          queries: [rateBy("status", "http_requests_total", 'route="/revocations"')],
        },
      ],
    },
    {
      title: "Audit log and keys",
      panels: [
        {
          title: "Audit events",
          description: "Events sealed per second, by action; only what happened.",
          unit: "cps",
          queries: [{
            expr: `sum by (action) (rate(sentinel_audit_events_total{${replica}}[$__rate_interval])) > 0`,
            legend: "{{action}}",
          }],
        },
        {
          title: "Audit seal lag",
          description: "Age of the oldest event that is not yet sealed.",
          unit: "s",
          alert: { name: "SentinelAuditSealStuck", above: limits.auditSealLagSeconds },
          queries: [{ expr: `max(sentinel_audit_seal_lag_seconds{${replica}})`, legend: "lag" }],
        },
        {
          title: "Audit log verified",
          description: "Events per second that the servers found unchanged, and 1 where one was found changed.",
          unit: "short",
          alert: { name: "SentinelAuditLogChanged", above: 0 },
          queries: [
            { expr: `sum(rate(sentinel_audit_verified_events_total{${replica}}[5m]))`, legend: "verified" },
            { expr: `max(sentinel_audit_chain_broken{${replica}})`, legend: "changed" },
          ],
        },
        {
          title: "Imports, exports and keys",
          description: "Events in the chosen time: of data that was moved or restored, and of signing keys.",
          unit: "short",
          queries: [{
            expr:
              `sum by (action) (increase(sentinel_audit_events_total{action=~"(data|key|secret)[.].*|user[.]imported",${replica}}[$__range]))`,
            legend: "{{action}}",
          }],
        },
        {
          title: "Age of the signing key",
          description: "Time since the active key became active.",
          unit: "s",
          alert: { name: "SentinelKeyAgeing", above: limits.keyAgeSeconds },
          queries: [{ expr: `max by (alg) (sentinel_signing_key_age_seconds{${replica}}) > 0`, legend: "{{alg}}" }],
        },
      ],
    },
  ],
};

function factorChecks(outcome: string): string {
  return `sum(increase(sentinel_factor_checks_total{outcome="${outcome}",${replica}}[15m]))`;
}

function shareOfLogins(recorded: string): string {
  return `${recorded}{${environment}} / (job:sentinel_logins:rate5m{${environment}} > 0)`;
}
