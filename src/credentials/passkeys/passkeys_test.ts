import assert from "node:assert/strict";
import { blockOf } from "../../testing/documents/blocks.ts";
import { startSentinel, test } from "../../testing/harness.ts";
import { type Behaviour, cbor, createAuthenticator } from "../../testing/factors/authenticator.ts";
import { newPasskey, type OwnPasskey } from "../../testing/factors/passkeys.ts";
import { newcomer } from "../../testing/people/people.ts";
import { localClient } from "../../vocabulary/actor.ts";
import { newChallenge, type PasskeyAssertion, type PasskeyAttestation } from "./passkeys.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db, passkeys } = sentinel;

async function owner(usual: Behaviour = {}) {
  const { id: userId } = await newcomer(sentinel);
  return { userId, ...await newPasskey(sentinel, userId, usual) };
}

const verify = (assertion: PasskeyAssertion, challenge: string, userId?: string) =>
  db.transaction((tx) => passkeys.verifyIn(tx, { assertion, challenge, userId, client: localClient }));

/** Uses the passkey, which behaves oddly. */
function use({ authenticator, credential }: OwnPasskey, odd: Behaviour = {}, userId?: string) {
  const options = passkeys.requestOptions();
  return verify(authenticator.get(options, odd, credential), options.challenge, userId);
}

/** The answer to a request for a new passkey. */
async function register(odd: Behaviour = {}, change: (response: PasskeyAttestation) => void = () => {}) {
  const { id } = await newcomer(sentinel);
  const options = await passkeys.creationOptions(db, { id, label: "ada", displayName: "Ada" });
  const response = createAuthenticator().create(options, odd);
  change(response);
  const { challenge } = options;
  return await db.transaction((tx) => passkeys.registerIn(tx, id, { response, challenge }));
}

for (const alg of ["ES256", "EdDSA", "RS256"] as const) {
  test(`a passkey with ${alg} proves its user, with the user verified and without`, async () => {
    const { id: userId } = await newcomer(sentinel);
    const authenticator = createAuthenticator();
    const options = await passkeys.creationOptions(db, { id: userId, label: "ada", displayName: "Ada" });
    const response = authenticator.create(options, {}, alg);
    const { challenge } = options;
    const { id, name } = await db.transaction((tx) => passkeys.registerIn(tx, userId, { response, challenge }));
    assert.equal(name, "Passkey");
    const passkey = { id, name, authenticator, credential: authenticator.credentials[0]! };
    assert.deepEqual(await use(passkey), { userId, passkeyId: id, uv: true, amr: ["pop", "user"] });
    assert.deepEqual(await use(passkey, { uv: false }), { userId, passkeyId: id, uv: false, amr: ["pop"] });
  });
}

const refusedUses: [what: string, odd: Behaviour][] = [
  ["a page of another origin", { origin: "https://localhost:8000" }],
  ["a page of another port", { origin: "http://localhost:8001" }],
  ["a page below", { origin: "http://evil.localhost:8000" }],
  ["another domain", { rpId: "example.com" }],
  ["another challenge", { challenge: newChallenge() }],
  ["a challenge in another form", { challenge: "" }],
  ["the creation of a passkey", { type: "webauthn.create" }],
  ["a frame of another site", { crossOrigin: true }],
  ["a frame of a named site", { crossOrigin: true, topOrigin: "https://example.com" }],
  ["nobody being there", { up: false }],
  ["a key that suddenly may be copied", { synced: true }],
  ["a copy where none may be", { backedUp: true }],
  ["another user's handle", { userHandle: "AAAAAAAAQACAAAAAAAAAAA" }],
  ["a handle that is none of ours", { userHandle: "YWRh" }],
  ["no handle", { userHandle: undefined }],
];

for (const [what, odd] of refusedUses) {
  test(`T274 a use of a passkey is refused: ${what}`, async () => {
    const passkey = await owner();
    assert.equal(await use(passkey, odd), undefined);
    assert.ok(await use(passkey), "and the passkey still works");
  });
}

