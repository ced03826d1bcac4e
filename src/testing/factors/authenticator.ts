import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

/** What a page passes to `navigator.credentials.create`, as far as an authenticator reads it. */
type CreationOptions = {
  challenge: string;
  rp: { id?: string | undefined };
  user: { id: string };
  excludeCredentials?: { id: string }[] | undefined;
};

/** What a page passes to `navigator.credentials.get`, as far as an authenticator reads it. */
type RequestOptions = { challenge: string; rpId?: string | undefined; allowCredentials?: { id: string }[] | undefined };

/** How an authenticator and a browser behave. Each may be wrong on purpose. */
export type Behaviour = {
  origin?: string;
  /** Whether the user was verified, by a fingerprint or a PIN. */
  uv?: boolean;
  /** Whether the user was there. */
  up?: boolean;
  /** Whether the passkey is one that other devices of the user get too. */
  synced?: boolean;
  backedUp?: boolean;
  counter?: number;
  type?: string;
  rpId?: string;
  challenge?: string;
  crossOrigin?: boolean;
  topOrigin?: string;
  userHandle?: string | undefined;
  credentialId?: Uint8Array;
  attestation?: { fmt: string; attStmt: Map<string, unknown> };
};

/** A passkey on an authenticator. */
export type Credential = { id: string; userHandle: string; rpId: string; privateKey: KeyObject; counter: number };

const algorithms = { ES256: -7, EdDSA: -8, RS256: -257 } as const;

/**
 * A software authenticator and the browser in front of it, by W3C WebAuthn Level 3 (§6.1, §6.5, §5.8.1), independent of
 * the library that the server uses.
 */
export function createAuthenticator(usual: Behaviour = {}) {
  const credentials: Credential[] = [];
  return { credentials, create, get };

  /** A new passkey: the answer of `navigator.credentials.create` as JSON. */
  function create(options: CreationOptions, odd: Behaviour = {}, alg: keyof typeof algorithms = "ES256") {
    const how = { ...usual, ...odd };
    if (options.excludeCredentials?.some(({ id }) => credentials.some((known) => known.id === id))) {
      throw new DOMException("The authenticator has a passkey of this user.", "InvalidStateError");
    }
    const { privateKey, publicKey } = keyPair(alg);
    const credentialId = Buffer.from(how.credentialId ?? randomBytes(32));
    const rpId = how.rpId ?? options.rp.id!;
    const id = credentialId.toString("base64url");
    const credential = { id, userHandle: options.user.id, rpId, privateKey, counter: how.counter ?? 0 };
    credentials.push(credential);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(credentialId.length);
    const attested = Buffer.concat([Buffer.alloc(16), length, credentialId, cbor(coseKey(publicKey, alg))]);
    const authData = Buffer.concat([authenticatorData(rpId, credential.counter, how, 0x40), attested]);
    const { fmt, attStmt } = how.attestation ?? { fmt: "none", attStmt: new Map() };
    const attestationObject = cbor(
      new Map<string, unknown>([["fmt", fmt], ["attStmt", attStmt], ["authData", authData]]),
    );
    return {
      id,
      rawId: id,
      type: "public-key" as const,
      response: {
        clientDataJSON: clientData("webauthn.create", options.challenge, how).toString("base64url"),
        attestationObject: attestationObject.toString("base64url"),
        transports: how.synced ? ["hybrid", "internal"] : ["usb"],
      },
      clientExtensionResults: { credProps: { rk: true } },
    };
  }

  /** A use of a passkey, the newest that fits: the answer of `navigator.credentials.get` as JSON. */
  function get(options: RequestOptions, odd: Behaviour = {}, chosen?: Credential) {
    const how = { ...usual, ...odd };
    const allowed = options.allowCredentials ?? [];
    const credential = chosen ??
      credentials.findLast(({ id, rpId }) =>
        rpId === options.rpId && (allowed.length === 0 || allowed.some((one) => one.id === id))
      );
    if (!credential) throw new DOMException("The authenticator has no such passkey.", "NotAllowedError");
    if (!how.synced) credential.counter++;
    const authData = authenticatorData(how.rpId ?? credential.rpId, how.counter ?? credential.counter, how);
    const clientDataJSON = clientData("webauthn.get", options.challenge, how);
    const signed = Buffer.concat([authData, createHash("sha256").update(clientDataJSON).digest()]);
    const isEdDsa = credential.privateKey.asymmetricKeyType === "ed25519";
    return {
      id: credential.id,
      rawId: credential.id,
      type: "public-key" as const,
      response: {
        clientDataJSON: clientDataJSON.toString("base64url"),
        authenticatorData: authData.toString("base64url"),
        signature: sign(isEdDsa ? null : "sha256", signed, credential.privateKey).toString("base64url"),
        userHandle: "userHandle" in how ? how.userHandle : credential.userHandle,
      },
      clientExtensionResults: {},
    };
  }
}

export type Authenticator = ReturnType<typeof createAuthenticator>;

function clientData(usualType: string, challenge: string, how: Behaviour): Buffer {
  const { origin = "http://localhost:8000", type = usualType, crossOrigin = false, topOrigin } = how;
  const data = { type, challenge: how.challenge ?? challenge, origin, crossOrigin, ...(topOrigin && { topOrigin }) };
  return Buffer.from(JSON.stringify(data));
}

/** §6.1: the hash of the RP ID, flags, and the counter. */
function authenticatorData(rpId: string, counter: number, how: Behaviour, more = 0): Buffer {
  const { up = true, uv = true, synced = false, backedUp = synced } = how;
  const flags = (up ? 0x01 : 0) | (uv ? 0x04 : 0) | (synced ? 0x08 : 0) | (backedUp ? 0x10 : 0) | more;
  const tail = Buffer.alloc(5);
  tail.writeUInt8(flags);
  tail.writeUInt32BE(counter, 1);
  return Buffer.concat([createHash("sha256").update(rpId).digest(), tail]);
}

function keyPair(alg: keyof typeof algorithms) {
  if (alg === "RS256") return generateKeyPairSync("rsa", { modulusLength: 2048 });
  return alg === "EdDSA" ? generateKeyPairSync("ed25519") : generateKeyPairSync("ec", { namedCurve: "P-256" });
}

/** RFC 9053 §7, RFC 8230 §4 */
function coseKey(key: KeyObject, alg: keyof typeof algorithms): Map<number, unknown> {
  const jwk = key.export({ format: "jwk" });
  const part = (text: string | undefined) => Buffer.from(text!, "base64url");
  if (alg === "RS256") return new Map<number, unknown>([[1, 3], [3, -257], [-1, part(jwk.n)], [-2, part(jwk.e)]]);
  if (alg === "EdDSA") return new Map<number, unknown>([[1, 1], [3, -8], [-1, 6], [-2, part(jwk.x)]]);
  return new Map<number, unknown>([[1, 2], [3, -7], [-1, 1], [-2, part(jwk.x)], [-3, part(jwk.y)]]);
}

/** Encodes whole numbers, texts, bytes, lists and maps (RFC 8949). */
export function cbor(value: unknown): Buffer {
  if (typeof value === "number") return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === "string") return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(cbor)]);
  if (value instanceof Map) return Buffer.concat([head(5, value.size), ...[...value].flat().map(cbor)]);
  throw new TypeError("no CBOR of this");
}

function head(major: number, count: number): Buffer {
  const type = major << 5;
  if (count < 24) return Buffer.from([type | count]);
  if (count < 0x100) return Buffer.from([type | 24, count]);
  return Buffer.from([type | 25, count >> 8, count & 0xff]);
}
