import type { Alert } from "./alerts.ts";
import { installation, limits } from "./objectives.ts";

const fetched = (outcome: string) => `sentinel_client_keys_fetches_total{outcome="${outcome}"}`;
const authenticated = (outcome: string) => `sentinel_client_authentications_total{outcome="${outcome}"}`;

/** The alerts for OAuth clients that cannot authenticate. */
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
  SentinelClientKeysUnavailable: {
    severity: "ticket",
    expr: `max by (${installation}) (increase(sentinel_client_keys_fetches_total{outcome!="ok"}[1h])) > ` +
      `${limits.failedKeysFetches}
and
max by (${installation}) (
  increase(sentinel_client_authentications_total{outcome=~"keys_unavailable|wrong_assertion"}[1h])
) > ${limits.assertionsWithoutKeys}`,
    summary: "The keys of OAuth clients cannot be fetched, and assertions are refused",
    description:
      "{{ $value | humanize }} requests to the jwks_uri of clients failed within an hour, while assertions " +
      "were refused: clients with private_key_jwt cannot authenticate.",
    runbook: "client-keys",
    fires: [{
      when: "no keys were ever fetched",
      at: "40m",
      series: { [fetched("connect")]: "0+1x60", [authenticated("keys_unavailable")]: "0+1x60" },
    }, {
      when: "a client signs with a key that is newer than those known",
      at: "40m",
      series: { [fetched("http_status")]: "0+1x60", [authenticated("wrong_assertion")]: "0+1x60" },
    }],
    silent: [{
      when: "the keys fetched before count",
      at: "40m",
      series: { [fetched("timeout")]: "0+1x60", [authenticated("accepted")]: "0+1x60" },
    }, {
      when: "keys are fetched, and somebody guesses",
      at: "40m",
      series: { [fetched("ok")]: "0+1x60", [authenticated("wrong_assertion")]: "0+1x60" },
    }, {
      when: "an address was away for two minutes",
      at: "40m",
      series: { [fetched("connect")]: "0x10 2x60", [authenticated("keys_unavailable")]: "0x10 20x60" },
    }],
  },
};
