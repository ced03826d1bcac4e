import { limits, objectives } from "../objectives.ts";
import { type Board, counted, perSecond, steps } from "./panels.ts";
import { increase, increaseBy, percentiles, rateBy, replica, share, step } from "./queries.ts";

/** How users sign in: on pages, by the API, with second factors and passkeys. */
export const signin: Board = {
  uid: "sentinel-sign-in",
  title: "Sign-in",
  description: "The way of users from the sign-in page to the application, and what stops them.",
  rows: [
    {
      title: "From the page to the application",
      panels: [
        steps(
          "Steps in the chosen time",
          "Of users who sign in on the pages. Who is signed in skips the first five; only some have a second factor, and only some applications ask for consent.",
          [
            step('http_requests_total{method="GET",route=~"/signin",status="200",', "1 saw the page"),
            step(
              'http_requests_total{method="POST",route=~"/signin|/signin/passkey",status="200",',
              "2 password or passkey right",
            ),
            step(
              'http_requests_total{method="GET",route=~"/signin/factor|/signin/enrol",status="200",',
              "3 asked for a second factor",
            ),
            step(
              'http_requests_total{method="POST",route=~"/signin/factor|/signin/enrol/confirm",status="200",',
              "4 second factor right",
            ),
            step("sentinel_browser_sign_ins_total{", "5 signed in, or signed up"),
            step('sentinel_authorizations_total{outcome="consent",', "6 asked for consent"),
            step('sentinel_authorizations_total{outcome="code",', "7 led back with a code"),
            step('sentinel_code_exchanges_total{outcome="issued",', "8 the application got tokens"),
          ],
        ),
        {
          title: "Share that goes on",
          description:
            "In the chosen time. Of the forms that were sent, those with a right password or factor; of the users who are signed in or asked for consent, those led back; of the codes, those exchanged.",
          unit: "percentunit",
          kind: "bars",
          queries: [
            share('http_requests_total{method="POST",route="/signin",', 'status="200",', "password right"),
            share(
              'http_requests_total{method="POST",route=~"/signin/factor|/signin/enrol/confirm",',
              'status="200",',
              "second factor right",
            ),
            share(
              'sentinel_authorizations_total{outcome!="sign_in",',
              'outcome=~"code|consent",',
              "application allowed",
            ),
            share("sentinel_code_exchanges_total{", 'outcome="issued",', "code exchanged"),
          ],
        },
        perSecond(
          "Sign-in pages by status",
          "Per second: pages shown and forms sent. 403 is a wrong password or factor.",
          rateBy("status", "http_requests_total", objectives.page_availability.selector),
        ),
        {
          title: "Duration of sign-in pages",
          description:
            "Of those that only show something, without the form that hashes a password. The line is the SLO.",
          unit: "s",
          alert: { name: "SentinelPageLatencyBurnFast", above: objectives.page_latency.withinSeconds },
          queries: percentiles("http_request_duration_seconds", objectives.page_latency.selector),
        },
      ],
    },
    {
      title: "Logins",
      panels: [
        perSecond(
          "Logins",
          "Per second, by outcome. The client cannot distinguish a disabled account, an unknown name and " +
            "a wrong password.",
          rateBy("outcome", "sentinel_logins_total"),
        ),
        {
          title: "Login latency",
          description:
            "Of logins and forms of the sign-in pages, with the hash and the wait for it. The line is the SLO.",
          unit: "s",
          alert: { name: "SentinelLoginLatencyBurnFast", above: objectives.login_latency.withinSeconds },
          queries: percentiles("http_request_duration_seconds", objectives.login_latency.selector),
        },
        perSecond(
          "Sign-ins on pages",
          "Per second; each is a login too. Renewed: again in the same session.",
          rateBy("outcome", "sentinel_browser_sign_ins_total"),
        ),
        perSecond(
          "Refreshes",
          "Per second, by outcome. Replayed: a client whose answer was lost got the same answer again.",
          rateBy("outcome", "sentinel_refreshes_total"),
        ),
      ],
    },
    {
      title: "Second factors and passkeys",
      panels: [
        perSecond(
          "Second steps of sign-ins",
          "Per second, by outcome. Expired: the sign-in had taken too long, or its account had changed.",
          rateBy("outcome", "sentinel_second_steps_total"),
        ),
        {
          title: "Proofs of second factors",
          description: "Per second, by kind and outcome. Replayed: the code had been used before.",
          unit: "cps",
          queries: [{
            expr: `sum by (kind, outcome) (rate(sentinel_factor_checks_total{${replica}}[5m]))`,
            legend: "{{kind}} {{outcome}}",
          }],
        },
        perSecond(
          "Logins with a passkey alone",
          "Per second, by outcome. Most refused ones are expired: a page was open for long.",
          rateBy("outcome", "sentinel_passkey_logins_total"),
        ),
        counted(
          "Passkeys refused",
          "Logins with a passkey alone in 15 minutes. The alert requires more refused than accepted ones.",
          { name: "SentinelPasskeysRefused", above: limits.refusedPasskeys },
          { expr: passkeyLogins("wrong|without_verification"), legend: "refused" },
          { expr: passkeyLogins("succeeded"), legend: "accepted" },
        ),
        counted(
          "Set-ups at sign-in",
          "By users who must have a second factor and had none, in an hour. Shown: the secret of an app.",
          { name: "SentinelEnrolmentsFailing", above: limits.enrolmentsBegun },
          increaseBy("outcome", "sentinel_enrolments_total{", "1h"),
        ),
        {
          title: "Users with a second factor",
          description: "And those who must have one and have none: their next sign-in sets it up.",
          unit: "short",
          queries: [{ expr: `max by (state) (sentinel_factor_users{${replica}})`, legend: "{{state}}" }],
        },
        perSecond(
          "Step-ups",
          "Proofs that a fresh sign-in was asked for, per second, by outcome.",
          rateBy("outcome", "sentinel_step_ups_total"),
        ),
      ],
    },
  ],
};

function passkeyLogins(outcome: string): string {
  return increase(`sentinel_passkey_logins_total{outcome=~"${outcome}",`, "15m");
}
