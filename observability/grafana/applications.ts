import { limits, objectives } from "../objectives.ts";
import { type Board, counted, perSecond, refusals, steps } from "./panels.ts";
import { increase, increaseBy, percentiles, rateBy, replica, step } from "./queries.ts";

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
        steps(
          "Steps in the chosen time",
          "Users who were led to the sign-in, who were asked for consent, who got a code, and codes that " +
            "were exchanged. Users who are signed in, and allowed the application everything, get a code at once.",
          [
            step('sentinel_authorizations_total{outcome="sign_in",', "1 led to the sign-in"),
            step('sentinel_authorizations_total{outcome="consent",', "2 asked for consent"),
            step('sentinel_authorizations_total{outcome="code",', "3 got a code"),
            step('sentinel_code_exchanges_total{outcome="issued",', "4 exchanged for tokens"),
          ],
        ),
        perSecond(
          "Steps",
          "Per second: the user was led to the sign-in, was asked for consent, or got a code.",
          rateBy("outcome", "sentinel_authorizations_total", `outcome=~"${onTheWay}"`),
        ),
        perSecond(
          "Code exchanges",
          "Per second, by outcome. The client's refusals say why (GET /clients/{id}/refusals).",
          rateBy("outcome", "sentinel_code_exchanges_total"),
        ),
        {
          title: "Duration of code exchanges",
          description: "From the authentication of the client to its tokens or a refusal. The line is the SLO.",
          unit: "s",
          alert: { name: "SentinelCodeLatencyBurnFast", above: objectives.code_latency.withinSeconds },
          queries: percentiles("sentinel_code_exchange_duration_seconds", objectives.code_latency.selector),
        },
        perSecond(
          "Pushed requests",
          "Per second: authorization requests that clients pushed (RFC 9126), accepted and refused.",
          rateBy("outcome", "sentinel_pushed_requests_total"),
        ),
        perSecond(
          "Consents",
          "Per second: granted and withdrawn by users.",
          rateBy("outcome", "sentinel_consents_total"),
        ),
      ],
    },
    {
      title: "Refusals",
      panels: [
        perSecond(
          "Requests refused, by reason",
          "Per second. page_refused went to no application, as client or redirect_uri were wrong; stale_flow " +
            "is too late or of another browser; the others went to the application as errors.",
          rateBy("outcome", "sentinel_authorizations_total", `outcome!~"${onTheWay}"`),
        ),
        refusals(
          "Requests refused",
          "SentinelApplicationSignInsRefused",
          `sentinel_authorizations_total{outcome!~"${onTheWay}",`,
          "Per second, over five minutes. Users who declined count here, but not for the alert.",
        ),
        refusals(
          "Pushed requests refused",
          "SentinelPushedRequestsRefused",
          'sentinel_pushed_requests_total{outcome="refused",',
        ),
        refusals(
          "Code exchanges refused",
          "SentinelCodeExchangesFailing",
          'sentinel_code_exchanges_total{outcome!="issued",',
        ),
        counted("Reused codes", "Sessions revoked in five minutes because a code was used a second time.", {
          name: "SentinelCodeReuse",
          above: limits.codeReuses,
        }, { expr: increase('sentinel_code_exchanges_total{outcome="reused",', "5m"), legend: "codes" }),
      ],
    },
    {
      title: "Devices",
      panels: [
        perSecond(
          "Sign-ins on devices",
          "Per second: what devices asked for, what users decided, and what polls were answered.",
          rateBy("outcome", "sentinel_device_grants_total"),
        ),
        counted(
          "Sign-ins on devices in an hour",
          "Begun by devices, and finished. The alert requires that fewer than a quarter are finished.",
          { name: "SentinelDeviceSignInsFailing", above: limits.devicesStarted },
          { expr: increase('sentinel_device_grants_total{outcome="started",', "1h"), legend: "started" },
          { expr: increase('sentinel_device_grants_total{outcome="issued",', "1h"), legend: "finished" },
        ),
      ],
    },
    {
      title: "Clients",
      panels: [
        perSecond(
          "Clients that authenticate",
          "OAuth clients at the token, introspection and revocation endpoints, by outcome.",
          rateBy("outcome", "sentinel_client_authentications_total"),
        ),
        refusals(
          "Clients refused",
          "SentinelClientAuthenticationFailing",
          'sentinel_client_authentications_total{outcome!="accepted",',
          "Authentications of OAuth clients that failed, per second.",
          limits.clientFailuresPerSecond,
        ),
        perSecond(
          "Tokens of clients",
          "Requests of authenticated clients for a token of their own, by outcome.",
          rateBy("outcome", "sentinel_client_credentials_total"),
        ),
        refusals(
          "Tokens of clients refused",
          "SentinelClientTokensRefused",
          'sentinel_client_credentials_total{outcome!="issued",',
        ),
        perSecond(
          "Proofs of keys",
          "DPoP proofs of clients, by outcome. Replayed ones were copied, or sent twice by a client.",
          rateBy("outcome", "sentinel_dpop_proofs_total"),
        ),
        refusals("Proofs of keys refused", "SentinelProofsRefused", 'sentinel_dpop_proofs_total{outcome!="accepted",'),
        counted(
          "Fetches of client keys",
          "Requests to the jwks_uri of clients in an hour, by outcome. The alert counts those of one replica that failed.",
          { name: "SentinelClientKeysUnavailable", above: limits.failedKeysFetches },
          increaseBy("outcome", "sentinel_client_keys_fetches_total{", "1h"),
        ),
        counted(
          "Fetches of client documents",
          "Requests to the addresses at which clients describe themselves in an hour, by outcome.",
          { name: "SentinelClientDocumentsUnavailable", above: limits.failedDocuments },
          increaseBy("outcome", "sentinel_client_documents_total{", "1h"),
        ),
        perSecond(
          "Registrations of clients",
          "Per second: clients that register themselves, by outcome.",
          rateBy("outcome", "sentinel_client_registrations_total"),
        ),
        counted("Registrations without room", "In an hour, because too many clients have registered.", {
          name: "SentinelClientRegistrationsFull",
          above: limits.fullRegistrations,
        }, {
          expr: increase('sentinel_client_registrations_total{outcome="full",', "1h"),
          legend: "refused",
        }),
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
        perSecond(
          "Logout token failures",
          "What applications did not take, per second, by reason.",
          rateBy("error", "sentinel_logout_token_failures_total"),
        ),
        {
          title: "Logout tokens waiting and given up",
          description: "Those given up are listed for a week; `sentinel logout-token retry` sends them again.",
          unit: "short",
          queries: [{ expr: `max by (state) (sentinel_outbox_rows{kind="http",${replica}})`, legend: "{{state}}" }],
        },
        counted("Logout tokens given up", "In an hour.", {
          name: "SentinelLogoutTokensDead",
          above: limits.deadLogoutTokens,
        }, {
          expr: increase('sentinel_outbox_messages_total{kind="http",outcome="dead",', "1h"),
          legend: "logout tokens",
        }),
      ],
    },
  ],
};
