import { lazily } from "../../platform/once.ts";

/** Where ceremonies take place: on pages of this origin, for passkeys of this domain. */
export type RelyingParty = { origin: string; rpId: string };

/** The authenticator's answer is not accepted. The reason is for the log. */
export class CeremonyFailed extends Error {
  override readonly name = "CeremonyFailed";
}

/** Runs a check that throws for everything which it does not accept or cannot read. @throws {CeremonyFailed} */
export async function judged<T>(verify: () => Promise<T>): Promise<T> {
  try {
    return await verify();
  } catch (error) {
    throw error instanceof CeremonyFailed ? error : new CeremonyFailed("the answer is not valid", { cause: error });
  }
}

/** Loads the library for answers of authenticators, once, which takes 100 ms. */
export const webAuthn = lazily(load);

async function load() {
  const [ceremonies, helpers] = await Promise.all([
    import("@simplewebauthn/server"),
    import("@simplewebauthn/server/helpers"),
  ]);
  return { ...ceremonies, ...helpers };
}
