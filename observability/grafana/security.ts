import { limits } from "../objectives.ts";
import { type Board, counted, perSecond } from "./panels.ts";
import { environment, increase, ofAllReplicas, rateBy, replica } from "./queries.ts";

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
        perSecond(
          "Attempts refused by a rate limit",
          "Per second, by limit. They cost no password hash.",
          rateBy("limit", "sentinel_throttled_total"),
        ),
        counted(
          "Wrong codes of second factors",
          "In 15 minutes. Who sends them knows the password, so many of them, and more than right ones, are " +
            "guesses.",
          { name: "SentinelFactorGuessing", above: limits.wrongFactors },
          { expr: factorChecks("wrong"), legend: "wrong" },
          {
            expr: factorChecks("accepted"),
            legend: "right",
          },
        ),
        counted(
          "Passkeys whose counter went back",
          "In an hour. Such a passkey may be on two devices, or its authenticator was reset.",
          { name: "SentinelPasskeyCopied", above: limits.counterRegressions },
          { expr: increase("sentinel_passkey_counter_regressions_total{", "1h"), legend: "passkeys" },
        ),
      ],
    },
    {
      title: "Tokens and decisions",
      panels: [
        counted(
          "Reused refresh tokens",
          "Sessions revoked in five minutes because an old refresh token was used again.",
          { name: "SentinelRefreshReuse", above: limits.refreshReuses },
          { expr: increase("sentinel_refresh_reuse_total{", "5m"), legend: "sessions" },
        ),
        perSecond(
          "Token verifications",
          "Access tokens presented per second. A cached token needs no check of its signature; a revoked " +
            "one has a valid signature, but its session has ended.",
          rateBy("result", "sentinel_token_verifications_total"),
        ),
        perSecond(
          "Decisions",
          "Access decisions per second, by result.",
          rateBy("decision", "sentinel_decisions_total"),
        ),
        perSecond(
          "Revocation feed",
          "Requests of verifiers to GET /revocations per second, by status.",
          rateBy("status", "http_requests_total", 'route="/revocations"'),
        ),
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
  return increase(`sentinel_factor_checks_total{outcome="${outcome}",`, "15m");
}

function shareOfLogins(recorded: string): string {
  return `${recorded}{${environment}} / (job:sentinel_logins:rate5m{${environment}} > 0)`;
}
