import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { cbor } from "../../testing/factors/authenticator.ts";
import { CeremonyFailed } from "./ceremony.ts";
import { verifierOf } from "./cose_key.ts";

const data = new TextEncoder().encode("signed");
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const okp = generateKeyPairSync("ed25519");
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });

const part = (text: string | undefined) => new Uint8Array(Buffer.from(text!, "base64url"));
const { x, y } = ec.publicKey.export({ format: "jwk" });
const { x: edX } = okp.publicKey.export({ format: "jwk" });
const { n, e } = rsa.publicKey.export({ format: "jwk" });

type Members = [label: unknown, value: unknown][];

const es256: Members = [[1, 2], [3, -7], [-1, 1], [-2, part(x)], [-3, part(y)]];
const edDsa: Members = [[1, 1], [3, -8], [-1, 6], [-2, part(edX)]];
const rs256: Members = [[1, 3], [3, -257], [-1, part(n)], [-2, part(e)]];

const keys = [
  ["ES256", es256, sign("sha256", data, ec.privateKey)],
  ["EdDSA", edDsa, sign(null, data, okp.privateKey)],
  ["RS256", rs256, sign("sha256", data, rsa.privateKey)],
] as const;

for (const [name, members, signed] of keys) {
  const signature = new Uint8Array(signed);

  Deno.test(`a key in the form of COSE verifies its signatures and no others: ${name}`, async () => {
    for (const order of [members, members.toReversed()]) {
      const verify = verifierOf(cbor(new Map(order)));
      assert.equal(await verify(signature, data), true);
      assert.equal(await verify(signature, data.subarray(1)), false);
      assert.equal(await verify(signature.subarray(1), data), false);
      assert.equal(await verify(new Uint8Array(), data), false);
    }
  });

  Deno.test(`a key that lacks anything, is cut off or followed by more is refused: ${name}`, () => {
    const bytes = cbor(new Map(members));
    for (let length = 0; length < bytes.length; length++) assertRefused(bytes.subarray(0, length));
    assertRefused(Buffer.concat([bytes, Buffer.of(0)]));
    for (const member of members) assertRefused(cbor(new Map(members.filter((other) => other !== member))));
    const twice = Buffer.concat([bytes, cbor(members[0]![0]), cbor(members[0]![1])]);
    twice[0]!++;
    assertRefused(twice);
  });
}

Deno.test("a key of another kind is refused: of another curve, length, type or algorithm, or with more than bytes", () => {
  const changed: [Members, unknown, unknown][] = [
    [es256, -1, 2], // P-384
    [es256, -2, part(x).subarray(1)],
    [es256, -3, new Uint8Array([0, ...part(y)])],
    [es256, -2, x],
    [es256, 3, -8],
    [es256, 3, -35],
    [es256, 1, 1],
    [edDsa, -1, 7], // Ed448
    [edDsa, -1, "Ed25519"],
    [edDsa, 1, 2],
    [rs256, -1, part(n).subarray(1)],
    [rs256, -1, new Uint8Array([0, ...part(n)])],
    [rs256, -1, new Uint8Array([0x7f, ...part(n).subarray(1)])],
    [rs256, -1, new Uint8Array(256).fill(0xff, 128)], // 1,024 bits
    [rs256, 3, -65_535], // RS1
    [rs256, "kid", 1],
    [rs256, 4, [2]],
  ];
  for (const [members, label, value] of changed) assertRefused(cbor(new Map(members).set(label, value)));
  assertRefused(cbor(es256.flat()));
  assertRefused(cbor(es256.length));
  const padded = Array.from({ length: 27 }, (_, n): [number, number] => [100 + n, 0]);
  const tagged = cbor(new Map([...es256, ...padded])); // 32 members, whose head takes two bytes
  assertRefused(Buffer.concat([Buffer.of(0xc0), tagged.subarray(2)]));
});

Deno.test("a point that is not on the curve verifies nothing", async () => {
  const verify = verifierOf(cbor(new Map(es256).set(-3, part(x))));
  assert.equal(await verify(new Uint8Array(keys[0][2]), data), false);
});

function assertRefused(key: Uint8Array): void {
  assert.throws(() => verifierOf(key), CeremonyFailed, Buffer.from(key).toString("hex"));
}
