/** `firebase auth:export`: https://firebase.google.com/docs/cli/auth */
import { z } from "zod";
import { firebaseHash, type FirebaseParameters } from "../../platform/hashing/firebase_hash.ts";
import {
  type Arrival,
  type BrokenRow,
  fittingNames,
  flagOf,
  leftOver,
  type Row,
  SourceError,
  textOf,
  timeOf,
} from "./arrival.ts";
import type { Layout } from "./rows.ts";

const providers = ["google", "facebook", "twitter", "github"]
  .flatMap((name) => ["Id", "Email", "DisplayName", "PhotoUrl"].map((part) => `${name}${part}`));

export const firebaseLayout: Layout = {
  paths: ["users.*"],
  columns: ["localId", "email", "emailVerified", "passwordHash", "salt", "displayName", "photoUrl", ...providers]
    .concat(["createdAt", "lastSignedInAt", "phoneNumber", "disabled", "customAttributes"]),
};

const taken = ["localId", "email", "emailVerified", "passwordHash", "salt", "createdAt", "lastSignedInAt", "disabled"];

/** Reads users of a project with these parameters. @throws {SourceError} when there are hashes but no parameters. */
export function firebaseReader(parameters: FirebaseParameters | undefined) {
  return (at: string, row: Row): Arrival | BrokenRow =>
    isShifted(row) ? { at, broken: shifted } : ({
      at,
      ...fittingNames(null, textOf(row.email)),
      password_hash: hashOf(textOf(row.passwordHash), textOf(row.salt) ?? ""),
      roles: [],
      disabled: flagOf(row.disabled) === true,
      email_verified: flagOf(row.emailVerified) === true,
      external_id: textOf(row.localId),
      created_at: timeOf(row.createdAt),
      dropped: leftOver(row, taken),
    });

  function hashOf(hash: string | null, salt: string): string | null {
    if (hash === null) return null;
    if (!parameters) throw new SourceError(parametersMissing);
    return firebaseHash(parameters, standard(salt), standard(hash)) ?? "of another project";
  }
}

const shifted = "has a name with a comma and a quotation mark, which auth:export does not quote: export as JSON";

/** Whether a value of CSV that was not quoted has moved the later ones: every user has a time of creation. */
function isShifted(row: Row): boolean {
  return "googleId" in row && !/^\d+$/.test(textOf(row.createdAt) ?? "");
}

const parametersMissing =
  "The users have password hashes of Firebase: copy the password hash parameters of the project (Authentication, Users, " +
  "the menu with three dots) into a file, and name it with --hash-parameters.";

/** The web-safe alphabet, in which some versions write hashes, in that of base64. */
function standard(text: string): string {
  return text.replaceAll("-", "+").replaceAll("_", "/");
}

const Parameters = z.object({
  signerKey: z.base64().min(40),
  saltSeparator: z.union([z.base64(), z.literal("")]),
  rounds: z.coerce.number().int().min(1).max(8),
  memoryCost: z.coerce.number().int().min(1).max(14),
});

/**
 * The parameters as the console shows them (`hash_config { … base64_signer_key: …, mem_cost: 14 }`), or as JSON of the
 * Identity Toolkit API.
 *
 * @throws {SourceError}
 */
export function firebaseParametersOf(text: string): FirebaseParameters {
  const of = (...names: string[]) =>
    new RegExp(`"?(?:${names.join("|")})"?\\s*[:=]\\s*"?([A-Za-z0-9+/_=-]*)`).exec(text)?.[1];
  const parameters = Parameters.safeParse({
    signerKey: standard(of("base64_signer_key", "signerKey") ?? ""),
    saltSeparator: standard(of("base64_salt_separator", "saltSeparator") ?? ""),
    rounds: of("rounds"),
    memoryCost: of("mem_cost", "memoryCost"),
  });
  if (parameters.success) return parameters.data;
  throw new SourceError(
    "The hash parameters need base64_signer_key, base64_salt_separator, rounds and mem_cost, as the console shows them.",
  );
}
