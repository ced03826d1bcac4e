import type { Alert } from "./alerts.ts";
import { installation, limits } from "./objectives.ts";

/** The alert for OAuth clients that cannot authenticate. */
export const clientAlerts: Record<string, Alert> = {
  SentinelClientAuthenticationFailing: {
    severity: "ticket",
    expr: `sum by (${installation}) (rate(sentinel_client_authentications_total{outcome!="accepted"}[5m])) > ` +
      `${limits.clientFailuresPerSecond}`,
    for: "10m",
    summary: "OAuth clients cannot authenticate",
    description: "{{ $value | humanize }} authentications of clients a second are refused: a secret is wrong or has " +
      "expired, a client is disabled, or somebody guesses.",
    runbook: "client-authentication",
    fires: [{
      at: "20m",
      series: {
        'sentinel_client_authentications_total{outcome="expired"}': "0+12x30",
        'sentinel_client_authentications_total{outcome="accepted"}': "0+600x30",
      },
    }, {
      when: "a network guesses until it must wait",
      at: "20m",
      series: { 'sentinel_client_authentications_total{outcome="rate_limited"}': "0+60x30" },
    }],
    silent: [{
      when: "a few attempts fail, and many succeed",
      at: "20m",
      series: {
        'sentinel_client_authentications_total{outcome="wrong_secret"}': "0+2x30",
        'sentinel_client_authentications_total{outcome="accepted"}': "0+6000x30",
      },
    }],
  },
};
