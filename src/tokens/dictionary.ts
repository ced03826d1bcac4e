import { defineDictionary } from "../vocabulary/dictionary.ts";
import * as s from "../vocabulary/settings/setting_schemas.ts";

const tokensDictionary = defineDictionary({
  problems: {
    key_too_young: {
      status: 409,
      title: "Key too young",
      about:
        "Verifiers may not know the next signing key yet: a key is published for 5 minutes before it signs. Wait, or force the rotation.",
    },
  },
  auditActions: {
    "key.created": "A signing key was created. It is published now, and signs once it is active.",
    "key.resealed": "A signing key was encrypted under the current secret.",
    "key.rotated": "The next signing key became active.",
    "key.retired": "A signing key was retired: tokens that it signed are no longer accepted.",
    "secret.reset": "SENTINEL_SECRET was lost and replaced, and the signing keys sealed with the old one were retired.",
  },
  metrics: {
    sentinel_token_verifications_total: {
      kind: "counter",
      help: "Access tokens presented, by result.",
      labels: { result: ["valid", "cached", "invalid", "revoked"] },
    },
    sentinel_dpop_proofs_total: {
      kind: "counter",
      help:
        "Proofs that clients have a key (DPoP), by outcome; before_epoch means that the database lost what it knew " +
        "of earlier proofs.",
      labels: { outcome: ["accepted", "invalid", "replayed", "before_epoch"] },
    },
    sentinel_signing_key_age_seconds: {
      kind: "gauge",
      merge: "max",
      help: "Time since the active signing key became active, by its algorithm; 0 without a key of it.",
      labels: { alg: ["EdDSA", "ES256", "RS256"] },
    },
  },
  settings: {
    SENTINEL_ACCESS_TOKEN_TTL_SECONDS: {
      about: "Lifetime of an access token, in seconds; a revoked session ends it sooner",
      schema: s.integer(60, 86_400),
      default: "600",
    },
  },
});

declare module "../vocabulary/dictionary.ts" {
  interface Dictionaries {
    tokens: typeof tokensDictionary;
  }
}
