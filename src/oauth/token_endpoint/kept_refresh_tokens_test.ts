import assert from "node:assert/strict";
import { type Form, startSentinel, test } from "../../testing/harness.ts";
import { errorOf, newCode, newVisitor, type Visitor } from "../../testing/people/applications.ts";
import { newDpopKey, proven } from "../../testing/people/dpop.ts";
import { asserted, assertionOf, type KeyClient, newKeyClient } from "../../testing/people/key_clients.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db } = sentinel;

const key = await newDpopKey();
const redirectUri = "https://ledger.example.com/callback";

const newKeyApplication = (dpop_bound_access_tokens: boolean) =>
  newKeyClient(sentinel, {
    grant_types: ["authorization_code", "refresh_token"],
    redirect_uris: [redirectUri],
    scopes: ["openid"],
    first_party: true,
    dpop_bound_access_tokens,
  });

async function ask(client: KeyClient, form: Form): Promise<Response> {
  return await sentinel.fetch("/oauth/token", {
    form: asserted(await assertionOf(client), form),
    headers: await proven(key),
  });
}

async function tokenOf(client: KeyClient, visitor: Visitor): Promise<string> {
  const application = { ...client, name: "Ledger", secret: "", redirectUri, isPublic: false };
  const { code, verifier } = await newCode(sentinel, application, visitor, { scopes: ["openid"] });
  const form = { grant_type: "authorization_code", code, code_verifier: verifier, redirect_uri: redirectUri };
  return (await (await ask(client, form)).json()).refresh_token;
}

const refresh = (client: KeyClient, refresh_token: string) =>
  ask(client, { grant_type: "refresh_token", refresh_token });

const sessionOf = async ({ userId }: Visitor) =>
  (await db.query<{ counter: number; is_fresh: boolean }>(
    "test",
    `select refresh_counter::int as counter, last_seen_at > now() - interval '1 minute' as is_fresh
     from sessions where user_id = $1 and kind = 'client'`,
    [userId],
  ))[0]!;

test("POST /oauth/token leaves a client the refresh token that only its two keys can use, however often (FAPI 2.0 Security Profile §5.3.2.1)", async () => {
  const [client, visitor] = [await newKeyApplication(true), await newVisitor(sentinel)];
  const token = await tokenOf(client, visitor);
  await db.query(
    "test",
    "update sessions set last_seen_at = now() - interval '1 day' where user_id = $1 and kind = 'client'",
    [visitor.userId],
  );
  const answers = await Promise.all(Array.from({ length: 5 }, async () => (await refresh(client, token)).json()));
  assert.deepEqual([...new Set(answers.map(({ refresh_token }) => refresh_token))], [token]);
  assert.equal(new Set(answers.map(({ access_token }) => access_token)).size, 5);
  assert.deepEqual(await sessionOf(visitor), { counter: 0, is_fresh: true });
  await sentinel.fetch("/oauth/revoke", { form: asserted(await assertionOf(client), { token }) });
  assert.deepEqual(await errorOf(await refresh(client, token)), [400, "invalid_grant"]);
});

test("POST /oauth/token rotates the refresh token of a client with a key that need not prove one for its tokens", async () => {
  const [client, visitor] = [await newKeyApplication(false), await newVisitor(sentinel)];
  const token = await tokenOf(client, visitor);
  assert.notEqual((await (await refresh(client, token)).json()).refresh_token, token);
  assert.equal((await sessionOf(visitor)).counter, 1);
});
