import type { Sentinel } from "../harness.ts";
import { type Authenticator, type Behaviour, createAuthenticator, type Credential } from "./authenticator.ts";

/** A passkey of the user, and the authenticator that has it. */
export type OwnPasskey = { id: string; name: string; authenticator: Authenticator; credential: Credential };

/** A passkey of the user on an authenticator that behaves so. */
export async function newPasskey(
  { db, passkeys, factors }: Pick<Sentinel, "db" | "passkeys" | "factors">,
  userId: string,
  usual: Behaviour = {},
  authenticator: Authenticator = createAuthenticator(usual),
): Promise<OwnPasskey> {
  return await db.transaction(async (tx) => {
    const options = await passkeys.creationOptions(tx, { id: userId, label: "somebody", displayName: "" });
    const response = authenticator.create(options);
    const { id, name } = await passkeys.registerIn(tx, userId, { response, challenge: options.challenge });
    await factors.noteChangeIn(tx, userId);
    return { id, name, authenticator, credential: authenticator.credentials.at(-1)! };
  });
}
