import { useLibcrypto } from "./web_crypto.ts";

const source = useLibcrypto();
const { sign, verify } = SubtleCrypto.prototype; // the runtime's
const data = new TextEncoder().encode("x".repeat(400));
const es256 = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const rs256 = {
  name: "RSASSA-PKCS1-v1_5",
  hash: "SHA-256",
  modulusLength: 2048,
  publicExponent: Uint8Array.of(1, 0, 1),
};

for (const [name, algorithm] of [["ES256", es256], ["RS256", rs256]] as const) {
  const made = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]) as CryptoKeyPair;
  const privateKey = await imported(made.privateKey, algorithm, "sign");
  const publicKey = await imported(made.publicKey, algorithm, "verify");
  const signature = await crypto.subtle.sign(algorithm, privateKey, data);
  const signing = { group: `sign ${name}` }, verifying = { group: `verify ${name}` };
  Deno.bench({
    ...signing,
    name: "the runtime signs",
    baseline: true,
    fn: async () => void await sign.call(crypto.subtle, algorithm, privateKey, data),
  });
  Deno.bench({
    ...signing,
    name: `the ${source} signs`,
    fn: async () => void await crypto.subtle.sign(algorithm, privateKey, data),
  });
  if (algorithm !== es256) continue;
  Deno.bench({
    ...verifying,
    name: "the runtime verifies",
    baseline: true,
    fn: async () => void await verify.call(crypto.subtle, algorithm, publicKey, signature, data),
  });
  Deno.bench({
    ...verifying,
    name: `the ${source} verifies`,
    fn: async () => void await crypto.subtle.verify(algorithm, publicKey, signature, data),
  });
}

async function imported(key: CryptoKey, algorithm: typeof es256 | typeof rs256, usage: KeyUsage): Promise<CryptoKey> {
  return await crypto.subtle.importKey("jwk", await crypto.subtle.exportKey("jwk", key), algorithm, false, [usage]);
}
