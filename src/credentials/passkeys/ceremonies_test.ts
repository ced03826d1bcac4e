import assert from "node:assert/strict";
import { verifyAssertion } from "./assertion.ts";
import { verifyAttestation } from "./attestation.ts";
import { CeremonyFailed } from "./ceremony.ts";
import recorded from "./recorded_passkeys.json" with { type: "json" };
import type { PasskeyAssertion, PasskeyAttestation } from "../../vocabulary/passkey_json.ts";
import { userHandle, userOfHandle } from "./user_handle.ts";

const { origin, rpId, challenge } = recorded;
const party = { origin, rpId };

for (const [name, { uv, counter, ...recording }] of Object.entries(recorded.vectors)) {
  const attestation = recording.attestation as PasskeyAttestation;
  const assertion = recording.assertion as PasskeyAssertion;
  const made = () => verifyAttestation(attestation, challenge, party);
  const used = async (response = assertion) =>
    await verifyAssertion(response, challenge, party, { ...await made(), id: "", user_id: "" });

  Deno.test(`a recorded passkey counts: ${name}`, async () => {
    const { device_type, backed_up, ...passkey } = await made();
    assert.equal(Buffer.from(passkey.credential_id).toString("base64url"), attestation.id);
    assert.deepEqual([device_type, backed_up], uv ? ["multi_device", true] : ["single_device", false]);
    assert.deepEqual(await used(), { uv, counter, backedUp: backed_up });
  });

  Deno.test(`T274 a recorded passkey with any byte of it changed does not count: ${name}`, async () => {
    for (const member of ["clientDataJSON", "authenticatorData", "signature"] as const) {
      const bytes = Buffer.from(assertion.response[member], "base64url");
      for (let at = 0; at < bytes.length; at += 7) {
        const changed = Buffer.from(bytes);
        changed[at]! ^= 0x01;
        const response = { ...assertion.response, [member]: changed.toString("base64url") };
        await assert.rejects(used({ ...assertion, response }), CeremonyFailed, `${member} ${at}`);
      }
    }
  });
}

Deno.test("a handle names its user, and no other text does", () => {
  const id = "01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e";
  assert.equal(userOfHandle(userHandle(id)), id);
  for (const handle of ["", "YWRh", userHandle(id).slice(1)]) {
    assert.equal(userOfHandle(handle), undefined, handle);
  }
});
