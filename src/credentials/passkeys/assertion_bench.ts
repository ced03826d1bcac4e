import { verifyAuthenticationResponse } from "@simplewebauthn/server";
import { useLibcrypto } from "../../platform/signatures/web_crypto.ts";
import { createAuthenticator } from "../../testing/factors/authenticator.ts";
import { verifyAssertion } from "./assertion.ts";
import { verifyAttestation } from "./attestation.ts";

useLibcrypto();
const party = { origin: "http://localhost:8000", rpId: "localhost" };
const challenge = "YSBjaGFsbGVuZ2UgdG8gYmUgYW5zd2VyZWQ";
for (const alg of ["ES256", "EdDSA", "RS256"] as const) {
  const authenticator = createAuthenticator({ synced: true });
  const attestation = authenticator.create({ challenge, rp: { id: party.rpId }, user: { id: "AAAA" } }, {}, alg);
  const key = { ...await verifyAttestation(attestation, challenge, party), id: "", user_id: "" };
  const { response: { userHandle: _handle, ...signed }, ...assertion } = authenticator.get({
    challenge,
    rpId: party.rpId,
  });
  const response = { ...assertion, response: signed };
  Deno.bench({
    group: alg,
    baseline: true,
    name: `${alg} by the library`,
    fn: async () => {
      await verifyAuthenticationResponse({
        response,
        expectedChallenge: challenge,
        expectedOrigin: party.origin,
        expectedRPID: party.rpId,
        requireUserVerification: false,
        credential: { id: response.id, publicKey: new Uint8Array(key.public_key), counter: 0 },
      });
    },
  });
  Deno.bench({
    group: alg,
    name: `${alg} by the steps of WebAuthn §7.2`,
    fn: async () => void await verifyAssertion(response, challenge, party, key),
  });
}
