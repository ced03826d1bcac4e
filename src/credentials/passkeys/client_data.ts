import { CeremonyFailed } from "./ceremony.ts";

/** What a page asked its browser for. `challenge`: in base64url, any of these. */
type Asked = { type: "webauthn.create" | "webauthn.get"; challenge: string | readonly string[]; origin: string };

const utf8 = new TextDecoder();

/** States of Token Binding, of which Level 3 keeps only the name. */
const tokenBindings = ["present", "supported", "notSupported"];

/**
 * Checks what a browser says that it was asked for (WebAuthn Level 3 §5.8.1; §7.1 steps 5 to 11, §7.2 steps 8 to 14).
 * Answers from inside a page of another site are not accepted.
 *
 * @throws {CeremonyFailed}, and other errors for what is no JSON of an object
 */
export function requireClientData(clientDataJSON: Uint8Array, { type, challenge, origin }: Asked): void {
  const data = JSON.parse(utf8.decode(clientDataJSON));
  if (data.type !== type) throw new CeremonyFailed(`type is not ${type}`);
  if (![challenge].flat().includes(data.challenge)) throw new CeremonyFailed("challenge is another one");
  if (data.origin !== origin) throw new CeremonyFailed("origin is another one");
  if ((data.crossOrigin !== undefined && data.crossOrigin !== false) || data.topOrigin !== undefined) {
    throw new CeremonyFailed("crossOrigin or topOrigin: it was given inside another site");
  }
  if (data.tokenBinding && !tokenBindings.includes(data.tokenBinding.status)) {
    throw new CeremonyFailed("tokenBinding.status is unknown");
  }
}
