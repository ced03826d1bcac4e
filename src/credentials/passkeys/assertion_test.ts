import assert from "node:assert/strict";
import { createHash, sign } from "node:crypto";
import { cbor, createAuthenticator } from "../../testing/factors/authenticator.ts";
import type { PasskeyAssertion } from "../../vocabulary/passkey_json.ts";
import { verifyAssertion } from "./assertion.ts";
import { verifyAttestation } from "./attestation.ts";
import { CeremonyFailed, webAuthn } from "./ceremony.ts";
import type { PasskeyKey } from "./passkey_store.ts";

const party = { origin: "http://localhost:8000", rpId: "localhost" };
const challenge = "YSBjaGFsbGVuZ2UgdG8gYmUgYW5zd2VyZWQ";

/** A use of a new passkey, and what may be changed of it before it is signed, or after. */
async function newUse(alg: "ES256" | "EdDSA" | "RS256" = "ES256") {
  const authenticator = createAuthenticator({ synced: true });
  const attestation = authenticator.create({ challenge, rp: { id: party.rpId }, user: { id: "AAAA" } }, {}, alg);
  const key = { ...await verifyAttestation(attestation, challenge, party), id: "", user_id: "" };
  const assertion = authenticator.get({ challenge, rpId: party.rpId });
  const { privateKey } = authenticator.credentials[0]!;
  const { authenticatorData, clientDataJSON, signature } = assertion.response;
  const given = {
    authData: Buffer.from(authenticatorData, "base64url"),
    clientData: Buffer.from(clientDataJSON, "base64url"),
    signature: Buffer.from(signature, "base64url"),
  };
  return { key, given, signed, sent };

  /** With a right signature of what was changed. */
  function signed(changed: { authData?: Uint8Array; clientData?: Uint8Array }): PasskeyAssertion {
    const { authData, clientData } = { ...given, ...changed };
    const data = Buffer.concat([authData, createHash("sha256").update(clientData).digest()]);
    return sent({ ...changed, signature: sign(alg === "EdDSA" ? null : "sha256", data, privateKey) });
  }

  function sent(changed: { authData?: Uint8Array; clientData?: Uint8Array; signature?: Uint8Array }): PasskeyAssertion {
    const { authData, clientData, signature } = { ...given, ...changed };
    const text = (bytes: Uint8Array) => bytes.toBase64({ alphabet: "base64url", omitPadding: true });
    return {
      ...assertion,
      response: {
        authenticatorData: text(authData),
        clientDataJSON: text(clientData),
        signature: text(signature),
      },
    };
  }
}

/** What the library says to it, which checks less of where the answer was given, and nothing of copies. */
async function isAcceptedByLibrary({ id, rawId, type, response }: PasskeyAssertion, key: PasskeyKey): Promise<boolean> {
  const { verifyAuthenticationResponse } = await webAuthn();
  const { clientDataJSON, authenticatorData, signature } = response;
  try {
    const { verified } = await verifyAuthenticationResponse({
      response: {
        id,
        rawId,
        type,
        response: { clientDataJSON, authenticatorData, signature },
        clientExtensionResults: {},
      },
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.rpId,
      requireUserVerification: false,
      credential: { id, publicKey: new Uint8Array(key.public_key), counter: 0 },
    });
    return verified;
  } catch {
    return false;
  }
}

async function isAccepted(assertion: PasskeyAssertion, key: PasskeyKey): Promise<boolean> {
  try {
    await verifyAssertion(assertion, challenge, party, key);
    return true;
  } catch (error) {
    assert.ok(error instanceof CeremonyFailed, String(error));
    return false;
  }
}

/** The bytes with each bit changed, each length cut off, each byte doubled, and one more at the end. */
function* changesOf(bytes: Uint8Array): Generator<Buffer<ArrayBuffer>> {
  for (let at = 0; at < bytes.length; at++) {
    for (let bit = 1; bit < 0x100; bit <<= 1) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= bit;
      yield changed;
    }
    yield Buffer.from(bytes.subarray(0, at));
    yield Buffer.concat([bytes.subarray(0, at + 1), bytes.subarray(at)]);
  }
  for (const last of [0x00, 0xa0, 0xff]) yield Buffer.concat([bytes, Buffer.of(last)]);
}

