import { defineDictionary } from "../vocabulary/dictionary.ts";
import * as s from "../vocabulary/setting_schemas.ts";

const credentialsDictionary = defineDictionary({
  fieldErrors: {
    password_too_short: "too few characters for a password",
    password_too_long: "too many bytes for a password",
    password_common: "among the most common passwords",
    password_is_name: "little more than a name or address of the user or of this service",
    password_guessable: "a repeat, a sequence, a keyboard walk, a date, or a common word with little added",
  },
  settings: {
    SENTINEL_PASSWORD_HASH: {
      about: "How new passwords are hashed: `argon2id` (RFC 9106) or `bcrypt`; the other kind still verifies",
      schema: s.oneOf("argon2id", "bcrypt"),
      default: "argon2id",
    },
    SENTINEL_BCRYPT_COST: {
      about: "Cost of new bcrypt hashes, as the power of two of the rounds",
      schema: s.integer(10, 15),
      default: "12",
    },
    SENTINEL_PASSWORD_MIN_LENGTH: {
      about: "Fewest characters of a new password (ASVS 6.2.1)",
      schema: s.integer(8, 64),
      default: "8",
    },
    SENTINEL_PASSWORD_BLOCKLIST: {
      about: "Whether passwords that are easy to guess, or a name, are refused: `on` or `off` (SP 800-63B-4 §3.1.1.2)",
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
