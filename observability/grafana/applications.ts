import { limits } from "../objectives.ts";
import { type Board, type Query, rateBy, replica } from "./panels.ts";

/** Outcomes of a request of an application that are no refusal. */
const onTheWay = "code|sign_in|consent";

/** Users who sign in to applications: from the request to the tokens. */
export const applications: Board = {
  uid: "sentinel-applications",
  title: "Sign-in to applications",
  description: "The way from the request of an application to its tokens, and where users are lost on it.",
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
          title: "Pushed requests",
          description: "Per second: authorization requests that clients pushed (RFC 9126), accepted and refused.",
          unit: "cps",
          queries: [rateBy("outcome", "sentinel_pushed_requests_total")],
        },
        {
          title: "Sign-ins on devices",
          description: "Per second: what devices asked for, what users decided, and what polls were answered.",
          unit: "cps",
          queries: [rateBy("outcome", "sentinel_device_grants_total")],
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
          alert: { name: "SentinelApplicationSignInsRefused", above: limits.refusedApplicationsPerSecond },
          queries: [{
            expr: `sum(rate(sentinel_authorizations_total{outcome!~"${onTheWay}",${replica}}[5m]))`,
            legend: "refused",
          }],
        },
        {
          title: "Code exchanges refused",
          description: "Per second, over five minutes.",
          unit: "cps",
          alert: { name: "SentinelCodeExchangesFailing", above: limits.refusedApplicationsPerSecond },
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
  ],
};

/** How often it happened in the time that the dashboard shows. `counter` is the beginning of a selector. */
function step(counter: string, legend: string): Query {
  return { expr: `sum(increase(${counter}${replica}}[$__range]))`, legend };
}
