import type { Alert } from "../alerts.ts";
import { installation, limits } from "../objectives.ts";
import { increase, refusals } from "./expressions.ts";

const used = (outcome: string) => `sentinel_api_key_uses_total{outcome="${outcome}"}`;

/** The alerts for API keys that are refused or leaked, that expire soon, or that nothing uses. */
export const apiKeyAlerts: Record<string, Alert> = {
  SentinelApiKeysExpiring: {
    severity: "ticket",
    expr: `max by (${installation}) (sentinel_api_keys{state="expiring"}) > 0`,
    for: "1h",
    summary: "API keys that are in use expire soon",
    description: "{{ $value }} keys that were used within the last 14 days expire within the next 14.",
    runbook: "api-keys-expiring",
    fires: [{ at: "90m", series: { 'sentinel_api_keys{state="expiring"}': "1x100" } }],
    silent: [{
      when: "keys are live or unused, and none is in use and about to expire",
      at: "90m",
      series: { 'sentinel_api_keys{state="expiring"}': "0x100", 'sentinel_api_keys{state="live"}': "5x100" },
    }],
  },
  SentinelApiKeysUnused: {
    severity: "ticket",
    expr: `max by (${installation}) (sentinel_api_keys{state="unused"}) > 0`,
    for: "1d",
    summary: "API keys that nothing uses are still live",
    description: "{{ $value }} keys were not used for 90 days. A key that nothing uses is only a risk.",
    runbook: "api-keys-unused",
    fires: [{ at: "30h", series: { 'sentinel_api_keys{state="unused"}': "1x2000" } }],
    silent: [{
      when: "a key was unused for less than a day",
      at: "30h",
      series: { 'sentinel_api_keys{state="unused"}': "1x1000 0x1000" },
    }],
  },
  SentinelApiKeysRefused: refusals({
    counter: "sentinel_api_key_uses_total",
    accepted: "accepted",
    refused: "expired",
    summary: "API keys are refused",
    description:
      "{{ $value | humanize }} uses of API keys a second are refused, more than half of all: a program sends " +
      "a key that has expired or was revoked, or an attacker guesses.",
    runbook: "api-keys-refused",
  }),
  SentinelSecretLeaked: {
    severity: "page",
    expr: `${increase("sentinel_leaked_secrets_total", "1h")} > ${limits.leakedSecrets}`,
    summary: "An API key or the secret of a client was found in public, and was revoked",
    description: "The program that used it is refused from now on; an attacker may have used it before.",
    runbook: "secret-leaked",
    fires: [{ at: "20m", series: { 'sentinel_leaked_secrets_total{kind="client"}': "0x3 1x30" } }],
    silent: [{
      when: "keys are used and refused",
      at: "20m",
      series: {
        'sentinel_leaked_secrets_total{kind="api_key"}': "0x30",
        [used("accepted")]: "0+5x30",
        [used("revoked")]: "0+1x30",
      },
    }],
  },
};
