import { z } from "zod";
import type { OwnFactors } from "../../accounts/factors/own_factors.ts";
import type { OwnPasskeys } from "../../accounts/factors/own_passkeys.ts";
import type { OwnProof } from "../../accounts/factors/ownership_proof.ts";
import { passkeyAssertion } from "../../vocabulary/passkey_json.ts";
import { credential } from "../passkeys/credential.ts";

/** The members of a form that prove who the user is. */
export const proofMembers = {
  current_password: z.string().optional(),
  code: z.string().max(100).optional(),
  challenge_id: z.uuid().optional(),
  credential: credential(passkeyAssertion).optional(),
};

/** What a user sent to prove it; a member that the form does not have is undefined. */
export type SentProof = { [Member in keyof typeof proofMembers]?: z.output<typeof proofMembers[Member]> | undefined };

/** Six digits are a code of an app, everything else is a recovery code. */
export function proofOf({ current_password, code, challenge_id, credential }: SentProof): OwnProof {
  if (credential && challenge_id !== undefined) {
    return { current_password, factor: { type: "passkey", assertion: credential, challenge_id } };
  }
  if (code === undefined) return { current_password };
  const type = code.replaceAll(/\s/g, "").length === 6 ? "totp" : "recovery_code";
  return { current_password, factor: { type, code } };
}

/** What the user is asked to prove. `other`: whether they have a passkey, too. */
export type AskedProof =
  | { kind: "password" }
  | { kind: "code"; other: boolean }
  | { kind: "passkey"; options: { publicKey: object; challenge_id: string } };

/** The password of a user without a second factor; else a passkey of those who have one and do not prefer a code. */
export async function askedProof(
  { ownFactors, ownPasskeys }: { ownFactors: OwnFactors; ownPasskeys: OwnPasskeys },
  userId: string,
  by: "code" | "passkey" = "passkey",
): Promise<AskedProof> {
  const { items } = await ownFactors.list(userId);
  if (items.length === 0) return { kind: "password" };
  const other = items.some(({ kind }) => kind === "passkey");
  if (!other || by === "code") return { kind: "code", other };
  return { kind: "passkey", options: await ownPasskeys.challenge(userId) };
}
