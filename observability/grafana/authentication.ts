import { limits, objectives } from "../objectives.ts";
import { type Board, environment, ofAllReplicas, percentiles, rateBy, replica } from "./panels.ts";

/** Logins, tokens, decisions and signs of attacks. */
export const authentication: Board = {
  uid: "sentinel-authentication",
  title: "Authentication and attacks",
  description: "Logins, tokens, decisions, and signs of attacks.",
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
      ],
    },
    {
      title: "Second factors",
      panels: [
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
          title: "Proofs of second factors",
          description: "Per second, by kind and outcome. Replayed: the code had been used before.",
          unit: "cps",
          queries: [{
            expr: `sum by (kind, outcome) (rate(sentinel_factor_checks_total{${replica}}[5m]))`,
            legend: "{{kind}} {{outcome}}",
          }],
        },
        {
          title: "Second steps of sign-ins",
          description: "Per second, by outcome. Expired: the sign-in had taken too long, or its account had changed.",
          unit: "cps",
          queries: [rateBy("outcome", "sentinel_second_steps_total")],
        },
        {
          title: "Logins with a passkey alone",
          description: "Per second, by outcome. Most refused ones are expired: a page was open for long.",
          unit: "cps",
          queries: [rateBy("outcome", "sentinel_passkey_logins_total")],
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
        {
          title: "Set-ups at sign-in",
          description: "By users who must have a second factor and had none, in an hour. Shown: the secret of an app.",
          unit: "short",
          alert: { name: "SentinelEnrolmentsFailing", above: limits.enrolmentsBegun },
          queries: [{
            expr: `sum by (outcome) (increase(sentinel_enrolments_total{${replica}}[1h]))`,
            legend: "{{outcome}}",
          }],
        },
        {
          title: "Users with a second factor",
          description: "And those who must have one and have none: their next sign-in sets it up.",
          unit: "short",
          queries: [{ expr: `max by (state) (sentinel_factor_users{${replica}})`, legend: "{{state}}" }],
        },
      ],
    },
    {
      title: "Users",
      panels: [
        {
          title: "Logins",
          description:
            "Per second, by outcome. The client cannot distinguish a disabled account, an unknown name and " +
            "a wrong password.",
          unit: "cps",
          queries: [rateBy("outcome", "sentinel_logins_total")],
        },
        {
          title: "Login latency",
          description: "Of POST /login, with the hash and the wait for it. The line is the SLO.",
          unit: "s",
          alert: { name: "SentinelLoginLatencyBurnFast", above: objectives.login_latency.withinSeconds },
          queries: percentiles("http_request_duration_seconds", 'route="/login"'),
        },
        {
          title: "Refreshes",
          description: "Per second, by outcome. Replayed: a client whose answer was lost got the same answer again.",
          unit: "cps",
          queries: [rateBy("outcome", "sentinel_refreshes_total")],
        },
        {
          title: "Registrations",
          description: "Per second, by outcome.",
          unit: "cps",
          queries: [rateBy("outcome", "sentinel_registrations_total")],
        },
        {
          title: "Password changes",
          description: "Changes of the user's own password per second, by outcome.",
          unit: "cps",
          queries: [rateBy("outcome", "sentinel_password_changes_total")],
        },
        {
          title: "Step-ups",
          description: "Proofs that a fresh sign-in was asked for, per second, by outcome.",
          unit: "cps",
          queries: [rateBy("outcome", "sentinel_step_ups_total")],
        },
        {
          title: "API keys presented",
          description:
            "By outcome. Malformed ones cost no statement; unknown is no such key, or another secret than it has.",
          unit: "cps",
          queries: [rateBy("outcome", "sentinel_api_key_uses_total")],
        },
        {
          title: "API keys in use that expire soon",
          description: "Used within the last 14 days, and over within the next 14.",
          unit: "short",
          alert: { name: "SentinelApiKeysExpiring", above: 0 },
          queries: [{ expr: `max(sentinel_api_keys{state="expiring",${replica}})`, legend: "keys" }],
        },
        {
          title: "Live and unused API keys",
          description: "Of the live ones, unused are those without a use for 90 days.",
          unit: "short",
          alert: { name: "SentinelApiKeysUnused", above: 0 },
          queries: [{
            expr: `max by (state) (sentinel_api_keys{state=~"live|unused",${replica}})`,
            legend: "{{state}}",
          }],
        },
        {
          title: "Clients that authenticate",
          description: "OAuth clients at the token, introspection and revocation endpoints, by outcome.",
          unit: "cps",
          queries: [rateBy("outcome", "sentinel_client_authentications_total")],
        },
        {
          title: "Clients refused",
          description: "Authentications of OAuth clients that failed, per second.",
          unit: "cps",
          alert: { name: "SentinelClientAuthenticationFailing", above: limits.clientFailuresPerSecond },
          queries: [{
            expr: `sum(rate(sentinel_client_authentications_total{outcome!="accepted",${replica}}[5m]))`,
            legend: "refused",
          }],
        },
        {
          title: "Tokens of clients",
          description: "Requests of authenticated clients for a token of their own, by outcome.",
          unit: "cps",
          queries: [rateBy("outcome", "sentinel_client_credentials_total")],
        },
        {
          title: "Proofs of keys",
          description: "DPoP proofs of clients, by outcome. Replayed ones were copied, or sent twice by a client.",
          unit: "cps",
          queries: [rateBy("outcome", "sentinel_dpop_proofs_total")],
        },
        {
          title: "Decisions",
          description: "Access decisions per second, by result.",
          unit: "cps",
          queries: [rateBy("decision", "sentinel_decisions_total")],
        },
        {
          title: "Audit events",
          description: "Events sealed per second, by action.",
          unit: "cps",
          queries: [rateBy("action", "sentinel_audit_events_total")],
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
