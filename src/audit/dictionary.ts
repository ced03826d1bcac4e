import { defineDictionary } from "../vocabulary/dictionary.ts";

const auditDictionary = defineDictionary({
  permissions: { "audit:read": "Read the audit log" },
  auditActions: {
    "audit.details_expired":
      "The details of old events expired: their addresses and names were deleted. The events stay.",
  },
  metrics: {
    sentinel_audit_events_total: {
      kind: "counter",
      help: "Audit events that this process sealed.",
      labels: { action: [], outcome: ["success", "failure"] },
    },
    sentinel_audit_chain_broken: {
      kind: "gauge",
      merge: "max",
      help: "1 if this process found that the audit log was changed, else 0.",
    },
    sentinel_audit_verified_events_total: {
      kind: "counter",
      help: "Audit events that this process verified.",
    },
    sentinel_audit_seal_lag_seconds: {
      kind: "gauge",
      merge: "max",
      help: "Age of the oldest audit event that is not yet sealed.",
    },
  },
});

declare module "../vocabulary/dictionary.ts" {
  interface Dictionaries {
    audit: typeof auditDictionary;
  }
}
