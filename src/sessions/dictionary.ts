import { z } from "zod";
import { passkeyRequestOptions } from "../vocabulary/passkey_json.ts";
import { defineDictionary } from "../vocabulary/dictionary.ts";
import * as s from "../vocabulary/settings/setting_schemas.ts";

const sessionsDictionary = defineDictionary({
  problems: {
    invalid_grant: {
      status: 400,
      oauth: "invalid_grant",
      title: "Invalid grant",
      about: "The refresh token is unknown, already used, expired or revoked (RFC 6749 §5.2). Log in again.",
    },
    invalid_credentials: {
      status: 401,
      oauth: "invalid_grant",
      title: "Invalid credentials",
      about: "Wrong username or password, or the account is disabled.",
      headers: { "www-authenticate": "Bearer" },
    },
    email_unverified: {
      status: 403,
      oauth: "invalid_grant",
      title: "E-mail address not confirmed",
      about:
        "The password is right, but this server requires a confirmed e-mail address. POST /email-verification sends " +
        "another mail with a link and a code.",
    },
    mfa_required: {
      status: 403,
      oauth: "mfa_required",
      title: "Second factor required",
      about:
        "The password is right, and the user has a second factor. Send `mfa_token` with a proof of one of `factors` " +
        "to `POST /login/factor` within `expires_in` seconds; a passkey signs `passkey_options`. With `enrolment`, the user must have a second factor and " +
        "has none: send `mfa_token` to `POST /login/enrolment/totp`, and then the first code, or to " +
        "`POST /login/enrolment/passkey/options`, and then the passkey.",
      members: {
        mfa_token: z.string(),
        factors: z.array(z.enum(["totp", "passkey", "recovery_code"])),
        enrolment: z.boolean(),
        expires_in: z.int(),
        passkey_options: passkeyRequestOptions.optional(),
      },
    },
    no_enrolment: {
      status: 409,
      title: "No app waits for a code",
      about:
        "The set-up of the authenticator app was not begun, or was begun again elsewhere. `POST /login/enrolment/totp` " +
        "begins it anew.",
    },
    invalid_factor: {
      status: 401,
      title: "Wrong second factor",
      about: "The code or the passkey is wrong, has been used, or has expired.",
      headers: { "www-authenticate": "Bearer" },
    },
    invalid_passkey: {
      status: 401,
      title: "Invalid passkey",
      about:
        "The passkey is unknown, the authenticator did not verify the user, its answer is wrong, or the account is " +
        "disabled.",
      headers: { "www-authenticate": "Bearer" },
    },
    login_expired: {
      status: 401,
      title: "Login expired",
      about:
        "The login took too long, had too many wrong codes, was completed, or the account has changed. Log in again.",
      headers: { "www-authenticate": "Bearer" },
    },
  },
  permissions: {
    "sessions:read": "See the sessions of any user",
    "sessions:revoke": "Revoke the sessions of users who hold no more than you do",
  },
  auditActions: {
    "user.unlocked": "The count of failed logins of an account was reset.",
    "user.sessions_revoked":
      "All sessions of an account were revoked, or all but the current one. The details say how many.",
    "session.created": "A user logged in; with `kind: browser` in the details, on a page.",
    "session.reauthenticated":
      "A user signed in again in the same browser or, with `kind: api` in the details, proved again who they are in the " +
      "session of an application; `amr` says how.",
    "session.refresh_reused": "An old refresh token was used again, so the session was revoked.",
    "session.code_reused": "The authorization code of an application was used again, so its session was revoked.",
    "session.revoked": "A session was revoked, by its owner or by an administrator; the details name its user.",
    "login.failed": "A login failed. For an unknown name, only an HMAC of it is recorded.",
  },
  metrics: {
    sentinel_logins_total: {
      kind: "counter",
      help: "Login attempts by outcome. The client cannot distinguish a disabled account from an unknown name.",
      labels: {
        outcome: [
          "succeeded",
          "factor_required",
          "enrolment_required",
          "unverified",
          "wrong_password",
          "unknown_name",
          "disabled",
          "superseded",
          "overloaded",
          "rate_limited",
        ],
      },
    },
    sentinel_passkey_logins_total: {
      kind: "counter",
      help:
        "Logins with a passkey alone, by outcome; without_verification means that the authenticator did not verify " +
        "the user, expired that the challenge was unknown, used or too old.",
      labels: {
        outcome: [
          "succeeded",
          "expired",
          "wrong",
          "without_verification",
          "disabled",
          "unverified",
          "superseded",
          "rate_limited",
        ],
      },
    },
    sentinel_second_steps_total: {
      kind: "counter",
      help: "Second steps of logins by outcome; expired stands for every step that was not open any more.",
      labels: { outcome: ["passed", "wrong_factor", "expired", "rate_limited"] },
    },
    sentinel_enrolments_total: {
      kind: "counter",
      help:
        "Set-ups of a required second factor in logins, by step; shown means that a secret or a challenge was sent, expired " +
        "stands for every set-up that was not open any more.",
      labels: { outcome: ["begun", "shown", "enrolled", "wrong_code", "wrong_passkey", "expired", "rate_limited"] },
    },
    sentinel_factor_users: {
      kind: "gauge",
      merge: "max",
      help:
        "Persons as of the last count, every 15 minutes: with a second factor, and without one although they must have " +
        "one, so that their next sign-in sets it up. Equal on every replica.",
      labels: { state: ["enrolled", "missing"] },
    },
    sentinel_browser_sign_ins_total: {
      kind: "counter",
      help: "Sign-ins on pages that succeeded; each is a login too. renewed means again in the same session.",
      labels: { outcome: ["started", "renewed"] },
    },
    sentinel_guessed_accounts_total: {
      kind: "counter",
      help: "Accounts and unknown names with a first failed login in a while. " +
        "A high rate means that one password is tried on many accounts. Counted while the rate limit is on.",
      labels: {},
    },
    sentinel_refreshes_total: {
      kind: "counter",
      help: "Refreshes by outcome; replayed means that a lost answer was repeated, within the grace or minutes " +
        "later.",
      labels: { outcome: ["rotated", "replayed", "reused", "expired", "invalid"] },
    },
    sentinel_refresh_reuse_total: {
      kind: "counter",
      help: "Sessions revoked because an old refresh token was used again.",
      labels: {},
    },
    sentinel_throttled_total: {
      kind: "counter",
      help: "Attempts refused by a rate limit before a password was hashed, by limit.",
      labels: {
        limit: [
          "login_address",
          "login_account",
          "register_address",
          "account_change",
          "mail_address",
          "mail_recipient",
          "mail_code",
          "factor_account",
        ],
      },
    },
  },
  settings: {
    SENTINEL_SESSION_IDLE_SECONDS: {
      about: "Time without a refresh after which a session ends, in seconds (ASVS 7.3.1)",
      schema: s.integer(60, 31_536_000),
      default: "604800",
    },
    SENTINEL_SESSION_MAX_SECONDS: {
      about: "Time after the login at which a session ends even if it is used, in seconds (ASVS 7.3.2)",
      schema: s.integer(60, 31_536_000),
      default: "2592000",
    },
    SENTINEL_AAL2_MAX_SECONDS: {
      about: "Time after a sign-in in which its second factor counts, in seconds (NIST SP 800-63B §4.2.3)",
      schema: s.integer(60, 31_536_000),
      default: "43200",
    },
    SENTINEL_SESSIONS_PER_USER_MAX: {
      about: "Maximum number of live sessions per user; a further login revokes the oldest one (ASVS 7.1.2)",
      schema: s.integer(1, 10_000),
      default: "1000",
    },
    SENTINEL_REFRESH_GRACE_SECONDS: {
      about: "Grace: seconds after a refresh in which a replaced refresh token does not revoke the session " +
        "(RFC 9700 §4.14.2)",
      schema: s.integer(0, 60),
      default: "10",
    },
    SENTINEL_MFA: {
      about: "Who must have a second factor, besides the holders of roles that require one: nobody (`optional`), the " +
        "holders of roles that give every permission (`admins`), or every person (`required`). Who has none sets one " +
        "up at the next login",
      schema: s.oneOf("optional", "admins", "required"),
      default: "optional",
    },
    SENTINEL_RATE_LIMIT: {
      about: "Whether logins, registrations and changes of a user's own names are limited: `on` or `off`",
      schema: s.onOff,
      default: "on",
    },
    SENTINEL_RATE_LIMIT_LOGIN_ADDRESS: {
      about: "Failed logins from one address (IPv6: one /64), count/seconds; raise it for a site behind one NAT",
      schema: s.rate,
      default: "50/900",
    },
    SENTINEL_RATE_LIMIT_LOGIN_ACCOUNT: {
      about:
        "Failed logins for one name, counted separately for each network its user logged in from lately, count/seconds",
      schema: s.rate,
      default: "10/900",
    },
    SENTINEL_RATE_LIMIT_REGISTER_ADDRESS: {
      about: "Registrations from one address (IPv6: one /64), count/seconds",
      schema: s.rate,
      default: "20/3600",
    },
    SENTINEL_RATE_LIMIT_MAIL_ADDRESS: {
      about: "Mails that one address (IPv6: one /64) may ask for, count/seconds",
      schema: s.rate,
      default: "20/3600",
    },
    SENTINEL_RATE_LIMIT_MAIL_RECIPIENT: {
      about: "Mails that may be asked for to one mailbox, by anyone, count/seconds",
      schema: s.rate,
      default: "5/3600",
    },
    SENTINEL_EMAIL_VERIFICATION: {
      about: "Whether a person with an e-mail address must confirm it before they can log in: `required` or `off`",
      schema: s.oneOf("off", "required"),
      default: "off",
    },
    SENTINEL_RATE_LIMIT_ACCOUNT_CHANGE: {
      about: "Changes of a user's own username or e-mail address, including refused ones, count/seconds",
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
