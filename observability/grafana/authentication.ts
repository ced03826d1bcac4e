import { limits, objectives } from "../objectives.ts";
import { type Board, environment, ofAllReplicas, percentiles, rateBy, replica } from "./panels.ts";

/** Who comes in, who is kept out, and who is trying. */
export const authentication: Board = {
  uid: "sentinel-authentication",
  title: "Authentication and attacks",
  description: "Logins, tokens and decisions, and what guessing looks like.",
  rows: [
    {
      title: "Attacks",
      panels: [
        {
          title: "Guesses at names nobody has",
          description: "Logins a second, over five minutes, that name nobody or come from an address that is out of " +
            `tries. Credential stuffing, where they are also more than half of all logins. ${ofAllReplicas}`,
          unit: "cps",
          alert: { name: "SentinelCredentialStuffing", above: limits.guessesPerSecond },
          queries: [{ expr: `job:sentinel_logins_stuffing:rate5m{${environment}}`, legend: "guesses" }],
        },
        {
          title: "Accounts guessed at",
          description: "Accounts a second, over five minutes, at which a login fails after a while without one. " +
            `Password spraying, where more than half of all logins have the wrong password. ${ofAllReplicas}`,
          unit: "cps",
          alert: { name: "SentinelPasswordSpraying", above: limits.guessesPerSecond },
          queries: [{ expr: `job:sentinel_guessed_accounts:rate5m{${environment}}`, legend: "accounts" }],
        },
        {
          title: "Share of logins that are guesses",
          description: `Both alerts of this row ask for more than half. ${ofAllReplicas}`,
          unit: "percentunit",
          alert: { name: "SentinelCredentialStuffing", above: limits.guessShare },
          queries: [
            { expr: shareOfLogins("job:sentinel_logins_stuffing:rate5m"), legend: "unknown names" },
            { expr: shareOfLogins("job:sentinel_logins_wrong_password:rate5m"), legend: "wrong passwords" },
          ],
        },
        {
          title: "Turned away by a limit",
          description: "Attempts a second that cost no password hash, by the limit that ran out.",
          unit: "cps",
          queries: [rateBy("limit", "sentinel_throttled_total")],
        },
        {
          title: "Refresh tokens that came back",
          description: "Sessions ended in five minutes because an old refresh token was used again.",
          unit: "short",
          alert: { name: "SentinelRefreshReuse", above: limits.refreshReuses },
          queries: [{ expr: `sum(increase(sentinel_refresh_reuse_total{${replica}}[5m]))`, legend: "sessions" }],
        },
        {
          title: "Token verifications",
          description: "Access tokens presented a second. Cached ones cost no signature; revoked ones were good once.",
          unit: "cps",
          queries: [rateBy("result", "sentinel_token_verifications_total")],
        },
      ],
    },
    {
      title: "People",
      panels: [
        {
          title: "Logins",
          description: "By outcome. A disabled account and an unknown name look alike to the client, not here.",
          unit: "cps",
          queries: [rateBy("outcome", "sentinel_logins_total")],
        },
        {
          title: "Login latency",
          description: "POST /login, hash and waiting included. The line is the promise.",
          unit: "s",
          alert: { name: "SentinelLoginLatencyBurnFast", above: objectives.login_latency.withinSeconds },
          queries: percentiles("http_request_duration_seconds", 'route="/login"'),
        },
        {
          title: "Refreshes",
          description: "By outcome; replayed is a lost answer repaired within the grace.",
          unit: "cps",
          queries: [rateBy("outcome", "sentinel_refreshes_total")],
        },
        {
          title: "Registrations",
          description: "By outcome.",
          unit: "cps",
          queries: [rateBy("outcome", "sentinel_registrations_total")],
        },
        {
          title: "Password changes",
          description: "People who asked to change their own, by outcome.",
          unit: "cps",
          queries: [rateBy("outcome", "sentinel_password_changes_total")],
        },
        {
          title: "Decisions",
          description: "Access decisions asked for, by what they were.",
          unit: "cps",
          queries: [rateBy("decision", "sentinel_decisions_total")],
        },
        {
          title: "Audit events",
          description: "Events sealed a second, by what they record.",
          unit: "cps",
          queries: [rateBy("action", "sentinel_audit_events_total")],
        },
        {
          title: "Audit seal lag",
          description: "Age of the oldest event that no seal protects yet.",
          unit: "s",
          alert: { name: "SentinelAuditSealStuck", above: limits.auditSealLagSeconds },
          queries: [{ expr: `max(sentinel_audit_seal_lag_seconds{${replica}})`, legend: "lag" }],
        },
      ],
    },
  ],
};

function shareOfLogins(recorded: string): string {
  return `${recorded}{${environment}} / (job:sentinel_logins:rate5m{${environment}} > 0)`;
}
