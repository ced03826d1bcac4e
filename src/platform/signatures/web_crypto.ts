import { createPrivateKey } from "node:crypto";
import { type Libcrypto, openLibcrypto } from "./libcrypto.ts";

/** What the library does in place of the runtime, with one key. */
type Operations = {
  sign?: (data: Uint8Array) => Uint8Array<ArrayBuffer>;
  verify?: (signature: Uint8Array<ArrayBuffer>, data: Uint8Array) => boolean;
};

let source: "library" | "runtime" | undefined;

/**
 * Lets WebCrypto use libcrypto where that is installed, and says who signs now: the runtime's own ES256 takes between
 * four and ten times as long, and its RS256 four times. Everything that signs or verifies by WebCrypto gains, so also
 * the libraries for tokens and passkeys. All else is left to the runtime: other algorithms, and keys that were not
 * imported as JWK.
 */
export function useLibcrypto(): "library" | "runtime" {
  if (source) return source;
  const library = openLibcrypto();
  if (library) replaceOperations(crypto.subtle, library);
  return source = library ? "library" : "runtime";
}

/** Replaces three operations of `subtle`. Those of the library are quick, and run on the thread of the caller. */
export function replaceOperations(subtle: SubtleCrypto, library: Libcrypto): void {
  const { importKey, sign, verify } = subtle;
  const operations = new WeakMap<CryptoKey, Operations>();
  const replacements: Partial<SubtleCrypto> = {
    async importKey(format: string, data: never, ...rest: [never, boolean, KeyUsage[]]) {
      const key = await importKey.call(subtle, format as never, data, ...rest);
      const found = format === "jwk" && operationsOf(key, data, library);
      if (found) operations.set(key, found);
      return key;
    },
    async sign(algorithm, key, data) {
      const native = isFor(algorithm, key, "sign") && operations.get(key)?.sign;
      return native ? native(bytesOf(data)).buffer : await sign.call(subtle, algorithm, key, data);
    },
    async verify(algorithm, key, signature, data) {
      const native = isFor(algorithm, key, "verify") && operations.get(key)?.verify;
      return native
        ? native(bytesOf(signature), bytesOf(data))
        : await verify.call(subtle, algorithm, key, signature, data);
    },
  };
  Object.assign(subtle, replacements);
}

/** Of a key that the runtime has accepted. */
function operationsOf({ algorithm, type }: CryptoKey, jwk: JsonWebKey, library: Libcrypto): Operations | undefined {
  const { name, namedCurve, hash } = algorithm as EcKeyAlgorithm & RsaHashedKeyAlgorithm;
  if (name === "ECDSA" && namedCurve === "P-256") {
    const [x, y, d] = [jwk.x, jwk.y, jwk.d].map((member) => Buffer.from(member ?? "", "base64url"));
    if (type === "private") return { sign: (data) => library.signP256(d!, data) };
    const point = Buffer.concat([Buffer.of(4), x!, y!]);
    return { verify: (signature, data) => library.verifyP256(point, signature, data) };
  }
  if (name === "RSASSA-PKCS1-v1_5" && hash.name === "SHA-256" && type === "private") {
    const key = createPrivateKey({ key: jwk as never, format: "jwk" });
    return { sign: library.rsaSigner(key.export({ type: "pkcs1", format: "der" }) as Buffer<ArrayBuffer>) };
  }
  return undefined;
}

/** Whether the runtime would use the key so, and with SHA-256, which the key names itself if it is one of RSA. */
function isFor(algorithm: AlgorithmIdentifier | EcdsaParams, key: CryptoKey, usage: KeyUsage): boolean {
  const { name, hash } = (typeof algorithm === "string" ? { name: algorithm } : algorithm) as Partial<EcdsaParams>;
  const isSha256 = (typeof hash === "string" ? hash : hash?.name) === "SHA-256";
  return name === key.algorithm.name && (isSha256 || name !== "ECDSA") && key.usages.includes(usage);
}

function bytesOf(data: BufferSource): Uint8Array<ArrayBuffer> {
  if (data instanceof Uint8Array) return data as Uint8Array<ArrayBuffer>;
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
