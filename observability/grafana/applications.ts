import { limits, objectives } from "../objectives.ts";
import { type Board, percentiles, type Query, rateBy, replica, step } from "./panels.ts";

/** Outcomes of a request of an application that are no refusal. */
const onTheWay = "code|sign_in|consent";

/** OAuth clients: users who sign in to applications, programs, devices, and what clients are told. */
export const applications: Board = {
  uid: "sentinel-applications",
  title: "Applications",
  description: "What OAuth clients ask for, and where they and their users are refused.",
  rows: [
    {
      title: "From the request to the tokens",
      panels: [
        {
          title: "Steps in the chosen time",
          description:
            "Users who were led to the sign-in, who were asked for consent, who got a code, and codes that " +
            "were exchanged. Users who are signed in, and allowed the application everything, get a code at once.",
          unit: "short",
          kind: "bars",
          queries: [
            step('sentinel_authorizations_total{outcome="sign_in",', "1 led to the sign-in"),
            step('sentinel_authorizations_total{outcome="consent",', "2 asked for consent"),
            step('sentinel_authorizations_total{outcome="code",', "3 got a code"),
            step('sentinel_code_exchanges_total{outcome="issued",', "4 exchanged for tokens"),
          ],
        },
        {
          title: "Steps",
          description: "Per second: the user was led to the sign-in, was asked for consent, or got a code.",
          unit: "cps",
          queries: [rateBy("outcome", "sentinel_authorizations_total", `outcome=~"${onTheWay}"`)],
        },
        {
          title: "Code exchanges",
          description: "Per second, by outcome. The client's refusals say why (GET /clients/{id}/refusals).",
          unit: "cps",
          queries: [rateBy("outcome", "sentinel_code_exchanges_total")],
        },
        {
          title: "Duration of code exchanges",
          description: "From the authentication of the client to its tokens or a refusal. The line is the SLO.",
          unit: "s",
          alert: { name: "SentinelCodeLatencyBurnFast", above: objectives.code_latency.withinSeconds },
          queries: percentiles("sentinel_code_exchange_duration_seconds", objectives.code_latency.selector),
        },
        {
          title: "Pushed requests",
          description: "Per second: authorization requests that clients pushed (RFC 9126), accepted and refused.",
          unit: "cps",
          queries: [rateBy("outcome", "sentinel_pushed_requests_total")],
        },
        {
          title: "Consents",
          description: "Per second: granted and withdrawn by users.",
          unit: "cps",
          queries: [rateBy("outcome", "sentinel_consents_total")],
        },
      ],
    },
    {
      title: "Refusals",
      panels: [
        {
          title: "Requests refused, by reason",
          description:
            "Per second. page_refused went to no application, as client or redirect_uri were wrong; stale_flow " +
            "is too late or of another browser; the others went to the application as errors.",
          unit: "cps",
          queries: [rateBy("outcome", "sentinel_authorizations_total", `outcome!~"${onTheWay}"`)],
        },
        {
          title: "Requests refused",
          description: "Per second, over five minutes. Users who declined count here, but not for the alert.",
          unit: "cps",
          alert: { name: "SentinelApplicationSignInsRefused", above: limits.refusedPerSecond },
          queries: [{
            expr: `sum(rate(sentinel_authorizations_total{outcome!~"${onTheWay}",${replica}}[5m]))`,
            legend: "refused",
          }],
        },
        {
          title: "Pushed requests refused",
          description: "Per second, over five minutes.",
          unit: "cps",
          alert: { name: "SentinelPushedRequestsRefused", above: limits.refusedPerSecond },
          queries: refused('sentinel_pushed_requests_total{outcome="refused",'),
        },
        {
          title: "Code exchanges refused",
          description: "Per second, over five minutes.",
          unit: "cps",
          alert: { name: "SentinelCodeExchangesFailing", above: limits.refusedPerSecond },
          queries: [{
            expr: `sum(rate(sentinel_code_exchanges_total{outcome!="issued",${replica}}[5m]))`,
            legend: "refused",
          }],
        },
        {
          title: "Reused codes",
          description: "Sessions revoked in five minutes because a code was used a second time.",
          unit: "short",
          alert: { name: "SentinelCodeReuse", above: limits.codeReuses },
          queries: [{
            expr: `sum(increase(sentinel_code_exchanges_total{outcome="reused",${replica}}[5m]))`,
            legend: "codes",
          }],
        },
      ],
    },
    {
      title: "Devices",
      panels: [
        {
          title: "Sign-ins on devices",
          description: "Per second: what devices asked for, what users decided, and what polls were answered.",
          unit: "cps",
          queries: [rateBy("outcome", "sentinel_device_grants_total")],
        },
        {
          title: "Sign-ins on devices in an hour",
          description: "Begun by devices, and finished. The alert requires that fewer than a quarter are finished.",
          unit: "short",
          alert: { name: "SentinelDeviceSignInsFailing", above: limits.devicesStarted },
          queries: [
            { expr: inAnHour('sentinel_device_grants_total{outcome="started",'), legend: "started" },
            { expr: inAnHour('sentinel_device_grants_total{outcome="issued",'), legend: "finished" },
          ],
        },
      ],
    },
    {
      title: "Clients",
      panels: [
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
          title: "Tokens of clients refused",
          description: "Per second, over five minutes.",
          unit: "cps",
          alert: { name: "SentinelClientTokensRefused", above: limits.refusedPerSecond },
          queries: refused('sentinel_client_credentials_total{outcome!="issued",'),
        },
        {
          title: "Proofs of keys",
          description: "DPoP proofs of clients, by outcome. Replayed ones were copied, or sent twice by a client.",
          unit: "cps",
          queries: [rateBy("outcome", "sentinel_dpop_proofs_total")],
        },
        {
          title: "Proofs of keys refused",
          description: "Per second, over five minutes.",
          unit: "cps",
          alert: { name: "SentinelProofsRefused", above: limits.refusedPerSecond },
          queries: refused('sentinel_dpop_proofs_total{outcome!="accepted",'),
        },
        {
          title: "Fetches of client keys",
          description:
            "Requests to the jwks_uri of clients in an hour, by outcome. The alert counts those of one replica that failed.",
          unit: "short",
          alert: { name: "SentinelClientKeysUnavailable", above: limits.failedKeysFetches },
          queries: [{
            expr: `sum by (outcome) (increase(sentinel_client_keys_fetches_total{${replica}}[1h]))`,
            legend: "{{outcome}}",
          }],
        },
        {
          title: "Fetches of client documents",
          description: "Requests to the addresses at which clients describe themselves in an hour, by outcome.",
          unit: "short",
          alert: { name: "SentinelClientDocumentsUnavailable", above: limits.failedDocuments },
          queries: [{
            expr: `sum by (outcome) (increase(sentinel_client_documents_total{${replica}}[1h]))`,
            legend: "{{outcome}}",
          }],
        },
        {
          title: "Registrations of clients",
          description: "Per second: clients that register themselves, by outcome.",
          unit: "cps",
          queries: [rateBy("outcome", "sentinel_client_registrations_total")],
        },
        {
          title: "Registrations without room",
          description: "In an hour, because too many clients have registered.",
          unit: "short",
          alert: { name: "SentinelClientRegistrationsFull", above: limits.fullRegistrations },
          queries: [{
            expr: inAnHour('sentinel_client_registrations_total{outcome="full",'),
            legend: "refused",
          }],
        },
      ],
    },
    {
      title: "Logout tokens",
      panels: [
        {
          title: "Age of the oldest logout token",
          description: "The oldest one in the outbox; 0 if none waits.",
          unit: "s",
          alert: { name: "SentinelLogoutTokensDelayed", above: limits.oldestLogoutTokenSeconds },
          queries: [{ expr: `max(sentinel_outbox_oldest_seconds{kind="http",${replica}})`, legend: "oldest" }],
        },
        {
          title: "Logout token failures",
          description: "What applications did not take, per second, by reason.",
          unit: "cps",
          queries: [rateBy("error", "sentinel_logout_token_failures_total")],
        },
        {
          title: "Logout tokens waiting and given up",
          description: "Those given up are listed for a week; `sentinel logout-token retry` sends them again.",
          unit: "short",
          queries: [{ expr: `max by (state) (sentinel_outbox_rows{kind="http",${replica}})`, legend: "{{state}}" }],
        },
        {
          title: "Logout tokens given up",
          description: "In an hour.",
          unit: "short",
          alert: { name: "SentinelLogoutTokensDead", above: limits.deadLogoutTokens },
          queries: [{
            expr: `sum(increase(sentinel_outbox_messages_total{kind="http",outcome="dead",${replica}}[1h]))`,
            legend: "logout tokens",
          }],
        },
      ],
    },
  ],
};

/** How much of it is refused per second, over five minutes. `counter` is the beginning of a selector, as below. */
function refused(counter: string): Query[] {
  return [{ expr: `sum(rate(${counter}${replica}}[5m]))`, legend: "refused" }];
}

function inAnHour(counter: string): string {
  return `sum(increase(${counter}${replica}}[1h]))`;
}