test("T274 a signature that was changed, or is of another key, is refused", async () => {
  const [mine, other] = [await owner(), await owner()];
  const options = passkeys.requestOptions();
  const sound = mine.authenticator.get(options);
  const foreign = other.authenticator.get(options);
  for (
    const response of [
      { ...sound.response, signature: foreign.response.signature },
      { ...sound.response, signature: "MEUCIQ" },
      { ...sound.response, authenticatorData: sound.response.authenticatorData.slice(0, -4) },
      { ...sound.response, authenticatorData: `${sound.response.authenticatorData}AAAA` },
      { ...sound.response, clientDataJSON: Buffer.from("{").toString("base64url") },
      { ...sound.response, clientDataJSON: Buffer.from("null").toString("base64url") },
    ]
  ) assert.equal(await verify({ ...sound, response }, options.challenge), undefined);
  assert.equal(await verify({ ...sound, id: foreign.id, rawId: foreign.id }, options.challenge), undefined);
  assert.equal(await verify({ ...sound, id: newChallenge() }, options.challenge), undefined);
  assert.ok(await verify(sound, options.challenge));
});

test("T274 as a second factor, the passkey of another user is refused, and a handle is not needed", async () => {
  const [mine, other] = [await owner(), await owner()];
  assert.equal(await use(other, {}, mine.userId), undefined);
  assert.equal(await use(other, { userHandle: undefined }, mine.userId), undefined);
  assert.equal(await use(mine, { userHandle: other.credential.userHandle }, mine.userId), undefined);
  assert.ok(await use(mine, { userHandle: undefined }, mine.userId));
});

const refusedCreations: [what: string, odd: Behaviour, change?: (response: PasskeyAttestation) => void][] = [
  ["a page of another origin", { origin: "https://evil.example" }],
  ["another domain", { rpId: "evil.example" }],
  ["another challenge", { challenge: newChallenge() }],
  ["the use of a passkey", { type: "webauthn.get" }],
  ["a frame of another site", { crossOrigin: true }],
  ["nobody being there", { up: false }],
  ["a copy where none may be", { backedUp: true }],
  ["another id than the authenticator's", {}, (response) => void (response.id = response.rawId = newChallenge())],
];

for (const [what, odd, change] of refusedCreations) {
  test(`T274 a new passkey is refused: ${what}`, async () => {
    await assert.rejects(register(odd, change), { code: "passkey_refused" });
  });
}

test("T274 one credential id belongs to one account", async () => {
  const mine = await owner();
  const { id } = await newcomer(sentinel);
  const [row] = await db.query<{ credential_id: Uint8Array }>(
    "test",
    "select credential_id from passkeys where id = $1",
    [mine.id],
  );
  const options = await passkeys.creationOptions(db, { id, label: "eve", displayName: "" });
  const response = createAuthenticator({ credentialId: row!.credential_id }).create(options);
  const { challenge } = options;
  await assert.rejects(db.transaction((tx) => passkeys.registerIn(tx, id, { response, challenge })), {
    code: "passkey_taken",
  });
});

test("T277 attestations that are deep, long or no CBOR are refused, and so soon that nobody waits", async () => {
  const nested = (depth: number) => Buffer.concat([Buffer.alloc(depth, 0x81), Buffer.from([0])]);
  const authData = (bytes: Uint8Array) =>
    cbor(new Map<string, unknown>([["fmt", "none"], ["attStmt", new Map()], ["authData", bytes]]));
  const attested = Buffer.concat([Buffer.alloc(32), Buffer.from([0x41, 0, 0, 0, 0]), Buffer.alloc(16)]);
  const objects = [
    Buffer.alloc(0),
    Buffer.alloc(12_000, 0xff),
    nested(12_000),
    Buffer.concat([Buffer.from([0xa3, 0x63]), Buffer.from("fmt"), nested(11_000)]),
    Buffer.from([0x9b, 0, 0, 0, 1, 0, 0, 0, 0]), // a list that says it has 2³² items
    Buffer.from([0xbb, 0, 0, 0, 1, 0, 0, 0, 0]),
    Buffer.from([0x5b, 0, 0, 0, 1, 0, 0, 0, 0]),
    cbor(new Map<string, unknown>([["fmt", "none"], ["attStmt", new Map()], ["authData", "text"]])),
    authData(new Uint8Array(10)),
    authData(Buffer.concat([attested, Buffer.from([0, 1, 7]), nested(11_000)])),
    authData(Buffer.concat([attested, Buffer.from([0xff, 0xff])])),
  ];
  for (const object of objects) {
    const changed = register({}, ({ response }) => void (response.attestationObject = object.toString("base64url")));
    await assert.rejects(changed, { code: "passkey_refused" }, object.subarray(0, 20).toString("hex"));
  }
});

