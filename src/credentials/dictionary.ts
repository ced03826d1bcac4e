import { defineDictionary } from "../vocabulary/dictionary.ts";
import * as s from "../vocabulary/settings/setting_schemas.ts";

const credentialsDictionary = defineDictionary({
  problems: {
    too_many_api_keys: {
      status: 409,
      title: "Too many API keys",
      about: "The user has as many live API keys as SENTINEL_API_KEYS_PER_USER_MAX allows. Revoke one first.",
    },
    too_many_secrets: {
      status: 409,
      title: "Too many secrets",
      about: "An API key or a client has at most two secrets. Delete one of them, or wait until the older one expires.",
    },
    factor_name_taken: {
      status: 409,
      title: "Name taken",
      about: "You have a factor of this name. Choose another one.",
    },
    too_many_factors: {
      status: 409,
      title: "Too many factors",
      about: "A user has at most five authenticator apps and 20 passkeys. Remove one first.",
    },
    passkey_refused: {
      status: 422,
      title: "Passkey not accepted",
      about:
        "The authenticator's answer is not valid: it answers another request, comes from a page of another origin, " +
        "is for another domain, or is no passkey. Ask for new options and try again.",
    },
    passkey_taken: {
      status: 409,
      title: "Passkey exists",
      about: "This passkey belongs to an account already.",
    },
    no_passkey: {
      status: 409,
      title: "No passkey",
      about: "You have no passkey that works at this domain. Prove another factor.",
    },
    wrong_factor: {
      status: 403,
      title: "Wrong factor",
      about:
        "The code or the passkey is wrong, was used before, or has expired. After 100 wrong codes in a row an authenticator app is " +
        "refused until the user proves another factor or an administrator removes it.",
    },
    factor_required: {
      status: 403,
      title: "Second factor required",
      about: "You have a second factor, so this takes a proof of it, or a recovery code: send `factor`.",
    },
    last_factor: {
      status: 409,
      title: "Last second factor",
      about: "You must have a second factor, and this is your only one. Set up another one before you remove it.",
    },
    no_factor: {
      status: 409,
      title: "No second factor",
      about: "Recovery codes stand in for a second factor, and you have none. Set one up first.",
    },
  },
  permissions: {
    "api_keys:read": "See the API keys of any user",
    "api_keys:revoke": "Revoke the API keys of users who hold no more than you do",
  },
  auditActions: {
    "factor.enrolled": "A user was shown the secret of a second factor, which counts once a code has confirmed it.",
    "factor.added": "A user confirmed a second factor. The details say which and of which kind.",
    "factor.removed": "A user removed a second factor.",
    "factor.reset": "All second factors and recovery codes of a user were removed by an administrator.",
    "factor.refused": "A proof of a second factor was refused. The details say of which kind, and why.",
    "passkey.counter_regressed":
      "A passkey was used whose count of signatures did not rise: it may have been copied. The use still counts.",
    "passkey.renamed": "A user renamed a passkey.",
    "factor.rested": "A second factor is refused from now on, after 100 wrong codes in a row.",
    "recovery_codes.created": "A user got ten recovery codes, which replace those of before.",
    "recovery_code.used": "A recovery code was used in place of another factor.",
    "api_key.created": "An API key was created. The details name it and its scopes.",
    "api_key.renamed": "An API key was renamed.",
    "api_key.rotated": "A second secret of an API key was issued; the first one expires.",
    "api_key.secret_deleted": "A secret of an API key was deleted.",
    "client.secret_deleted": "A secret of an OAuth client was deleted, or found in public and so ended.",
    "api_key.revoked": "An API key was revoked: by its user, by an administrator, or because it had leaked.",
  },
  metrics: {
    sentinel_factor_checks_total: {
      kind: "counter",
      help:
        "Proofs of second factors, by kind and outcome; replayed means that the code had been used, resting that the " +
        "factor is refused after 100 wrong codes in a row.",
      labels: {
        kind: ["totp", "passkey", "recovery_code"],
        outcome: ["accepted", "wrong", "replayed", "resting"],
      },
    },
    sentinel_passkey_counter_regressions_total: {
      kind: "counter",
      help: "Uses of passkeys whose count of signatures did not rise: such a passkey may have been copied.",
      labels: {},
    },
    sentinel_api_key_uses_total: {
      kind: "counter",
      help: "API keys presented, by outcome; unknown means that the key does not exist or its secret is wrong.",
      labels: { outcome: ["accepted", "malformed", "unknown", "expired", "revoked", "disabled"] },
    },
    sentinel_leaked_secrets_total: {
      kind: "counter",
      help: "API keys and secrets of OAuth clients that were reported as found in public, and revoked.",
      labels: { kind: ["api_key", "client"] },
    },
    sentinel_api_keys: {
      kind: "gauge",
      merge: "max",
      help: "API keys as of the last count, every 5 minutes: live ones, those in use that expire within 14 days, and " +
        "those not used for 90 days. Equal on every replica.",
      labels: { state: ["live", "expiring", "unused"] },
    },
  },
  fieldErrors: {
    password_too_short: "too few characters for a password",
    password_too_long: "too many bytes for a password",
    password_common: "among the most common passwords",
    password_is_name: "little more than a name or address of the user or of this service",
    password_guessable: "a repetition, a sequence, a keyboard pattern, a date, or a common word with small additions",
  },
  settings: {
    SENTINEL_PASSWORD_HASH: {
      about: "How new passwords are hashed: `argon2id` (RFC 9106) or `bcrypt`; hashes of the other kind remain " +
        "valid",
      schema: s.oneOf("argon2id", "bcrypt"),
      default: "argon2id",
    },
    SENTINEL_BCRYPT_COST: {
      about: "Cost of new bcrypt hashes: the binary logarithm of the number of rounds",
      schema: s.integer(10, 15),
      default: "12",
    },
    SENTINEL_PASSWORD_MIN_LENGTH: {
      about: "Minimum length of a new password, in characters (ASVS 6.2.1)",
      schema: s.integer(8, 64),
      default: "8",
    },
    SENTINEL_API_KEY_TTL_MAX_DAYS: {
      about: "Maximum lifetime of a new API key, in days; 0 allows keys that never expire",
      schema: s.integer(0, 36_500),
      default: "366",
    },
    SENTINEL_API_KEYS_PER_USER_MAX: {
      about: "Maximum number of live API keys per user",
      schema: s.integer(1, 10_000),
      default: "50",
    },
    SENTINEL_PASSKEY_RP_ID: {
      about: "Domain that passkeys are for: the host of SENTINEL_PUBLIC_URL or a registrable parent of it (WebAuthn " +
        "§5.1.2). Passkeys for another domain no longer work",
      schema: s.matching(
        /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/,
        "must be a domain in lower case, such as example.com",
      ),
      otherwise: "the host of SENTINEL_PUBLIC_URL",
    },
    SENTINEL_PASSWORD_BLOCKLIST: {
      about: "Whether passwords that are easy to guess or contain a name are refused: `on` or `off` (SP " +
        "800-63B-4 §3.1.1.2)",
      schema: s.onOff,
      default: "on",
    },
  },
});

declare module "../vocabulary/dictionary.ts" {
  interface Dictionaries {
    credentials: typeof credentialsDictionary;
  }
}