/** Asserts that what the library refuses is refused, and returns the names of what only the library accepts. */
async function refusedOnlyHere(
  key: PasskeyKey,
  assertions: (readonly [string, PasskeyAssertion])[],
): Promise<string[]> {
  const names = new Set<string>();
  for (const [name, assertion] of assertions) {
    const [here, there] = [await isAccepted(assertion, key), await isAcceptedByLibrary(assertion, key)];
    assert.ok(there || !here, `the library refuses ${name}: ${JSON.stringify(assertion)}`);
    if (there && !here) names.add(name);
  }
  return [...names];
}

for (const alg of ["ES256", "EdDSA", "RS256"] as const) {
  Deno.test(`T274 nothing may change after it was signed: ${alg}`, async () => {
    const { key, given, sent } = await newUse(alg);
    assert.equal(await isAccepted(sent({}), key), true);
    for (const part of ["authData", "clientData", "signature"] as const) {
      for (const changed of changesOf(given[part])) {
        assert.equal(await isAccepted(sent({ [part]: changed }), key), false, `${part} ${changed.toString("hex")}`);
      }
    }
  });
}

Deno.test("T274 what the library refuses is refused, whatever authenticator data is signed", async () => {
  const { key, given: { authData }, signed } = await newUse();
  const withPart = (flag: number, part: Uint8Array) => {
    const changed = Buffer.concat([authData, part]);
    changed[32]! |= flag;
    return changed;
  };
  const extensions = cbor(new Map<string, unknown>([["credProtect", 2], ["other", new Map([["sig", "x"]])]]));
  const withExtensions = withPart(0x80, extensions);
  assert.equal(await isAccepted(signed({ authData: withExtensions }), key), true);
  const changes = [authData, withExtensions].flatMap((each) => [...changesOf(each)]);
  assert.deepEqual(await refusedOnlyHere(key, changes.map((each) => ["changed", signed({ authData: each })])), []);
  const withPasskey = withPart(0x40, Buffer.concat([Buffer.alloc(16), Buffer.of(0, 1, 7), key.public_key]));
  const stricter = await refusedOnlyHere(key, [["with a passkey", signed({ authData: withPasskey })]]);
  assert.deepEqual(stricter, ["with a passkey"]);
});

Deno.test("T274 what the library refuses is refused, whatever client data is signed", async () => {
  const { key, given, signed } = await newUse();
  const json = given.clientData.toString();
  const usual = JSON.parse(json);
  const values = [undefined, null, false, 0, 1, true, "", "x", [], {}, ["x"], "https://evil.example"];
  const statuses = ["present", "supported", "notSupported", "not-supported", null];
  const odd = [
    ...["type", "challenge", "origin", "crossOrigin", "topOrigin", "tokenBinding", "other"]
      .flatMap((member) => values.map((value) => ({ ...usual, [member]: value }))),
    ...statuses.map((status) => ({ ...usual, tokenBinding: { status } })),
    { ...usual, type: [usual.type] },
    { ...usual, challenge: [usual.challenge] },
    { ...usual, origin: [usual.origin] },
    { ["__proto__"]: usual },
    [usual],
  ];
  const texts = [
    ...odd.map((each) => JSON.stringify(each)),
    ...["null", "1", "[]", "{}", '"x"', "", " ", "{"],
    `\ufeff${json}`,
    `${json}{}`,
    json.replace("{", '{"type":"webauthn.create",'),
    json.replace("}", ',"origin":"https://evil.example"}'),
  ];
  const changes = [...changesOf(given.clientData), ...texts.map((text) => Buffer.from(text))];
  const stricter = await refusedOnlyHere(
    key,
    changes.map((clientData) => [clientData.toString(), signed({ clientData })]),
  );
  assert.ok(stricter.length > 0);
  for (const text of stricter) {
    const { crossOrigin, topOrigin } = JSON.parse(text);
    assert.ok((crossOrigin !== undefined && crossOrigin !== false) || topOrigin !== undefined, text);
  }
});
