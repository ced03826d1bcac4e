import { CeremonyFailed, webAuthn } from "./ceremony.ts";

/**
 * What an authenticator says and signs (WebAuthn §6.1). `up`: the user was there; `uv`: it verified them; `be`: the
 * passkey may be copied to other devices; `bs`: it has been.
 */
export type AuthenticatorData = {
  rpIdHash: Buffer;
  up: boolean;
  uv: boolean;
  be: boolean;
  bs: boolean;
  counter: number;
};

const flag = { up: 0x01, uv: 0x04, be: 0x08, bs: 0x10, at: 0x40, ed: 0x80 };

/** Where flags and counter are, and the end unless extensions follow. */
const flagsAt = 32, counterAt = 33, sizeBytes = 37;

/**
 * Reads the authenticator data of an assertion: without a new passkey, and of extensions only whether they are CBOR.
 *
 * @throws {CeremonyFailed}, and other errors for what is not in the form of extensions
 */
export async function readAuthenticatorData(bytes: Buffer): Promise<AuthenticatorData> {
  const flags = bytes[flagsAt] ?? 0;
  if (flags & flag.at) throw new CeremonyFailed("it contains another passkey");
  if (flags & flag.ed) (await webAuthn()).parseAuthenticatorData(new Uint8Array(bytes));
  else if (bytes.length !== sizeBytes) throw new CeremonyFailed("its data is too short or too long");
  const has = (bit: number) => (flags & bit) !== 0;
  return {
    rpIdHash: bytes.subarray(0, flagsAt),
    up: has(flag.up),
    uv: has(flag.uv),
    be: has(flag.be),
    bs: has(flag.bs),
    counter: bytes.readUInt32BE(counterAt),
  };
}
