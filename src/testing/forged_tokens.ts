import { Buffer } from "node:buffer";
import { createHmac, type KeyObject, sign as signBytes } from "node:crypto";

/** Signs the input of a compact JWS (RFC 7515 §5.1). */
export type Sign = (input: Buffer) => Uint8Array | Promise<Uint8Array>;

/** Members that replace the genuine ones; `undefined` removes one. */
export type Members = Record<string, unknown>;

export type Forge = ReturnType<typeof createForge>;

/** Parses a genuine token and signs changed copies of it. */
export function createForge(genuine: string, own: Sign) {
  const [header, claims] = genuine.split(".").slice(0, 2).map((part) => Buffer.from(part, "base64url"));
  const genuineHeader: Members = JSON.parse(header!.toString());
  const genuineClaims: Members = JSON.parse(claims!.toString());

  return {
    header: genuineHeader,
    claims: genuineClaims,
    /** The genuine token with these claims and header members. */
    token: (changed: { header?: Members; claims?: Members } = {}, sign = own) =>
      compact(
        JSON.stringify({ ...genuineHeader, ...changed.header }),
        JSON.stringify({ ...genuineClaims, ...changed.claims }),
        sign,
      ),
    /** A token of exactly these texts or bytes, or the genuine ones by default. */
    written: ({ header: head = header!, claims: body = claims! }: {
      header?: string | Uint8Array;
      claims?: string | Uint8Array;
    }, sign = own) => compact(head, body, sign),
    /** A token whose encoded header and payload are exactly these. */
    spelled: (head: string, body: string) => signed(`${head}.${body}`, own),
  };
}

async function compact(header: string | Uint8Array, claims: string | Uint8Array, sign: Sign): Promise<string> {
  return await signed(`${encode(header)}.${encode(claims)}`, sign);
}

async function signed(input: string, sign: Sign): Promise<string> {
  return `${input}.${encode(await sign(Buffer.from(input)))}`;
}

/** base64url without padding. */
export const encode = (part: string | Uint8Array): string => Buffer.from(part as Uint8Array).toString("base64url");

/** HS256, HS384, HS512. */
export const hmac = (bits: 256 | 384 | 512, key: string | Uint8Array): Sign => (input) =>
  createHmac(`sha${bits}`, key).update(input).digest();

/** Any algorithm of WebCrypto. EC signatures are r ‖ s, as in JWS. */
export const webCrypto =
  (key: CryptoKey, algorithm: AlgorithmIdentifier | RsaPssParams | EcdsaParams): Sign => async (input) =>
    new Uint8Array(await crypto.subtle.sign(algorithm, key, new Uint8Array(input)));

export const ed25519 = (key: CryptoKey | KeyObject): Sign =>
  key instanceof CryptoKey ? webCrypto(key, "Ed25519") : (input) => signBytes(null, input, key);

/** Always returns these bytes. */
export const bytes = (signature: Uint8Array): Sign => () => signature;

/** A signer with a new private key for the JWS algorithm. */
export async function strangersHand(alg: "RS256" | "PS256" | "ES256" | "ES384" | "ES512" | "EdDSA"): Promise<Sign> {
  const { key, sign } = {
    RS256: { key: { ...rsa, name: "RSASSA-PKCS1-v1_5" }, sign: "RSASSA-PKCS1-v1_5" },
    PS256: { key: { ...rsa, name: "RSA-PSS" }, sign: { name: "RSA-PSS", saltLength: 32 } },
    ES256: { key: { name: "ECDSA", namedCurve: "P-256" }, sign: { name: "ECDSA", hash: "SHA-256" } },
    ES384: { key: { name: "ECDSA", namedCurve: "P-384" }, sign: { name: "ECDSA", hash: "SHA-384" } },
    ES512: { key: { name: "ECDSA", namedCurve: "P-521" }, sign: { name: "ECDSA", hash: "SHA-512" } },
    EdDSA: { key: "Ed25519", sign: "Ed25519" },
  }[alg];
  const { privateKey } = await crypto.subtle.generateKey(key as EcKeyGenParams, true, ["sign", "verify"]);
  return webCrypto(privateKey, sign);
}

const rsa = { modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" };

/** The order of P-256 (FIPS 186-5, SP 800-186 §3.2.1.3). */
export const p256Order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
/** The order L of Ed25519's base point (RFC 8032 §5.1). */
export const ed25519Order = 2n ** 252n + 27742317777372353535851937790883648493n;

/** 32 bytes, most significant first. */
export const scalar = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(64, "0"), "hex");

/** R ‖ S + L: equivalent for a verifier that does not check S < L (RFC 8032 §5.1.7). */
export function malleated(signature: Uint8Array): Buffer {
  const s = BigInt(`0x${Buffer.from(signature.slice(32)).reverse().toString("hex")}`);
  return Buffer.concat([signature.slice(0, 32), scalar(s + ed25519Order).reverse()]);
}

/** `r ‖ s` as ASN.1 DER, as other formats encode it. */
export function derSignature(signature: Uint8Array): Buffer {
  const half = signature.length / 2;
  return der(0x30, derInteger(signature.slice(0, half)), derInteger(signature.slice(half)));
}

/** A self-signed X.509 certificate for an Ed25519 key (RFC 8410), in base64 for `x5c`. */
export async function selfSignedCertificate({ publicKey, privateKey }: CryptoKeyPair): Promise<string> {
  const algorithm = der(0x30, der(0x06, Buffer.from("2b6570", "hex")));
  const name = der(0x30, der(0x31, der(0x30, der(0x06, Buffer.from("550403", "hex")), der(0x0c, Buffer.from("eve")))));
  const validity = der(0x30, ...["20200101000000Z", "20991231235959Z"].map((time) => der(0x18, Buffer.from(time))));
  const spki = Buffer.from(await crypto.subtle.exportKey("spki", publicKey));
  const version3 = der(0xa0, der(0x02, Buffer.from([2])));
  const signed = der(0x30, version3, der(0x02, Buffer.from([1])), algorithm, name, validity, name, spki);
  const signature = await ed25519(privateKey)(signed);
  return der(0x30, signed, algorithm, der(0x03, Buffer.from([0]), Buffer.from(signature))).toString("base64");
}

function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function derInteger(magnitude: Uint8Array): Buffer {
  const hex = Buffer.from(magnitude).toString("hex").replace(/^(?:00)+(?=.)/, "");
  return der(0x02, Buffer.from(/^[89a-f]/.test(hex) ? `00${hex}` : hex, "hex"));
}
