import { limits } from "../objectives.ts";
import { type Board, rateBy, replica, step } from "./panels.ts";

/** Accounts, what they get by mail, and their API keys. */
export const accounts: Board = {
  uid: "sentinel-accounts",
  title: "Accounts and mail",
  description: "Sign-ups, passwords, mail and API keys.",
  rows: [
    {
      title: "Sign-up and passwords",
      panels: [
        {
          title: "Sign-ups in the chosen time",
          description:
            "Of the page, the accounts that it or the API created, and addresses that their users confirmed.",
          unit: "short",
          kind: "bars",
          queries: [
            step('http_requests_total{method="GET",route=~"/signup",status="200",', "1 saw the page"),
            step('http_requests_total{method="POST",route=~"/signup",status="200",', "2 sent the form"),
            step('sentinel_registrations_total{outcome="succeeded",', "3 got an account"),
            step(
              'sentinel_mail_requests_total{flow="email_verification",outcome="completed",',
              "4 confirmed an address",
            ),
          ],
        },
        {
          title: "Registrations",
          description: "Per second, by outcome.",
          unit: "cps",
          queries: [rateBy("outcome", "sentinel_registrations_total")],
        },
        {
          title: "Password resets in the chosen time",
          description: "By the page or the API. Addresses without an account count as asked for, and get no mail.",
          unit: "short",
          kind: "bars",
          queries: [
            step('http_requests_total{method="GET",route=~"/reset",status="200",', "1 saw the page"),
            step('sentinel_mail_requests_total{flow="password_reset",outcome="requested",', "2 asked for a mail"),
            step('http_requests_total{method="GET",route=~"/reset/new",status="200",', "3 opened the link"),
            step('sentinel_mail_requests_total{flow="password_reset",outcome="completed",', "4 set a password"),
          ],
        },
        {
          title: "Password changes",
          description: "Changes of the user's own password per second, by outcome.",
          unit: "cps",
          queries: [rateBy("outcome", "sentinel_password_changes_total")],
        },
        {
          title: "Flows by mail",
          description: "Per second, by flow and outcome. Refused: the link or code was wrong or used.",
          unit: "cps",
          queries: [{
            expr: `sum by (flow, outcome) (rate(sentinel_mail_requests_total{${replica}}[$__rate_interval]))`,
            legend: "{{flow}} {{outcome}}",
          }],
        },
        {
          title: "Mails asked for and used",
          description: "In three hours, by flow. The alert requires that fewer than one in twenty is used.",
          unit: "short",
          alert: { name: "SentinelMailUnused", above: limits.mailFlowsRequested },
          queries: [
            { expr: mailFlows("requested"), legend: "{{flow}} asked for" },
            { expr: mailFlows("completed"), legend: "{{flow}} used" },
          ],
        },
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
        {
          title: "Mails and logout tokens by outcome",
          description: "Attempts per second. Dropped means no longer worth sending; dead ones were given up.",
          unit: "cps",
          queries: [rateBy("outcome", "sentinel_outbox_messages_total")],
        },
        {
          title: "Mail failures",
          description: "What the mail server did not take, per second, by reason.",
          unit: "cps",
          queries: [rateBy("error", "sentinel_mail_failures_total")],
        },
        {
          title: "Mails waiting and given up",
          description: "Those given up are listed for a week; `sentinel mail retry` sends them again.",
          unit: "short",
          queries: [{ expr: `max by (state) (sentinel_outbox_rows{kind="mail",${replica}})`, legend: "{{state}}" }],
        },
        {
          title: "Mails given up",
          description: "In an hour.",
          unit: "short",
          alert: { name: "SentinelMailDead", above: limits.deadMails },
          queries: [{
            expr: `sum(increase(sentinel_outbox_messages_total{kind="mail",outcome="dead",${replica}}[1h]))`,
            legend: "mails",
          }],
        },
      ],
    },
    {
      title: "API keys",
      panels: [
        {
          title: "API keys presented",
          description:
            "By outcome. Malformed ones cost no statement; unknown is no such key, or another secret than it has.",
          unit: "cps",
          queries: [rateBy("outcome", "sentinel_api_key_uses_total")],
        },
        {
          title: "API keys refused",
          description: "Per second, over five minutes.",
          unit: "cps",
          alert: { name: "SentinelApiKeysRefused", above: limits.refusedPerSecond },
          queries: [{
            expr: `sum(rate(sentinel_api_key_uses_total{outcome!="accepted",${replica}}[5m]))`,
            legend: "refused",
          }],
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
          title: "Secrets found in public",
          description: "API keys and secrets of clients that ended in an hour because they had leaked.",
          unit: "short",
          alert: { name: "SentinelSecretLeaked", above: limits.leakedSecrets },
          queries: [{
            expr: `sum by (kind) (increase(sentinel_leaked_secrets_total{${replica}}[1h]))`,
            legend: "{{kind}}",
          }],
        },
      ],
    },
  ],
};

function mailFlows(outcome: string): string {
  return `sum by (flow) (increase(sentinel_mail_requests_total{flow!="invitation",outcome="${outcome}",${replica}}[3h]))`;
}
