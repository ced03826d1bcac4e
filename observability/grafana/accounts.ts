import { limits } from "../objectives.ts";
import { type Board, counted, perSecond, refusals, steps } from "./panels.ts";
import { increase, increaseBy, rateBy, replica, step } from "./queries.ts";

/** Accounts, what they get by mail, and their API keys. */
export const accounts: Board = {
  uid: "sentinel-accounts",
  title: "Accounts and mail",
  description: "Sign-ups, passwords, mail and API keys.",
  rows: [
    {
      title: "Sign-up and passwords",
      panels: [
        steps(
          "Sign-ups in the chosen time",
          "Of the page, the accounts that it or the API created, and addresses that their users confirmed.",
          [
            step('http_requests_total{method="GET",route=~"/signup",status="200",', "1 saw the page"),
            step('http_requests_total{method="POST",route=~"/signup",status="200",', "2 sent the form"),
            step('sentinel_registrations_total{outcome="succeeded",', "3 got an account"),
            step(
              'sentinel_mail_requests_total{flow="email_verification",outcome="completed",',
              "4 confirmed an address",
            ),
          ],
        ),
        perSecond("Registrations", "Per second, by outcome.", rateBy("outcome", "sentinel_registrations_total")),
        steps(
          "Password resets in the chosen time",
          "By the page or the API. Addresses without an account count as asked for, and get no mail.",
          [
            step('http_requests_total{method="GET",route=~"/reset",status="200",', "1 saw the page"),
            step('sentinel_mail_requests_total{flow="password_reset",outcome="requested",', "2 asked for a mail"),
            step('http_requests_total{method="GET",route=~"/reset/new",status="200",', "3 opened the link"),
            step('sentinel_mail_requests_total{flow="password_reset",outcome="completed",', "4 set a password"),
          ],
        ),
        perSecond(
          "Password changes",
          "Changes of the user's own password per second, by outcome.",
          rateBy("outcome", "sentinel_password_changes_total"),
        ),
        {
          title: "Flows by mail",
          description: "Per second, by flow and outcome. Refused: the link or code was wrong or used.",
          unit: "cps",
          queries: [{
            expr: `sum by (flow, outcome) (rate(sentinel_mail_requests_total{${replica}}[$__rate_interval]))`,
            legend: "{{flow}} {{outcome}}",
          }],
        },
        counted(
          "Mails asked for and used",
          "In three hours, by flow. The alert requires that fewer than one in twenty is used.",
          { name: "SentinelMailUnused", above: limits.mailFlowsRequested },
          { expr: mailFlows("requested"), legend: "{{flow}} asked for" },
          { expr: mailFlows("completed"), legend: "{{flow}} used" },
        ),
      ],
    },
    {
      title: "Mail",
      panels: [
        {
          title: "Age of the oldest mail",
          description: "The oldest mail in the outbox; 0 if none waits.",
          unit: "s",
          alert: { name: "SentinelMailDelayed", above: limits.oldestMailSeconds },
          queries: [{ expr: `max(sentinel_outbox_oldest_seconds{kind="mail",${replica}})`, legend: "oldest" }],
        },
        perSecond(
          "Mails and logout tokens by outcome",
          "Attempts per second. Dropped means no longer worth sending; dead ones were given up.",
          rateBy("outcome", "sentinel_outbox_messages_total"),
        ),
        perSecond(
          "Mail failures",
          "What the mail server did not take, per second, by reason.",
          rateBy("error", "sentinel_mail_failures_total"),
        ),
        {
          title: "Mails waiting and given up",
          description: "Those given up are listed for a week; `sentinel mail retry` sends them again.",
          unit: "short",
          queries: [{ expr: `max by (state) (sentinel_outbox_rows{kind="mail",${replica}})`, legend: "{{state}}" }],
        },
        counted("Mails given up", "In an hour.", { name: "SentinelMailDead", above: limits.deadMails }, {
          expr: increase('sentinel_outbox_messages_total{kind="mail",outcome="dead",', "1h"),
          legend: "mails",
        }),
      ],
    },
    {
      title: "API keys",
      panels: [
        perSecond(
          "API keys presented",
          "By outcome. Malformed ones cost no statement; unknown is no such key, or another secret than it has.",
          rateBy("outcome", "sentinel_api_key_uses_total"),
        ),
        refusals("API keys refused", "SentinelApiKeysRefused", 'sentinel_api_key_uses_total{outcome!="accepted",'),
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
        counted(
          "Secrets found in public",
          "API keys and secrets of clients that ended in an hour because they had leaked.",
          { name: "SentinelSecretLeaked", above: limits.leakedSecrets },
          increaseBy("kind", "sentinel_leaked_secrets_total{", "1h"),
        ),
      ],
    },
  ],
};

function mailFlows(outcome: string): string {
  return `sum by (flow) (increase(sentinel_mail_requests_total{flow!="invitation",outcome="${outcome}",${replica}}[3h]))`;
}
