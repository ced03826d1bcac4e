import type { Alert } from "./alerts.ts";
import { installation } from "./objectives.ts";

/** The alerts for API keys that expire soon or that nothing uses. */
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
};
