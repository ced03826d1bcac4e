export const es256 = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
export const rs256 = {
  name: "RSASSA-PKCS1-v1_5",
  hash: "SHA-256",
  modulusLength: 2048,
  publicExponent: Uint8Array.of(1, 0, 1),
};

/** A new pair for one of these, imported as JWK, as keys of tokens and passkeys are. */
export async function importedPair(algorithm: typeof es256 | typeof rs256): Promise<CryptoKeyPair> {
  const { subtle } = crypto;
  const made = await subtle.generateKey(algorithm, true, ["sign", "verify"]) as CryptoKeyPair;
  const imported = async (key: CryptoKey, usage: KeyUsage) =>
    await subtle.importKey("jwk", await subtle.exportKey("jwk", key), algorithm, true, [usage]);
  return { privateKey: await imported(made.privateKey, "sign"), publicKey: await imported(made.publicKey, "verify") };
}
