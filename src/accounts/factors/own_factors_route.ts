import { z } from "@hono/zod-openapi";
import {
  created,
  freshWithProof,
  Id,
  json,
  leadsTo,
  noContent,
  ok,
  operation,
  ownAccount,
  problems,
  signedIn,
  Time,
} from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import { AppName, recoveryCodes, totpMembers } from "../../sessions/enrolment/login_enrolment_route.ts";
import { PasskeyAssertion } from "../../sessions/second_step/login_factor_route.ts";
import type { OwnFactors } from "./own_factors.ts";

const FactorResponse = z.strictObject({
  id: Id,
  kind: z.enum(["totp", "passkey"]),
  name: z.string().openapi({ example: "phone" }),
  created_at: Time,
  last_used_at: Time.nullable(),
  resting: z.boolean().openapi({
    description: "After 100 wrong codes in a row it is refused, until another factor is proved",
    example: false,
  }),
}).openapi("Factor");

/** What a user has beside the password. */
export const FactorsResponse = z.strictObject({
  items: z.array(FactorResponse),
  recovery_codes_left: z.int().openapi({ description: "Unused recovery codes", example: 10 }),
}).openapi("Factors");

const Code = z.string().min(1).max(100).openapi({ description: "Spaces are ignored", example: "481207" });

/** A proof of a second factor by a user who has a session. */
export const FactorProofRequest = z.discriminatedUnion("type", [
  z.strictObject({ type: z.enum(["totp", "recovery_code"]), code: Code }).openapi("CodeProof"),
  z.strictObject({
    type: z.literal("passkey"),
    challenge_id: Id.openapi({ description: "From `POST /users/me/passkeys/challenge`" }),
    assertion: PasskeyAssertion,
  }).openapi("PasskeyProof"),
]).openapi("FactorProof", {
  description: "A code of an authenticator app, a recovery code, or a signature of a passkey",
  example: { type: "totp", code: "481207" },
});

/** What is proved before a change of factors. */
export const proofMembers = {
  current_password: z.string().min(1).optional().openapi({
    format: "password",
    description: "Required without a second factor",
    example: "correct horse battery staple",
  }),
  factor: FactorProofRequest.optional(),
};

/** What a user without a second factor proves. */
export const example = { current_password: "correct horse battery staple" };
/** What is proved, and nothing else. */
export const OwnProofRequest = z.strictObject(proofMembers).openapi("OwnProof", { example });

const NewTotpRequest = z.strictObject({
  name: AppName,
  ...proofMembers,
}).openapi("NewTotp", { example: { name: "phone", ...example } });

const TotpResponse = z.strictObject({ id: Id, ...totpMembers }).openapi("Totp");

const RecoveryCodesResponse = z.strictObject({
  recovery_codes: recoveryCodes.openapi({ description: "Ten codes, shown once; each works once" }),
}).openapi("RecoveryCodes");

const ConfirmedResponse = z.strictObject({
  recovery_codes: recoveryCodes.nullable().openapi({
    description: "With the first factor: ten codes, shown once; each works once",
  }),
}).openapi("ConfirmedFactor");

/** What a proof may be refused by. */
export const refusals = [
  "wrong_password",
  "wrong_factor",
  "factor_required",
  "rate_limited",
  "overloaded",
  "unavailable",
] as const;
const tags: ["accounts"] = ["accounts"];

const list = operation("GET /users/me/factors", {
  operationId: "listMyFactors",
  tags,
  summary: "Your second factors",
  ...signedIn,
  ...ok(FactorsResponse, "Your second factors, oldest first, and how many recovery codes are left"),
  ...problems("unavailable"),
});

const enrol = operation("POST /users/me/factors/totp", {
  operationId: "createMyTotp",
  tags,
  summary: "Set up an authenticator app",
  description:
    "The app gets the secret by the QR code, the URI, or by hand: codes of six digits every 30 seconds (RFC 6238, " +
    "SHA-1). It counts once a first code has confirmed it, within ten minutes. The secret is shown once.",
  ...ownAccount,
  ...freshWithProof,
  ...json(NewTotpRequest),
  ...created(TotpResponse, "The secret, shown once", () => "/users/me/factors"),
  ...leadsTo({ to: ["confirmMyTotp", "deleteMyFactor"], parameters: { id: "#/id" } }),
  ...problems("email_unverified", "factor_name_taken", "too_many_factors", ...refusals),
});

const params = z.strictObject({ id: Id });

const confirm = operation("POST /users/me/factors/totp/{id}/confirm", {
  operationId: "confirmMyTotp",
  tags,
  summary: "Confirm an authenticator app with its first code",
  params,
  ...ownAccount,
  ...json(z.strictObject({ code: Code }).openapi("TotpConfirmation")),
  ...ok(ConfirmedResponse, "From now on you sign in with it"),
  ...problems("not_found", "wrong_factor", "rate_limited", "unavailable"),
});

const remove = operation("DELETE /users/me/factors/{id}", {
  operationId: "deleteMyFactor",
  tags,
  summary: "Remove one of your second factors",
  description: "The recovery codes go with the last one.",
  params,
  ...ownAccount,
  ...freshWithProof,
  ...json(OwnProofRequest),
  ...noContent("Removed"),
  ...problems("not_found", "last_factor", ...refusals),
});

const renew = operation("POST /users/me/recovery-codes", {
  operationId: "createMyRecoveryCodes",
  tags,
  summary: "Replace your recovery codes",
  description: "Earlier codes no longer work.",
  ...ownAccount,
  ...freshWithProof,
  ...json(OwnProofRequest),
  ...ok(RecoveryCodesResponse, "Ten codes, shown once"),
  ...problems("no_factor", ...refusals),
});

/**
 * `GET /users/me/factors`, `POST /users/me/factors/totp`, `POST /users/me/factors/totp/{id}/confirm`,
 * `DELETE /users/me/factors/{id}`, `POST /users/me/recovery-codes`
 */
export const ownFactorsRoute = resource([list, enrol, confirm, remove, renew], (app, { ownFactors }: {
  ownFactors: OwnFactors;
}) => {
  app.add(list, ({ caller: { user } }) => ownFactors.list(user.id));
  app.add(
    enrol,
    ({ caller, body: { name, ...proof }, actor }) => ownFactors.enrolTotp(caller, name, proof, actor()),
  );
  app.add(confirm, async ({ caller, params: { id }, body: { code }, actor }) => ({
    recovery_codes: await ownFactors.confirmTotp(caller, id, code, actor()),
  }));
  app.add(remove, ({ caller, params: { id }, body, actor }) => ownFactors.remove(caller, id, body, actor()));
  app.add(renew, async ({ caller, body, actor }) => ({
    recovery_codes: await ownFactors.renewRecoveryCodes(caller, body, actor()),
  }));
});
