import type { PasskeyAttestation } from "../../vocabulary/passkey_json.ts";
import { CeremonyFailed, judged, type RelyingParty, webAuthn } from "./ceremony.ts";
import { requireClientData } from "./client_data.ts";
import { algorithms, verifierOf } from "./cose_key.ts";
import type { NewPasskey } from "./passkey_store.ts";

/** Above that of any key with one of these algorithms. */
const publicKeyBytesMax = 1_100;

/**
 * Checks a new passkey (WebAuthn §7.1). `uv`: the authenticator verified the user. Statements about the maker of the
 * authenticator are not looked at: none is asked for, and their certificates name URLs to fetch.
 *
 * @throws {CeremonyFailed}
 */
export async function verifyAttestation(
  response: PasskeyAttestation,
  challenge: string,
  { origin, rpId }: RelyingParty,
): Promise<Omit<NewPasskey, "id" | "user_id" | "name"> & { uv: boolean }> {
  const { verifyRegistrationResponse } = await webAuthn();
  const { registrationInfo: info } = await judged(async () => {
    const clientData = Buffer.from(response.response.clientDataJSON, "base64url");
    requireClientData(clientData, { type: "webauthn.create", challenge, origin });
    return await verifyRegistrationResponse({
      response: await withoutStatement(response),
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: rpId,
      requireUserVerification: false,
      supportedAlgorithmIDs: algorithms,
    });
  });
  if (!info) throw new CeremonyFailed("the attestation is not valid");
  const { credential, aaguid, credentialDeviceType, credentialBackedUp: backed_up, userVerified: uv } = info;
  if (credential.id !== response.id) throw new CeremonyFailed("the authenticator made another passkey");
  if (credential.publicKey.length > publicKeyBytesMax) throw new CeremonyFailed("the key is too long");
  verifierOf(credential.publicKey); // throws if the passkey could never be used
  return {
    credential_id: Buffer.from(credential.id, "base64url"),
    public_key: credential.publicKey,
    counter: credential.counter,
    transports: response.response.transports ?? [],
    device_type: credentialDeviceType === "multiDevice" ? "multi_device" : "single_device",
    backed_up,
    aaguid,
    rp_id: rpId,
    uv,
  };
}

async function withoutStatement(given: PasskeyAttestation) {
  const { decodeAttestationObject, isoCBOR } = await webAuthn();
  const authData = decodeAttestationObject(new Uint8Array(Buffer.from(given.response.attestationObject, "base64url")))
    .get("authData");
  const bare = isoCBOR.encode(
    new Map<string, Parameters<typeof isoCBOR.encode>[0]>([
      ["fmt", "none"],
      ["attStmt", new Map<string, string>()],
      ["authData", authData],
    ]),
  );
  const { id, rawId, type, response: { clientDataJSON } } = given;
  const attestationObject = Buffer.from(bare).toString("base64url");
  return { id, rawId, type, response: { clientDataJSON, attestationObject }, clientExtensionResults: {} };
}
