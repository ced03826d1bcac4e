import { z } from "@hono/zod-openapi";
import type { PasskeyRow } from "../../credentials/passkeys/passkeys.ts";
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
import { PasskeyChallenge } from "../../sessions/passkeys/passkey_login_route.ts";
import type { OwnFactors } from "./own_factors.ts";
import { attestation, creationOptions, PasskeyName } from "../../sessions/enrolment/login_enrolment_passkey_route.ts";
import { recoveryCodes } from "../../sessions/enrolment/login_enrolment_route.ts";
import { example, OwnProofRequest, proofMembers, refusals } from "./own_factors_route.ts";
import type { OwnPasskeys } from "./own_passkeys.ts";

const PasskeyResponse = z.strictObject({
  id: Id,
  name: PasskeyName,
  created_at: Time,
  last_used_at: Time.nullable(),
  synced: z.boolean().openapi({ description: "Whether other devices of the user may have it too", example: true }),
  counter_regressed_at: Time.nullable().openapi({
    description: "When its count of signatures last did not rise: it may have been copied",
  }),
  rp_id: z.string().openapi({ description: "The domain that it works at", example: "example.com" }),
}).openapi("Passkey");

const PasskeysResponse = z.strictObject({ items: z.array(PasskeyResponse) }).openapi("Passkeys");

const NewPasskeyRequest = z.strictObject({ name: PasskeyName.optional(), ...proofMembers })
  .openapi("NewPasskey", { example: { name: "laptop", ...example } });

const PasskeySetupResponse = z.strictObject({
  challenge_id: Id,
  publicKey: creationOptions,
}).openapi("PasskeySetup");

const PasskeyAttestationRequest = z.strictObject({
  challenge_id: Id,
  attestation,
}).openapi("PasskeyRegistration");

const AddedPasskeyResponse = z.strictObject({
  id: Id,
  name: PasskeyName,
  recovery_codes: recoveryCodes.nullable().openapi({
    description: "With the first factor: ten codes, shown once; each works once",
  }),
}).openapi("AddedPasskey");

const tags: ["accounts"] = ["accounts"];

const list = operation("GET /users/me/passkeys", {
  operationId: "listMyPasskeys",
  tags,
  summary: "Your passkeys",
  ...signedIn,
  ...ok(PasskeysResponse, "Your passkeys, oldest first"),
  ...problems("unavailable"),
});

const begin = operation("POST /users/me/passkeys/options", {
  operationId: "beginMyPasskey",
  tags,
  summary: "Ask for a new passkey",
  description: "What the browser creates it by; good for one `POST /users/me/passkeys` within five minutes.",
  ...ownAccount,
  ...freshWithProof,
  ...json(NewPasskeyRequest),
  ...ok(PasskeySetupResponse, "What the browser creates the passkey by"),
  ...problems("email_unverified", "factor_name_taken", ...refusals),
});

const finish = operation("POST /users/me/passkeys", {
  operationId: "createMyPasskey",
  tags,
  summary: "Add the new passkey",
  description: "From now on you sign in with it alone, or with a password and it.",
  ...ownAccount,
  ...json(PasskeyAttestationRequest),
  ...created(AddedPasskeyResponse, "Added", () => "/users/me/passkeys"),
  ...leadsTo({ to: ["renameMyPasskey", "deleteMyPasskey"], parameters: { id: "#/id" } }),
  ...problems(
    "passkey_refused",
    "passkey_taken",
    "factor_name_taken",
    "too_many_factors",
    "factor_required",
    "unavailable",
  ),
});

const params = z.strictObject({ id: Id });

const rename = operation("PATCH /users/me/passkeys/{id}", {
  operationId: "renameMyPasskey",
  tags,
  summary: "Rename one of your passkeys",
  params,
  ...ownAccount,
  ...json(z.strictObject({ name: PasskeyName }).openapi("PasskeyName")),
  ...noContent("Renamed"),
  ...problems("not_found", "factor_name_taken", "unavailable"),
});

const remove = operation("DELETE /users/me/passkeys/{id}", {
  operationId: "deleteMyPasskey",
  tags,
  summary: "Remove one of your passkeys",
  description: "As `DELETE /users/me/factors/{id}`. The recovery codes go with the last factor.",
  params,
  ...ownAccount,
  ...freshWithProof,
  ...json(OwnProofRequest),
  ...noContent("Removed"),
  ...problems("not_found", ...refusals),
});

const challenge = operation("POST /users/me/passkeys/challenge", {
  operationId: "challengeMyPasskey",
  tags,
  summary: "Ask for a proof by one of your passkeys",
  description: "Where an operation takes `factor`, send the answer of the authenticator with this `challenge_id`.",
  ...ownAccount,
  ...ok(PasskeyChallenge, "What the passkey signs"),
  ...problems("no_passkey", "unavailable"),
});

type OwnPasskeysDeps = { ownPasskeys: OwnPasskeys; ownFactors: OwnFactors };

/**
 * `GET|POST /users/me/passkeys`, `POST /users/me/passkeys/options`, `POST /users/me/passkeys/challenge`,
 * `PATCH|DELETE /users/me/passkeys/{id}`
 */
export const ownPasskeysRoute = resource(
  [list, begin, finish, rename, remove, challenge],
  (app, { ownPasskeys, ownFactors }: OwnPasskeysDeps) => {
    app.add(list, async ({ caller: { user } }) => ({ items: (await ownPasskeys.list(user.id)).map(shown) }));
    app.add(begin, ({ caller, body: { name, ...proof }, actor }) => ownPasskeys.begin(caller, name, proof, actor()));
    app.add(finish, ({ caller, body, actor }) => ownPasskeys.finish(caller, body, actor()));
    app.add(
      rename,
      ({ caller, params: { id }, body, actor }) => ownPasskeys.rename(caller.user.id, id, body.name, actor()),
    );
    app.add(remove, ({ caller, params: { id }, body, actor }) => ownFactors.remove(caller, id, body, actor()));
    app.add(challenge, ({ caller }) => ownPasskeys.challenge(caller.user.id));
  },
);

function shown({ id, name, created_at, last_used_at, device_type, counter_regressed_at, rp_id }: PasskeyRow) {
  return {
    id,
    name,
    created_at,
    last_used_at,
    synced: device_type === "multi_device",
    counter_regressed_at,
    rp_id,
  };
}
