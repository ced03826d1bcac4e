import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import {
  askAs,
  exchangeCode,
  newApplication,
  newCode,
  newVisitor,
  signedInWith,
} from "../../testing/people/applications.ts";
import { newKey } from "../../testing/people/api_keys.ts";
import { rowCounts } from "../../testing/traffic/traces.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const application = await newApplication(sentinel);
const visitor = await newVisitor(sentinel);

test("T236 a code is no token, no API key, no client's secret and no refresh token, and none of these is a code", async () => {
  const { code, verifier } = await newCode(sentinel, application, visitor);
  const { access_token, refresh_token, id_token } = await signedInWith(sentinel, application, visitor);
  const { key } = await newKey(sentinel, visitor.userId);
  const before = await rowCounts(sentinel);
  for (const headers of [{ authorization: `Bearer ${code}` }, { "x-api-key": code }]) {
    for (const path of ["/users/me", "/oauth/userinfo"]) {
      assert.equal((await sentinel.fetch(path, { headers })).status, 401, path);
    }
  }
  const asSecret = await askAs(sentinel, { ...application, secret: code }, { grant_type: "client_credentials" });
  assert.deepEqual([asSecret.status, (await asSecret.json()).error], [401, "invalid_client"]);
  const asRefresh = await askAs(sentinel, application, { grant_type: "refresh_token", refresh_token: code });
  assert.equal((await asRefresh.json()).error, "invalid_grant");
  assert.equal((await askAs(sentinel, application, { token: code }, "/oauth/revoke")).status, 200);
  const asked = await askAs(sentinel, application, { token: code }, "/oauth/introspect");
  assert.deepEqual(await asked.json(), { active: false });
  for (const other of [access_token, refresh_token, id_token, key, application.secret]) {
    const refused = await exchangeCode(sentinel, application, { code: other, verifier });
    assert.ok(["invalid_grant", "invalid_request"].includes((await refused.json()).error));
  }
  assert.deepEqual(await rowCounts(sentinel), before);
  assert.equal((await exchangeCode(sentinel, application, { code, verifier })).status, 200, "and it is good still");
});

test("nothing that a code is presented with is stored", async () => {
  const { code, verifier } = await newCode(sentinel, application, visitor);
  const { code: used, verifier: sent } = await newCode(sentinel, application, visitor);
  await exchangeCode(sentinel, application, { code: used, verifier: sent });
  const rows = await sentinel.db.query<{ text: string }>(
    "test",
    `select t::text as text from tickets t union all select s::text from sessions s
     union all select e::text from audit_events e union all select d::text from audit_details d`,
  );
  const stored = rows.map(({ text }) => text).join("\n");
  for (const secret of [code, verifier, used, sent]) assert.ok(!stored.includes(secret.slice(-32)));
  assert.ok(!(await sentinel.logs()).includes(used.slice(-32)));
});
