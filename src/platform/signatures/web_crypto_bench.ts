import { es256, importedPair, rs256 } from "../../testing/signing_keys.ts";
import { useLibcrypto } from "./web_crypto.ts";

const source = useLibcrypto();
const { sign, verify } = SubtleCrypto.prototype; // the runtime's
const data = new TextEncoder().encode("x".repeat(400));
for (const [name, algorithm] of [["ES256", es256], ["RS256", rs256]] as const) {
  const { privateKey, publicKey } = await importedPair(algorithm);
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
