import { calculateJwkThumbprint, exportJWK, generateKeyPair } from "jose";
import type { SigningAlgorithm } from "../../vocabulary/algorithms.ts";
import type { Secrets } from "../../vocabulary/secrets.ts";
import { sealText } from "../../platform/text/sealed_text.ts";
import type { KeyRow } from "./key_store.ts";

/** A key that is not stored yet. */
export type NewKey = Omit<KeyRow, "state">;

/** A new key pair, its private part encrypted; RSA with 2048 bits. WebCrypto generates it on another thread. */
export async function generateKey(alg: SigningAlgorithm, secrets: Secrets): Promise<NewKey> {
  const curve = alg === "EdDSA" ? { crv: "Ed25519" } : {};
  const { publicKey, privateKey } = await generateKeyPair(alg, { ...curve, modulusLength: 2048, extractable: true });
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk); // RFC 7638
  const plain = JSON.stringify(await exportJWK(privateKey));
  return {
    kid,
    alg,
    public_jwk: { ...jwk, kid, alg, use: "sig" },
    private_key: sealText(secrets.subkey("keys"), kid, plain),
    secret_id: secrets.id,
  };
}

/** Gives new keys. @throws {KeysNeeded} */
export type TakeKeys = (algs: SigningAlgorithm[]) => NewKey[];

/** Thrown where further new keys are needed. */
export class KeysNeeded extends Error {
  override readonly name = "KeysNeeded";
  constructor(readonly algs: SigningAlgorithm[]) {
    super(`new keys are needed: ${algs}`);
  }
}

/** Gives the generated keys, each once. */
export function takeFrom(generated: NewKey[]): TakeKeys {
  return (algs) => {
    const taken = algs.map((alg) => {
      const key = generated.find((candidate) => candidate.alg === alg);
      if (key) generated.splice(generated.indexOf(key), 1);
      return key;
    });
    const lacking = algs.filter((_, index) => !taken[index]);
    if (lacking.length > 0) throw new KeysNeeded(lacking);
    return taken as NewKey[];
  };
}
