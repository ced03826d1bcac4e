import { systemClock } from "../../platform/clock.ts";
import { newDpopKey, proofOf } from "../../testing/people/dpop.ts";
import { dpopAlgorithms } from "../../vocabulary/algorithms.ts";
import { createDpopProofs } from "./dpop_proofs.ts";
import { proofKey } from "./proof_key.ts";

const dpopProofs = createDpopProofs({
  issuer: "http://localhost:8000",
  clock: systemClock,
  usedOnce: { take: () => Promise.resolve("taken") },
  counted: () => {},
});

for (const alg of dpopAlgorithms) {
  const key = await newDpopKey(alg);
  const sent = { jws: await proofOf(key), method: "POST", path: "/oauth/token" };
  await dpopProofs.verify(sent);
  Deno.bench({ name: `a proof by ${alg}, without its statement`, group: alg, baseline: true }, async () => {
    await dpopProofs.read(sent);
  });
  Deno.bench({ name: `of that the import of the key`, group: alg }, async () => {
    await proofKey(key.jwk, alg);
  });
}
