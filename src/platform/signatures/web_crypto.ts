import { createPrivateKey } from "node:crypto";
import { type Libcrypto, openLibcrypto } from "./libcrypto.ts";

/** What the library does in place of the runtime, with one key. */
type Operations = {
  sign?: (data: Uint8Array) => Uint8Array<ArrayBuffer>;
  verify?: (signature: Uint8Array<ArrayBuffer>, data: Uint8Array) => boolean;
};

let source: "library" | "runtime" | undefined;
let library: Libcrypto | undefined;

/**
 * Lets WebCrypto use libcrypto where that is installed, and says who signs now: the runtime's own ES256 takes between
 * four and ten times as long, and its RS256 four times. Everything that signs or verifies by WebCrypto gains, so also
 * the library for tokens. All else is left to the runtime: other algorithms, and keys that were not imported as JWK.
 */
export function useLibcrypto(): "library" | "runtime" {
  if (source) return source;
  library = openLibcrypto();
  if (library) replaceOperations(crypto.subtle, library);
  return source = library ? "library" : "runtime";
}

/**
 * Whether `signature`, r and s of 32 bytes each, is that of the data by ES256. As {@link useLibcrypto} says, by the
 * library, at once, or by the runtime. `point`: the public key, uncompressed (SEC 1 §2.3.3).
 */
export function verifyP256(
  point: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
  data: Uint8Array<ArrayBuffer>,
): boolean | Promise<boolean> {
  return library ? library.verifyP256(point, signature, data) : verifyP256ByRuntime(point, signature, data);
}

async function verifyP256ByRuntime(...[point, signature, data]: Parameters<typeof verifyP256>): Promise<boolean> {
  const es256 = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", point, es256, false, ["verify"]);
  return await crypto.subtle.verify(es256, key, signature, data).catch(() => false); // the point is not on the curve
}

/** Replaces three operations of `subtle`. Those of the library are quick, and run on the thread of the caller. */
export function replaceOperations(subtle: SubtleCrypto, library: Libcrypto): void {
  const { importKey, sign, verify } = subtle;
  const operations = new WeakMap<CryptoKey, Operations>();
  const replacements: Partial<SubtleCrypto> = {
    async importKey(format: string, data: never, ...rest: [never, boolean, KeyUsage[]]) {
      const jwk: JsonWebKey | undefined = format === "jwk" ? { ...data as JsonWebKey } : undefined; // as it is now
      const key = await importKey.call(subtle, format as never, data, ...rest);
      const found = jwk && operationsOf(key, jwk, library);
      if (found) operations.set(key, found);
      return key;
    },
    async sign(algorithm, key, data) {
      const bytes = bytesOf(data);
      const native = bytes && isFor(algorithm, key, "sign") && operations.get(key)?.sign;
      return native ? native(bytes).buffer : await sign.call(subtle, algorithm, key, data);
    },
    async verify(algorithm, key, signature, data) {
      const [signed, bytes] = [bytesOf(signature), bytesOf(data)];
      const native = signed && bytes && isFor(algorithm, key, "verify") && operations.get(key)?.verify;
      return native ? native(signed, bytes) : await verify.call(subtle, algorithm, key, signature, data);
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
    if (x!.length !== 32 || y!.length !== 32) return undefined;
    const point = Buffer.concat([Buffer.of(4), x!, y!]);
    return { verify: (signature, data) => library.verifyP256(point, signature, data) };
  }
  if (name === "RSASSA-PKCS1-v1_5" && hash.name === "SHA-256" && type === "private") {
    const sign = rsaSignerOf(jwk, library);
    return sign && { sign };
  }
  return undefined;
}

function rsaSignerOf(jwk: JsonWebKey, library: Libcrypto) {
  try {
    const key = createPrivateKey({ key: jwk as never, format: "jwk" });
    return library.rsaSigner(key.export({ type: "pkcs1", format: "der" }) as Buffer<ArrayBuffer>);
  } catch {
    return undefined; // the runtime has accepted it all the same
  }
}

/** Whether the runtime would use the key so, and with SHA-256, which the key names itself if it is one of RSA. */
function isFor(algorithm: AlgorithmIdentifier | EcdsaParams, key: CryptoKey, usage: KeyUsage): boolean {
  const { name, hash } = (typeof algorithm === "string" ? { name: algorithm } : algorithm) as Partial<EcdsaParams>;
  const isSha256 = (typeof hash === "string" ? hash : hash?.name) === "SHA-256";
  return name === key.algorithm.name && (isSha256 || name !== "ECDSA") && key.usages.includes(usage);
}

/** Undefined for what WebCrypto refuses: all but a buffer of this thread, or a view of it. */
function bytesOf(data: BufferSource): Uint8Array<ArrayBuffer> | undefined {
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (!ArrayBuffer.isView(data) || !(data.buffer instanceof ArrayBuffer)) return undefined;
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
