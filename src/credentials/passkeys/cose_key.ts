import { p256SignatureOf } from "../../platform/signatures/der.ts";
import { verifyP256 } from "../../platform/signatures/web_crypto.ts";
import { CeremonyFailed } from "./ceremony.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** Whether this is the key's signature of the data. */
export type Verifier = (signature: Bytes, data: Bytes) => boolean | Promise<boolean>;

/** A public key by the labels of COSE (RFC 9052 §7.1, RFC 9053 §7, RFC 8230 §4): 1 is `kty`, 3 is `alg`. */
type CoseKey = { [label: number]: number | Bytes | undefined };

/** EdDSA, ES256 and RS256 (RFC 9053 §2, RFC 8812 §2), each with one form of keys (WebAuthn Level 3 §5.8.5). */
const verifiers: ReadonlyMap<unknown, (key: CoseKey) => Verifier | undefined> = new Map([
  [-8, edDsaVerifierOf],
  [-7, es256VerifierOf],
  [-257, rs256VerifierOf],
]);

/** The algorithms that passkeys may have, the preferred one first. */
export const algorithms = [-8, -7, -257];

/** The shortest modulus of RS256, of 2,048 bits (RFC 8812 §2). */
const modulusBytesMin = 256;

/** What verifies signatures by the public key of a passkey. @throws {CeremonyFailed} if passkeys may not have it. */
export function verifierOf(publicKey: Uint8Array): Verifier {
  const key = readCoseKey(publicKey);
  const verifier = key && verifiers.get(key[3])?.(key);
  if (!verifier) throw new CeremonyFailed("the key is none that passkeys may have");
  return verifier;
}

function edDsaVerifierOf({ 1: kty, [-1]: crv, [-2]: x }: CoseKey): Verifier | undefined {
  if (kty !== 1 || crv !== 6 || !isOfBytes(x, 32)) return undefined;
  const jwk = { kty: "OKP", crv: "Ed25519", x: base64url(x) };
  return (signature, data) => verifyByRuntime({ name: "Ed25519" }, jwk, signature, data);
}

function es256VerifierOf({ 1: kty, [-1]: crv, [-2]: x, [-3]: y }: CoseKey): Verifier | undefined {
  if (kty !== 2 || crv !== 1 || !isOfBytes(x, 32) || !isOfBytes(y, 32)) return undefined;
  const point = Buffer.concat([Buffer.of(4), x, y]);
  return (der, data) => {
    const signature = p256SignatureOf(der); // WebAuthn §6.5.5
    return signature !== undefined && verifyP256(point, signature, data);
  };
}

function rs256VerifierOf({ 1: kty, [-1]: n, [-2]: e }: CoseKey): Verifier | undefined {
  if (kty !== 3 || !isOfBytes(n, modulusBytesMin, Infinity) || !isOfBytes(e, 1, Infinity)) return undefined;
  if (n[0]! < (n.length === modulusBytesMin ? 0x80 : 1)) return undefined; // its first bits are zero (RFC 8230 §4)
  const jwk = { kty: "RSA", n: base64url(n), e: base64url(e) };
  return (signature, data) => verifyByRuntime({ name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, jwk, signature, data);
}

async function verifyByRuntime(
  algorithm: { name: string; hash?: string },
  jwk: JsonWebKey,
  signature: Bytes,
  data: Bytes,
): Promise<boolean> {
  const key = await crypto.subtle.importKey("jwk", jwk, algorithm, false, ["verify"]);
  return await crypto.subtle.verify(algorithm, key, signature, data);
}

/** Reads a map of CBOR (RFC 8949 §3) from whole numbers to whole numbers and bytes; undefined if it is another item. */
function readCoseKey(bytes: Uint8Array): CoseKey | undefined {
  const key: CoseKey = {};
  let at = 1;
  const size = bytes[0]! - 0xa0;
  if (!(size >= 0 && size < 24)) return undefined; // longer maps have another head
  for (let left = size; left > 0; left--) {
    const label = next();
    if (typeof label !== "number" || label in key) return undefined;
    key[label] = next();
  }
  return at === bytes.length ? key : undefined; // NaN after another item, and too much after one that is cut off

  function next(): number | Bytes {
    const head = bytes[at++]!, type = head >> 5, argument = argumentOf(head & 0x1f);
    if (type === 0) return argument;
    if (type === 1) return -1 - argument;
    if (type === 2) return new Uint8Array(bytes.subarray(at, at += argument));
    return at = NaN;
  }

  function argumentOf(info: number): number {
    if (info < 24) return info;
    if (info === 24) return bytes[at++]!;
    if (info === 25) return bytes[at++]! << 8 | bytes[at++]!;
    return at = NaN;
  }
}

function isOfBytes(value: unknown, min: number, max = min): value is Bytes {
  return value instanceof Uint8Array && value.length >= min && value.length <= max;
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}
