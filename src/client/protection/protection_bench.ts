import { hash } from "node:crypto";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from "jose";
import { startIssuer } from "../../testing/servers/token_issuer.ts";
import { createProtection } from "../protect.ts";

// What an API pays for each request that it protects.
const { issuer, sign } = await startIssuer();
const audience = "https://api.example.com";
const protection = createProtection({ issuer, audience });
const requirement = { scopes: ["documents:read"] };
const request = (headers: Record<string, string>) => ({
  method: "GET",
  url: "/documents",
  headers: new Headers(headers),
});

const claims = { aud: audience, scope: "documents:read documents:write", sid: crypto.randomUUID() };
const known = request({ authorization: `Bearer ${await sign(claims)}` });
await protection.authenticate(known, requirement);

Deno.bench("a token that was seen before", { group: "protect", baseline: true }, async () => {
  await protection.authenticate(known, requirement);
});

const unseen = await Promise.all(Array.from({ length: 12_000 }, () => sign(claims)));
let at = 0;
Deno.bench("one of 12,000 tokens, of which 5,000 are remembered", { group: "protect" }, async () => {
  const token = unseen[at++ % unseen.length]!;
  await protection.authenticate(request({ authorization: `Bearer ${token}` }), requirement);
});

const { privateKey, publicKey } = await generateKeyPair("ES256");
const jwk = await exportJWK(publicKey);
const bound = await sign({ ...claims, cnf: { jkt: await calculateJwkThumbprint(jwk) } });
const ath = hash("sha256", bound, "base64url");
const prove = () =>
  new SignJWT({ htm: "GET", htu: `${audience}/documents`, ath, jti: crypto.randomUUID() })
    .setIssuedAt().setProtectedHeader({ alg: "ES256", typ: "dpop+jwt", jwk }).sign(privateKey);

Deno.bench("a token that was seen before, with a new proof", { group: "protect" }, async (b) => {
  const authorized = request({ authorization: `DPoP ${bound}`, dpop: await prove() });
  b.start();
  await protection.authenticate(authorized, requirement);
  b.end();
});
