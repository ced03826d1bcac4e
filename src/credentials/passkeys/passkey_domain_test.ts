import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { createAuthenticator } from "../../testing/factors/authenticator.ts";
import { newPasskey } from "../../testing/factors/passkeys.ts";
import { newcomer } from "../../testing/people/people.ts";
import { localClient } from "../../vocabulary/actor.ts";
import { createPasskeys } from "./passkeys.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db, mails, factors } = sentinel;

const passkeysAt = (publicUrl: string, rpId?: string) =>
  createPasskeys({ mails, publicUrl, rpId, name: "Sentinel", regressed: () => {} });

test("a passkey for a parent domain works after a move to another host, and one for a host does not", async () => {
  const { id } = await newcomer(sentinel);
  const authenticator = createAuthenticator({ origin: "https://auth.example.com" });
  const before = passkeysAt("https://auth.example.com", "example.com");
  await newPasskey({ db, factors, passkeys: before }, id, {}, authenticator);
  const use = async (at: typeof before, origin: string) => {
    const { challenge, ...options } = at.requestOptions();
    const assertion = authenticator.get({ ...options, challenge, rpId: "example.com" }, { origin });
    return await db.transaction((tx) => at.verifyIn(tx, { assertion, challenge, client: localClient }));
  };
  assert.ok(await use(before, "https://auth.example.com"));
  const after = passkeysAt("https://login.example.com", "example.com");
  assert.ok(await use(after, "https://login.example.com"));
  assert.equal(await use(after, "https://auth.example.com"), undefined, "a page of the old host");
  assert.equal(await use(passkeysAt("https://login.example.com"), "https://login.example.com"), undefined);
});

test("the start warns of passkeys for another domain", async () => {
  await db.query("test", "delete from passkeys", []);
  const warnings: unknown[] = [];
  const log = { warn: (_: string, fields?: unknown) => void warnings.push(fields) };
  await newPasskey(sentinel, (await newcomer(sentinel)).id);
  await sentinel.passkeys.warnOfForeign(db, log);
  assert.deepEqual(warnings, []);
  for (const other of ["auth.example.com", "z.example.com"]) {
    const { id } = await newPasskey(sentinel, (await newcomer(sentinel)).id);
    await db.query("test", "update passkeys set rp_id = $2 where id = $1", [id, other]);
    await sentinel.passkeys.warnOfForeign(db, log);
    assert.deepEqual(warnings.pop(), { rp_id: "localhost", other_rp_id: other });
    await db.query("test", "delete from passkeys where rp_id = $1", [other]);
  }
});

test("passkeys are offered where browsers have them: for names, and beyond this machine over TLS", () => {
  const offered = ["https://auth.example.com", "http://localhost:8000", "https://localhost"];
  const refused = ["http://auth.example.com", "https://192.0.2.1", "https://[2001:db8::1]", "http://127.0.0.1:8000"];
  for (const url of offered) assert.equal(passkeysAt(url).isAvailable, true, url);
  for (const url of refused) assert.equal(passkeysAt(url).isAvailable, false, url);
});
