import { hash } from "node:crypto";
import type { PasskeyAssertion } from "../../vocabulary/passkey_json.ts";
import { readAuthenticatorData } from "./authenticator_data.ts";
import { CeremonyFailed, judged, type RelyingParty } from "./ceremony.ts";
import { requireClientData } from "./client_data.ts";
import { verifierOf } from "./cose_key.ts";
import type { PasskeyKey } from "./passkey_store.ts";

/** What a valid assertion says. `uv`: the authenticator verified the user, by a PIN or a fingerprint. */
export type Asserted = { uv: boolean; counter: number; backedUp: boolean };

/**
 * Checks a use of a passkey by steps 7 to 21 of WebAuthn Level 3 §7.2. The caller has found the passkey by its id and
 * compares its user (5 and 6), requires `uv` where needed (17) and judges the counter (22). Outputs of extensions are
 * ignored (23), as none are asked for.
 *
 * @throws {CeremonyFailed}
 */
export function verifyAssertion(
  { id, rawId, response }: PasskeyAssertion,
  challenge: string | readonly string[],
  { origin, rpId }: RelyingParty,
  { public_key, device_type }: PasskeyKey,
): Promise<Asserted> {
  return judged(async () => {
    if (id !== rawId) throw new CeremonyFailed("it has two ids");
    const clientData = bytesOf(response.clientDataJSON);
    requireClientData(clientData, { type: "webauthn.get", challenge, origin }); // 8 to 14
    const authData = bytesOf(response.authenticatorData);
    const { rpIdHash, up, uv, be, bs, counter } = await readAuthenticatorData(authData);
    if (!rpIdHash.equals(sha256(rpId))) throw new CeremonyFailed("the hash of the RP ID is that of another domain"); // 15
    if (!up) throw new CeremonyFailed("user presence (UP) is not set"); // 16
    if (bs && !be) throw new CeremonyFailed("backed up (BS) without backup eligibility (BE)"); // 18
    if (be !== (device_type === "multi_device")) { // 19
      throw new CeremonyFailed("backup eligibility (BE) has changed");
    }
    const signed = Buffer.concat([authData, sha256(clientData)]); // 20
    const isValid = await verifierOf(public_key)(bytesOf(response.signature), signed); // 21
    if (!isValid) throw new CeremonyFailed("the signature is wrong");
    return { uv, counter, backedUp: bs };
  });
}

function bytesOf(text: string): Buffer<ArrayBuffer> {
  return Buffer.from(text, "base64url");
}

function sha256(data: string | Uint8Array): Uint8Array {
  return hash("sha256", data, "buffer");
}
