import type { Alert } from "../alerts.ts";
import { installation, limits } from "../objectives.ts";
import { unfinished } from "./expressions.ts";

const flow = (outcome: string) => `sentinel_mail_requests_total{flow="password_reset",outcome="${outcome}"}`;
const inThreeHours = (outcome: string) =>
  `sum by (${installation}, flow) (increase(sentinel_mail_requests_total{flow!="invitation",outcome="${outcome}"}[3h]))`;

/** The alerts for mail that does not leave, or does not arrive. */
export const mailAlerts: Record<string, Alert> = {
  SentinelMailDelayed: {
    severity: "page",
    expr: `max by (${installation}) (sentinel_outbox_oldest_seconds{kind="mail"}) > ${limits.oldestMailSeconds}`,
    for: "2m",
    summary: "Mail does not leave",
    description: "The oldest mail has waited for {{ $value | humanizeDuration }}: users cannot reset passwords or " +
      "confirm addresses.",
    runbook: "mail-delayed",
    fires: [{ at: "10m", series: { 'sentinel_outbox_oldest_seconds{kind="mail"}': "0+60x30" } }],
    silent: [{
      when: "a mail was late once and has left",
      at: "10m",
      series: { 'sentinel_outbox_oldest_seconds{kind="mail"}': "0 60 120 180 240 0x30" },
    }],
  },
  SentinelMailDead: {
    severity: "ticket",
    expr: `max by (${installation}) (increase(sentinel_outbox_messages_total{kind="mail",outcome="dead"}[1h])) > ` +
      limits.deadMails,
    summary: "Mails were given up",
    description: "{{ $value }} mails within an hour were refused for good, or not taken within 14 hours.",
    runbook: "mail-dead",
    fires: [{ at: "40m", series: { 'sentinel_outbox_messages_total{kind="mail",outcome="dead"}': "0x10 20x100" } }],
    silent: [{
      when: "a single mail was refused, as to a mistyped address",
      at: "40m",
      series: { 'sentinel_outbox_messages_total{kind="mail",outcome="dead"}': "0x10 1x100" },
    }],
  },
  SentinelMailUnused: {
    severity: "ticket",
    expr: unfinished(inThreeHours("requested"), inThreeHours("completed"), {
      limit: limits.mailFlowsRequested,
      share: limits.mailFlowShare,
    }),
    for: "15m",
    summary: "The links in mails are not used: {{ $labels.flow }}",
    description:
      "{{ $value | humanize }} mails were asked for in three hours, and fewer than one in twenty was used: " +
      "they may not arrive, or their links may lead nowhere.",
    runbook: "mail-unused",
    fires: [{
      at: "170m",
      series: { [flow("requested")]: "0+1x180", [flow("completed")]: "0x20 1+0x160" },
    }],
    silent: [{
      when: "some users do not need it any more",
      at: "170m",
      series: { [flow("requested")]: "0+2x180", [flow("completed")]: "0+1x180" },
    }, { when: "few users ask", at: "170m", series: { [flow("requested")]: "0x10 15x170" } }],
  },
};
