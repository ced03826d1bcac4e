import { parse as uuidBytes, stringify as uuidText } from "uuid";
import { lazily } from "../../platform/once.ts";
import type { PasskeyAssertion, PasskeyAttestation } from "../../vocabulary/passkey_json.ts";
import type { DeviceType, NewPasskey, PasskeyKey } from "./passkey_store.ts";

/** Where ceremonies take place: on pages of this origin, for passkeys of this domain. */
export type RelyingParty = { origin: string; rpId: string };

/** What a valid assertion says. `uv`: the authenticator verified the user, by a PIN or a fingerprint. */
export type Asserted = { uv: boolean; counter: number; backedUp: boolean };

/** The authenticator's answer is not accepted. The reason is for the log. */
export class CeremonyFailed extends Error {
  override readonly name = "CeremonyFailed";
}

/** EdDSA, ES256 and RS256 (RFC 9053 §2, RFC 8812 §2). */
export const algorithms = [-8, -7, -257];

/** Above that of any key with one of these algorithms. */
const publicKeyBytesMax = 1_100;

/** Loads what verifies the answers of authenticators, once, which takes 100 ms. */
export const webAuthn = lazily(load);

async function load() {
  const [ceremonies, helpers] = await Promise.all([
    import("@simplewebauthn/server"),
    import("@simplewebauthn/server/helpers"),
  ]);
  return { ...ceremonies, ...helpers };
}

/** What an authenticator keeps of its user (WebAuthn §14.6.1): nothing that names a person. */
export function userHandle(userId: string): string {
  return Buffer.from(uuidBytes(userId)).toString("base64url");
}

/** Undefined for anything but a handle that {@link userHandle} has made. */
export function userOfHandle(handle: string): string | undefined {
  const bytes = Buffer.from(handle, "base64url");
  try {
    return bytes.length === 16 ? uuidText(bytes) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Checks a new passkey (WebAuthn §7.1). Statements about the maker of the authenticator are not looked at: none is
 * asked for, and their certificates name URLs to fetch.
 *
 * @throws {CeremonyFailed}
 */
export async function verifyAttestation(
  response: PasskeyAttestation,
  expectedChallenge: string,
  { origin, rpId }: RelyingParty,
): Promise<Omit<NewPasskey, "id" | "user_id" | "name">> {
  const { verifyRegistrationResponse } = await webAuthn();
  const { registrationInfo: info } = await judged(async () => {
    requireSameOrigin(response.response.clientDataJSON);
    return await verifyRegistrationResponse({
      response: await withoutStatement(response),
      expectedChallenge,
      expectedOrigin: origin,
      expectedRPID: rpId,
      requireUserVerification: false,
      supportedAlgorithmIDs: algorithms,
    });
  });
  if (!info) throw new CeremonyFailed("the attestation is not valid");
  const { credential, aaguid, credentialDeviceType, credentialBackedUp: backed_up } = info;
  if (credential.id !== response.id) throw new CeremonyFailed("the authenticator made another passkey");
  if (credential.publicKey.length > publicKeyBytesMax) throw new CeremonyFailed("the key is too long");
  return {
    credential_id: Buffer.from(credential.id, "base64url"),
    public_key: credential.publicKey,
    counter: credential.counter,
    transports: response.response.transports ?? [],
    device_type: deviceType(credentialDeviceType),
    backed_up,
    aaguid,
    rp_id: rpId,
  };
}

/**
 * Checks a use of a passkey (WebAuthn §7.2), but for its counter.
 *
 * @throws {CeremonyFailed}
 */
export async function verifyAssertion(
  response: PasskeyAssertion,
  challenge: string | readonly string[],
  { origin, rpId }: RelyingParty,
  { public_key, device_type }: PasskeyKey,
): Promise<Asserted> {
  const { verifyAuthenticationResponse } = await webAuthn();
  const { verified, authenticationInfo: info } = await judged(async () => {
    requireSameOrigin(response.response.clientDataJSON);
    return await verifyAuthenticationResponse({
      response: { ...response, response: withoutNull(response.response), clientExtensionResults: {} },
      expectedChallenge: (given) => [challenge].flat().includes(given),
      expectedOrigin: origin,
      expectedRPID: rpId,
      requireUserVerification: false,
      credential: { id: response.id, publicKey: new Uint8Array(public_key), counter: 0 },
    });
  });
  if (!verified) throw new CeremonyFailed("the signature is wrong");
  if (deviceType(info.credentialDeviceType) !== device_type) {
    throw new CeremonyFailed("whether the passkey may be copied has changed");
  }
  return { uv: info.userVerified, counter: info.newCounter, backedUp: info.credentialBackedUp };
}

/** The library throws for everything that it does not accept, and for everything that it cannot read. */
async function judged<T>(verify: () => Promise<T>): Promise<T> {
  try {
    return await verify();
  } catch (error) {
    throw error instanceof CeremonyFailed ? error : new CeremonyFailed("the answer is not valid", { cause: error });
  }
}

/**
 * The library takes an answer that was given inside a frame of another site, if the browser does not name that site.
 */
function requireSameOrigin(clientDataJSON: string): void {
  const { crossOrigin } = JSON.parse(Buffer.from(clientDataJSON, "base64url").toString());
  if (crossOrigin !== undefined && crossOrigin !== false) throw new CeremonyFailed("it was given inside another site");
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

function withoutNull({ userHandle, ...response }: PasskeyAssertion["response"]) {
  return { ...response, ...(userHandle && { userHandle }) };
}

function deviceType(said: "singleDevice" | "multiDevice"): DeviceType {
  return said === "multiDevice" ? "multi_device" : "single_device";
}
