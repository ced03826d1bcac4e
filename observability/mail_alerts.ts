import type { Alert } from "./alerts.ts";
import { installation, limits } from "./objectives.ts";

/** The alerts for mail that does not leave. */
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
};
