import { defineDictionary } from "../vocabulary/dictionary.ts";
import * as s from "../vocabulary/settings/setting_schemas.ts";

const accountsDictionary = defineDictionary({
  problems: {
    wrong_password: {
      status: 403,
      title: "Wrong password",
      about: "The password in the request is not the current password.",
    },
    invalid_ticket: {
      status: 400,
      title: "Invalid link or code",
      about:
        "The link or the code is wrong, was used, or has expired; a change of the password or the address ends it, " +
        "too. Ask for another mail.",
    },
    email_confirmation_required: {
      status: 409,
      title: "Confirmation required",
      about: "On this server a new e-mail address is confirmed by mail: send it to PUT /users/me/email.",
    },
    registration_closed: {
      status: 403,
      title: "Registration closed",
      about: "Registration is closed on this server. An administrator can create an account for you.",
    },
    username_taken: {
      status: 409,
      title: "Username taken",
      about: "Another account has this username, or one that looks the same. Choose another one.",
    },
    email_taken: {
      status: 409,
      title: "E-mail taken",
      about: "Another account has this e-mail address, or one that looks the same.",
    },
    service_account_taken: {
      status: 409,
      title: "Service account taken",
      about: "A service account with this name exists.",
    },
    service_account_in_use: {
      status: 409,
      title: "Service account in use",
      about: "An OAuth client acts as this service account. Delete the client, and the account is deleted with it.",
    },
  },
  fieldErrors: {
    invalid_username: "not a valid username",
    reserved_username: "a username that only the operator can assign",
    invalid_email: "not a valid e-mail address",
    nameless: "neither a username nor an e-mail address",
  },
  permissions: {
    "service_accounts:read": "See service accounts, their roles and what they may do",
    "service_accounts:write":
      "Create service accounts, and change, disable or delete those that hold no more than you do",
    "users:delete": "Delete and erase users who hold no more than you do",
    "users:read": "See users, their roles and what they may do",
    "users:write": "Create users, and change or disable those who hold no more than you do",
  },
  auditActions: {
    "user.registered": "An account was created, by its owner or by an administrator.",
    "user.imported": "An account was imported from another system, with its password hash.",
    "user.disabled": "An account was disabled; all its sessions were revoked.",
    "user.enabled": "A disabled account was enabled.",
    "user.changed": "An account's username or e-mail address was changed.",
    "user.deleted": "An account was deleted, and its user's personal data was erased from the log.",
    "user.password_refused":
      "The current password was wrong when a user tried to change the password or address, or to delete " +
      "the account.",
    "user.password_changed": "An account's password was set.",
    "user.password_reset": "An account's password was set by the link of a mail.",
    "user.email_change_requested": "A user asked for another e-mail address, which their mailboxes have to confirm.",
    "user.email_verified":
      "An account's e-mail address was confirmed by the link or the code of a mail, or by an administrator.",
    "user.reclaimed":
      "The first proof of an account's address came from another browser than its request, so that everything older on " +
      "the account was ended: its password, second factors, sessions and API keys.",
    "invitation.created": "A user was invited. The details say with which roles.",
    "invitation.revoked": "An invitation was revoked before it was accepted.",
    "service_account.created": "A service account was created.",
    "service_account.changed": "A service account's name or description was changed.",
    "service_account.disabled": "A service account was disabled.",
    "service_account.enabled": "A disabled service account was enabled.",
    "service_account.deleted": "A service account was deleted, with its grants.",
  },
  metrics: {
    sentinel_registrations_total: {
      kind: "counter",
      help: "Registrations by outcome.",
      labels: { outcome: ["succeeded", "taken", "rate_limited"] },
    },
    sentinel_mail_requests_total: {
      kind: "counter",
      help:
        "Flows by mail: asked for, completed by link or code, refused because of a wrong or used link or code, or by a " +
        "rate limit.",
      labels: {
        flow: ["password_reset", "email_verification", "email_change", "invitation"],
        outcome: ["requested", "completed", "refused", "rate_limited"],
      },
    },
    sentinel_password_changes_total: {
      kind: "counter",
      help: "Changes of a user's own password, by outcome; rejected means refused by the password policy.",
      labels: { outcome: ["succeeded", "wrong_password", "rejected", "rate_limited"] },
    },
    sentinel_step_ups_total: {
      kind: "counter",
      help:
        "Step-ups of sessions, by outcome; factor_required means that a user with a second factor sent the password.",
      labels: { outcome: ["succeeded", "wrong_password", "wrong_factor", "factor_required", "rate_limited"] },
    },
  },
  settings: {
    SENTINEL_REGISTRATION: {
      about:
        "Who may create accounts: `open` for everyone by `POST /register`, `invite` for those whom an administrator " +
        "invites by mail, or `off` if only administrators create them",
      schema: s.oneOf("open", "invite", "off"),
      default: "open",
    },
    SENTINEL_RESERVED_USERNAMES: {
      about: "Usernames, separated by commas, that only `user create` and SENTINEL_ADMIN_USERNAME can assign, and " +
        "likewise names that look the same",
      schema: s.list(s.matching(/^.{1,64}$/u, "must have 1 to 64 characters")),
      default:
        "abuse,admin,administrator,anonymous,false,help,hostmaster,info,me,moderator,nan,nil,none,noreply,null," +
        "official,postmaster,root,security,self,sentinel,staff,superuser,support,sysadmin,system,true,undefined,webmaster",
    },
  },
});

declare module "../vocabulary/dictionary.ts" {
  interface Dictionaries {
    accounts: typeof accountsDictionary;
  }
}
