import { defineDictionary } from "../vocabulary/dictionary.ts";
import * as s from "../vocabulary/setting_schemas.ts";

const sessionsDictionary = defineDictionary({
  problems: {
    invalid_grant: {
      status: 400,
      oauth: "invalid_grant",
      title: "Invalid grant",
      about: "The refresh token is unknown, used up, expired or revoked (RFC 6749 §5.2). Log in again.",
    },
    invalid_credentials: {
      status: 401,
      oauth: "invalid_grant",
      title: "Invalid credentials",
      about: "Wrong username or password, or the account is disabled.",
      headers: { "www-authenticate": "Bearer" },
    },
  },
  permissions: {
    "sessions:read": "See the sessions of any user",
    "sessions:revoke": "End sessions of any user, as far as one holds what that user holds",
  },
  auditActions: {
    "user.unlocked": "The count of failed logins of an account was reset.",
    "user.sessions_revoked":
      "All sessions of an account were revoked, or all but the current one. The details say how many.",
    "session.created": "A user logged in.",
    "session.refresh_reused": "An old refresh token was used again, and the session was revoked.",
    "session.revoked": "A session was revoked, by its owner or by an administrator.",
    "login.failed": "A login failed. Of an unknown name, only an HMAC is recorded.",
  },
  metrics: {
    sentinel_logins_total: {
      kind: "counter",
      help: "Login attempts by outcome; a disabled account and an unknown name look alike to the client.",
      labels: {
        outcome: [
          "succeeded",
          "wrong_password",
          "unknown_name",
          "disabled",
          "superseded",
          "overloaded",
          "rate_limited",
        ],
      },
    },
    sentinel_guessed_accounts_total: {
      kind: "counter",
      help: "Accounts and unknown names with a first failed login in a while: " +
        "many at once are one password tried on many. Counted while the rate limit is on.",
      labels: {},
    },
    sentinel_refreshes_total: {
      kind: "counter",
      help: "Refreshes by outcome; replayed is a lost answer repaired, within the grace or minutes later.",
      labels: { outcome: ["rotated", "replayed", "reused", "expired", "invalid"] },
    },
    sentinel_refresh_reuse_total: {
      kind: "counter",
      help: "Sessions ended because an old refresh token came back.",
      labels: {},
    },
    sentinel_throttled_total: {
      kind: "counter",
      help: "Attempts refused by a rate limit, before a password was hashed, by limit.",
      labels: { limit: ["login_address", "login_account", "register_address", "account_change"] },
    },
  },
  settings: {
    SENTINEL_SESSION_IDLE_SECONDS: {
      about: "Time without a refresh after which a session ends, in seconds (ASVS 7.3.1)",
      schema: s.integer(60, 31_536_000),
      default: "604800",
    },
    SENTINEL_SESSION_MAX_SECONDS: {
      about: "Time after the login at which a session ends whatever happens, in seconds (ASVS 7.3.2)",
      schema: s.integer(60, 31_536_000),
      default: "2592000",
    },
    SENTINEL_SESSIONS_PER_USER_MAX: {
      about: "Most live sessions of one user: a login past it ends the oldest (ASVS 7.1.2)",
      schema: s.integer(1, 10_000),
      default: "1000",
    },
    SENTINEL_REFRESH_GRACE_SECONDS: {
      about:
        "Seconds in which the replaced refresh token is answered whether or not the next one was used (RFC 9700 §4.14.2)",
      schema: s.integer(0, 60),
      default: "10",
    },
    SENTINEL_RATE_LIMIT: {
      about: "Whether logins, registrations and changes of the own names are limited: `on` or `off`",
      schema: s.onOff,
      default: "on",
    },
    SENTINEL_RATE_LIMIT_LOGIN_ADDRESS: {
      about: "Failed logins from one address (IPv6: one /64), count/seconds; raise it for a site behind one NAT",
      schema: s.rate,
      default: "50/900",
    },
    SENTINEL_RATE_LIMIT_LOGIN_ACCOUNT: {
      about: "Failed logins by one name, and of one account from each address it is known from, count/seconds",
      schema: s.rate,
      default: "10/900",
    },
    SENTINEL_RATE_LIMIT_REGISTER_ADDRESS: {
      about: "Registrations from one address (IPv6: one /64), count/seconds",
      schema: s.rate,
      default: "20/3600",
    },
    SENTINEL_RATE_LIMIT_ACCOUNT_CHANGE: {
      about: "Changes of the own username or e-mail address by one user, refused ones too, count/seconds",
      schema: s.rate,
      default: "10/3600",
    },
  },
});

declare module "../vocabulary/dictionary.ts" {
  interface Dictionaries {
    sessions: typeof sessionsDictionary;
  }
}
