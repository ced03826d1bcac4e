import assert from "node:assert/strict";
import { test } from "../../testing/harness.ts";
import { until } from "../../testing/servers/process.ts";
import { startIssuer } from "../../testing/servers/token_issuer.ts";
import { createProtection, ProtectionError } from "../protect.ts";

const audience = "https://api.example.com";
const jwks = "/.well-known/jwks.json";

/** A protection with a clock of its own, and the status of a request with a token. */
function protectedBy(issuer: string) {
  const clock = { ms: Date.now() };
  const errors: unknown[] = [];
  const onError = (error: unknown) => errors.push(error);
  const protection = createProtection({ issuer, audience, now: () => clock.ms, onError });
  const ask = async (token: string): Promise<number> => {
    const headers = { authorization: `Bearer ${token}` };
    return await protection.authenticate(new Request(audience, { headers })).then(() => 200, (error) => {
      assert.ok(error instanceof ProtectionError);
      return error.status;
    });
  };
  return { clock, errors, ask };
}

const statuses = async (count: number, ask: () => Promise<number>) =>
  new Set(await Promise.all(Array.from({ length: count }, ask)));

test("a flood of tokens with unknown keys fetches the keys once a minute, and known keys are not held up", async () => {
  await using served = await startIssuer();
  const { counts } = served;
  const { clock, ask } = protectedBy(served.issuer);
  const flood = async () => await ask(await served.sign({ aud: audience }, { kid: crypto.randomUUID() }));
  assert.equal(await ask(await served.sign({ aud: audience })), 200);
  assert.equal(counts.get(jwks), 1);
  for (let minute = 0; minute < 3; minute++) {
    assert.deepEqual(await statuses(30, flood), new Set([401]));
    assert.equal(counts.get(jwks), 2 + minute);
    assert.equal(await ask(await served.sign({ aud: audience })), 200);
    clock.ms += 60_000;
  }
});

test("a token by a new key is accepted at once, and one by a key that is gone within five minutes no more", async () => {
  await using served = await startIssuer();
  const { clock, ask } = protectedBy(served.issuer);
  const old = await served.sign({ aud: audience });
  assert.equal(await ask(old), 200);
  await served.addKey();
  const next = () => served.sign({ aud: audience });
  assert.deepEqual(await statuses(10, async () => await ask(await next())), new Set([200]));
  assert.equal(served.counts.get(jwks), 2);
  served.keys.shift();
  clock.ms += 5 * 60_000 + 1;
  assert.equal(await ask(old), 200, "the keys are fetched beside this request");
  await until("the old key is gone", async () => await ask(old) === 401);
  assert.equal(await ask(await next()), 200);
});

test("old keys count while the issuer is down, which is asked again at most every two seconds", async () => {
  await using served = await startIssuer();
  const { clock, errors, ask } = protectedBy(served.issuer);
  const token = () => served.sign({ aud: audience, exp: Math.floor(clock.ms / 1_000) + 600 });
  assert.equal(await ask(await token()), 200);
  served.state.isDown = true;
  clock.ms += 60 * 60_000;
  assert.deepEqual(await statuses(10, async () => await ask(await token())), new Set([200]));
  await until("the issuer was asked", () => errors.length > 0);
  assert.deepEqual(await statuses(10, async () => await ask(await token())), new Set([200]));
  assert.equal(served.counts.get(jwks), 2);

  const cold = protectedBy(served.issuer);
  assert.deepEqual(await statuses(10, async () => await cold.ask(await token())), new Set([503]));
  served.state.isDown = false;
  cold.clock.ms += 2_000;
  assert.equal(await cold.ask(await served.sign({ aud: audience })), 200);
  assert.equal(cold.errors.length, 1);
});

test("metadata of another issuer is refused", async () => {
  await using served = await startIssuer();
  const { errors, ask } = protectedBy(served.issuer.replace("127.0.0.1", "localhost"));
  assert.equal(await ask(await served.sign({ aud: audience })), 503);
  assert.match(String(errors[0]), /is of the issuer http:\/\/127/);
  assert.equal(served.counts.get(jwks), undefined);
});

test("T257 tokens are for one API, of the type at+jwt, by an allowed algorithm, and have the claims of RFC 9068", async () => {
  await using served = await startIssuer();
  const { issuer, sign } = served;
  const { ask } = protectedBy(issuer);
  const now = Math.floor(Date.now() / 1_000);
  const refused = {
    "another audience": sign({ aud: "https://other.example.com" }),
    "a longer audience": sign({ aud: `${audience}/` }),
    "no audience": sign({}),
    "another issuer": sign({ aud: audience, iss: `${issuer}/` }),
    "an id_token": sign({ aud: audience }, { typ: "JWT" }),
    "expired": sign({ aud: audience, exp: now - 1 }),
    "without exp": sign({ aud: audience, exp: undefined }),
    "without client_id": sign({ aud: audience, client_id: undefined }),
    "a list as scope": sign({ aud: audience, scope: ["documents:read"] }),
  };
  for (const [what, token] of Object.entries(refused)) assert.equal(await ask(await token), 401, what);
  assert.equal(await ask(await sign({ aud: audience })), 200);
  const protection = createProtection({ issuer, audience, algorithms: ["EdDSA"] });
  const headers = { authorization: `Bearer ${await sign({ aud: audience })}` };
  await assert.rejects(protection.authenticate(new Request(audience, { headers })), /"alg"/);
});