test("a statement about the maker of the authenticator is not looked at", async () => {
  const statement = new Map<string, unknown>([["alg", -7], ["sig", Buffer.alloc(70)], ["x5c", [Buffer.alloc(300)]]]);
  assert.ok(await register({ attestation: { fmt: "packed", attStmt: statement } }));
  assert.ok(await register({ attestation: { fmt: "unheard-of", attStmt: statement } }));
});

async function regressedAt({ id }: OwnPasskey): Promise<unknown> {
  const [row] = await db.query<{ at: unknown }>(
    "test",
    "select counter_regressed_at as at from passkeys where id = $1",
    [id],
  );
  return row!.at;
}

test("T275 a counter that goes back is flagged, recorded and still counts", async () => {
  const passkey = await owner({ counter: 5 });
  const counts = async () => {
    const events = await db.query(
      "test",
      "select 1 from audit_events where action = 'passkey.counter_regressed' and subject_id = $1",
      [passkey.userId],
    );
    return events.length;
  };
  assert.ok(await use(passkey, { counter: 6 }));
  assert.deepEqual([await regressedAt(passkey), await counts()], [null, 0]);
  for (const [counter, times] of [[6, 1], [3, 2], [0, 3]] as const) {
    assert.ok(await use(passkey, { counter }));
    assert.ok(await regressedAt(passkey));
    assert.equal(await counts(), times, `${counter}`);
  }
  const query = blockOf("sql", "observability/runbooks/passkey-copied.md", "Check");
  const reported = await db.query<{ user_id: string; passkey: string }>("test", query);
  assert.ok(reported.some(({ user_id }) => user_id === passkey.userId));
});

test("T275 a passkey on several devices, whose counter stays at 0, is never flagged", async () => {
  const passkey = await owner({ synced: true });
  for (let i = 0; i < 3; i++) assert.ok(await use(passkey));
  assert.equal(await regressedAt(passkey), null);
});

test("T271 passkeys have names: free ones, not those that exist, and at most 20", async () => {
  const { userId, authenticator, ...first } = await owner();
  assert.equal(first.name, "Passkey");
  const options = await passkeys.creationOptions(db, { id: userId, label: "ada", displayName: "" });
  assert.throws(() => authenticator.create(options), { name: "InvalidStateError" }, "it has one of this user");
  assert.equal((await newPasskey(sentinel, userId)).name, "Passkey 2");
  await assert.rejects(passkeys.rename(db, userId, first.id, "Passkey 2"), { code: "factor_name_taken" });
  await passkeys.rename(db, userId, first.id, "laptop");
  await assert.rejects(passkeys.rename(db, (await newcomer(sentinel)).id, first.id, "mine"), { code: "not_found" });
  const names = (await passkeys.list(db, userId)).map(({ name }) => name);
  assert.deepEqual(names, ["laptop", "Passkey 2"]);
  for (let i = 2; i < 20; i++) await newPasskey(sentinel, userId);
  await assert.rejects(newPasskey(sentinel, userId), { code: "too_many_factors" });
});

test("a passkey that was removed does not count, even if it was asked for before", async () => {
  const passkey = await owner();
  const options = passkeys.requestOptions(undefined, await passkeys.descriptorsOf(db, passkey.userId));
  assert.equal(options.allowCredentials.length, 1);
  const assertion = passkey.authenticator.get(options);
  await db.transaction((tx) => passkeys.removeIn(tx, passkey.userId, passkey.id));
  assert.equal(await verify(assertion, options.challenge), undefined);
});

test("the options of a new passkey name no one, and prefer one that signs in alone", async () => {
  const { id } = await newcomer(sentinel);
  const options = await passkeys.creationOptions(db, { id, label: "ada", displayName: "Ada" });
  assert.deepEqual(Buffer.from(options.user.id, "base64url").toString("hex"), id.replaceAll("-", ""));
  assert.deepEqual([options.rp, options.attestation], [{ id: "localhost", name: "Sentinel" }, "none"]);
  assert.deepEqual(options.authenticatorSelection, { residentKey: "preferred", userVerification: "preferred" });
  assert.deepEqual(options.pubKeyCredParams.map(({ alg }) => alg), [-8, -7, -257]);
  assert.equal(Buffer.from(options.challenge, "base64url").length, 32);
});
