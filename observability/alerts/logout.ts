import type { Alert } from "../alerts.ts";
import { installation, limits } from "../objectives.ts";

const deadTokens = 'sentinel_outbox_messages_total{kind="http",outcome="dead"}';

/** The alerts for applications that do not learn of the end of sessions. */
export const logoutAlerts: Record<string, Alert> = {
  SentinelLogoutTokensDead: {
    severity: "ticket",
    expr: `max by (${installation}) (increase(${deadTokens}[1h])) > ${limits.deadLogoutTokens}`,
    summary: "Applications were not told of the end of sessions",
    description:
      "{{ $value }} logout tokens within an hour were not taken within 14 hours: users who were signed out " +
      "may still be signed in to an application.",
    runbook: "logout-tokens-dead",
    fires: [{ at: "40m", series: { [deadTokens]: "0x10 20x100" } }],
    silent: [{ when: "a single token was given up", at: "40m", series: { [deadTokens]: "0x10 1x100" } }],
  },
  SentinelLogoutTokensDelayed: {
    severity: "ticket",
    expr: `max by (${installation}) (sentinel_outbox_oldest_seconds{kind="http"}) > ${limits.oldestLogoutTokenSeconds}`,
    for: "5m",
    summary: "An application does not take logout tokens",
    description:
      "The oldest logout token has waited for {{ $value | humanizeDuration }}: users who were signed out may " +
      "still be signed in to an application.",
    runbook: "logout-tokens-dead",
    fires: [{ at: "80m", series: { 'sentinel_outbox_oldest_seconds{kind="http"}': "0+60x100" } }],
    silent: [{
      when: "an application was away for half an hour",
      at: "80m",
      series: { 'sentinel_outbox_oldest_seconds{kind="http"}': "0+60x30 0x60" },
    }],
  },
};
