import { z } from "@hono/zod-openapi";
import type { PermissionEvaluator } from "../../access/roles/permission_evaluator.ts";
import {
  conditional,
  fresh,
  freshSignIn,
  fromMemory,
  Id,
  json,
  noContent,
  ok,
  operation,
  ownAccount,
  problems,
  resource,
  revised,
  signedIn,
  Time,
} from "../../http/contract/contract.ts";
import { identifierLengthMax, usernameRule } from "../../vocabulary/identifiers.ts";
import { passwordSizeBytesMax } from "../../credentials/passwords/passwords.ts";
import { personOf } from "./user_revision.ts";
import type { OwnAccount } from "./own_account.ts";

/** Whether the owner of the address proved it. */
export const EmailVerified = z.boolean().openapi({
  description: "Whether the owner of the address proved it; another address is unproved again",
  example: true,
});

/** A user in answers; never contains a hash, a secret or a token. */
export const PersonResponse = z.strictObject({
  id: Id,
  username: z.string().nullable().openapi({ description: "Null for a user without one", example: "ada" }),
  email: z.string().nullable().openapi({ description: "Null for a user without one", example: "ada@example.com" }),
  email_verified: EmailVerified,
  roles: z.array(z.string()).openapi({ description: "Active roles, sorted", example: ["user"] }),
  created_at: Time,
}).openapi("Person");

/** The lowest minimum length of a password that can be set (ASVS 6.2.1). */
const passwordLengthMin = 8;

const Username = z.string().max(identifierLengthMax).openapi({
  description: usernameRule,
  minLength: 3,
  maxLength: 64,
  pattern: "^[\\p{L}\\p{N}\\p{M}._-]+$",
  example: "ada",
});

const Email = z.string().max(identifierLengthMax).openapi({
  description: "At most 254 characters",
  format: "idn-email",
  maxLength: 254,
  example: "ada@example.com",
});

/** What a new account is called, by one name or both, and opened with. */
export const accountMembers = {
  username: Username.optional(),
  email: Email.optional(),
  password: z.string().openapi({
    format: "password",
    minLength: passwordLengthMin,
    maxLength: passwordSizeBytesMax,
    description: "8 characters or more by default, at most 1024 bytes; any characters are allowed",
    example: "correct horse battery staple",
  }),
};

/**
 * In the document of a new account: one of the two names must be there. `allOf`, as generated types would make
 * `unknown` of a bare union.
 */
export const hasName = { allOf: [{ anyOf: [{ required: ["username"] }, { required: ["email"] }] }] };

/** What an account is to be called: null to be without, as long as the other name remains. */
export const nameChanges = { username: Username.nullable().optional(), email: Email.nullable().optional() };

const MeChange = z.strictObject({
  ...nameChanges,
  current_password: z.string().optional().openapi({
    format: "password",
    description: "Required to change the e-mail address",
  }),
}).openapi("MeChange", { example: { username: "ada" } });

const MeDeletion = z.strictObject({
  current_password: z.string().min(1).openapi({ format: "password", example: "correct horse battery staple" }),
}).openapi("MeDeletion");

const change = operation("PATCH /users/me", {
  operationId: "changeMe",
  tags: ["accounts"],
  summary: "Change your username or e-mail address",
  description:
    "Absent members stay as they are; null removes a name, and one must remain. Another e-mail address, or none, takes the current password; while mails are sent, another one is confirmed by them, at `PUT /users/me/email`. `If-Match` takes the `ETag` of this operation's last answer. The password is " +
    "changed with `PUT /users/me/password`.",
  ...ownAccount,
  ...fresh({ ...freshSignIn.fresh, when: "to change the e-mail address" }),
  ...conditional,
  ...json(MeChange),
  ...revised(PersonResponse, "Your account after the change"),
  ...problems(
    "wrong_password",
    "email_confirmation_required",
    "username_taken",
    "email_taken",
    "rate_limited",
    "overloaded",
    "unavailable",
  ),
});

const remove = operation("DELETE /users/me", {
  operationId: "deleteMe",
  tags: ["accounts"],
  summary: "Delete your account and erase your personal data",
  description:
    "Requires the current password. Sessions and grants are deleted with the account. The audit log keeps your actions by " +
    "id, but no names, addresses or devices.",
  ...ownAccount,
  ...freshSignIn,
  ...json(MeDeletion),
  ...noContent("Deleted"),
  ...problems("wrong_password", "last_admin", "rate_limited", "overloaded", "unavailable"),
});

const route = operation("GET /users/me", {
  operationId: "getMe",
  tags: ["accounts"],
  summary: "Read your own account",
  description: "Your account and roles as they are now, not as they were when the token was issued.",
  ...signedIn,
  ...fromMemory,
  ...ok(PersonResponse, "You"),
  ...problems("unavailable"),
});

type MeDeps = { evaluator: PermissionEvaluator; ownAccount: OwnAccount };

export const meRoute = resource([route, change, remove], (app, { evaluator, ownAccount }: MeDeps) => {
  app.add(route, ({ caller: { user } }) => personOf(user, evaluator.activeRoles(user)));
  app.add(change, ({ caller, body, expected, actor }) => ownAccount.change(caller, body, expected(), actor()));
  app.add(remove, ({ caller, body, actor }) => ownAccount.remove(caller, body.current_password, actor()));
});
