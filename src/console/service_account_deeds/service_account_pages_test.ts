import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { type Shown, textOf } from "../../testing/people/browser.ts";
import { browserOf, consoleBrowser } from "../../testing/people/console.ts";
import { createRole, newServiceAccount } from "../../testing/people/people.ts";
import { statementsOf } from "../../testing/statements/statements.ts";
import { localActor } from "../../vocabulary/actor.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

await sentinel.permissionRegistry.register("ledger:read", "", localActor);
const { browser, id: adminId } = await browserOf(sentinel, "admin");

/** Opens the page, fills in its form, and sends it. */
async function done(path: string, members: Record<string, string> = {}): Promise<Shown> {
  return await browser.submit(await browser.open(path), path.split("?")[0]!, members);
}

const newName = () => `robot-${crypto.randomUUID().slice(0, 8)}`;

test("a service account is created, changed, granted a role, disabled, enabled and deleted in the console", async () => {
  const role = await createRole(sentinel, { permissions: ["ledger:read"] });
  const name = newName();
  const created = await done("/console/new-service-account", { name, description: "Sends invoices" });
  assert.match(textOf(created), /Service account created\..*Sends invoices.*No roles, so it may do nothing\./);
  const path = created.path.split("?")[0]!;
  const id = path.split("/").at(-1)!;
  assert.match(textOf(await done(`${path}/change`, { name: `${name}-2` })), new RegExp(`Change saved\\.`));
  const granted = textOf(await done(`${path}/grant`, { role, expires: "2090-06-30" }));
  assert.ok(granted.includes(`ledger:read ${role}`), granted);
  assert.match(granted, /2090-06-30 23:59/);
  const wrong = await done(`${path}/grant`, { role, expires: "2020-01-01" });
  assert.deepEqual([wrong.status, /Choose a day from today on/.test(textOf(wrong))], [422, true]);
  assert.match(textOf(await done(`${path}/revoke?role=${role}`)), /Role revoked\./);
  assert.match(textOf(await done(`${path}/disable`)), /Service account disabled\..*Disabled since/);
  assert.match(textOf(await done(`${path}/enable`)), /Service account enabled\./);
  const found = await browser.open(`/console/service-accounts?q=${name}`);
  assert.match(textOf(found), new RegExp(`1 service account, by name.*${name}-2 Sends invoices None`));
  assert.equal((await done(`${path}/delete`, { confirm: "robot" })).status, 422);
  assert.match(textOf(await done(`${path}/delete`, { confirm: `${name}-2` })), /Service account deleted\./);
  assert.equal((await browser.open(path)).status, 404);
  const rows = await sentinel.db.query<{ action: string }>(
    "test",
    `select action from audit_events
     where subject_id = $1 and actor_id = $2 and facts ->> 'via' = 'console' order by id`,
    [id, adminId],
  );
  assert.deepEqual(rows.map(({ action }) => action), [
    "service_account.created",
    "service_account.changed",
    "role.granted",
    "role.revoked",
    "service_account.disabled",
    "service_account.enabled",
    "service_account.deleted",
  ]);
});

test("a key of a service account is created and shown once, works, is rotated and revoked", async () => {
  const role = await createRole(sentinel, { permissions: ["ledger:read"] });
  const { id } = await newServiceAccount(sentinel, { roles: [role] });
  const path = `/console/service-accounts/${id}`;
  const keyIn = (shown: Shown) => /snt_svc_[\w-]+/.exec(shown.html)![0];
  const me = async (key: string) =>
    (await sentinel.fetch("/users/me", { headers: { authorization: `Bearer ${key}` } })).status;
  const members = { name: "nightly", scopes: "ledger:read", days: "30" };
  const key = keyIn(await done(`${path}/new-key`, members));
  assert.equal(await me(key), 200);
  const shown = await browser.open(path);
  assert.ok(!shown.html.includes(key));
  const keyId = /rotate-key\?key=([0-9a-f-]+)/.exec(shown.html)![1]!;
  const rotated = keyIn(await done(`${path}/rotate-key?key=${keyId}`));
  assert.deepEqual([await me(key), await me(rotated)], [200, 200]);
  const third = await done(`${path}/rotate-key?key=${keyId}`);
  assert.match(textOf(third), /The key has two secrets already\./);
  assert.match(textOf(await done(`${path}/revoke-key?key=${keyId}`)), /Key revoked\./);
  assert.deepEqual([await me(key), await me(rotated)], [401, 401]);
  const unknown = await done(`${path}/new-key`, { ...members, scopes: "ledger:burn" });
  assert.match(textOf(unknown), /There is no permission ledger:burn\./);
  assert.ok(unknown.html.includes('value="nightly"'));
});

test("an account that another administrator has changed meanwhile is not changed", async () => {
  const { id, name } = await newServiceAccount(sentinel);
  const path = `/console/service-accounts/${id}`;
  const pages = [await browser.open(`${path}/change`), await browser.open(`${path}/disable`)];
  await sentinel.serviceAccounts.change(id, { description: "Changed meanwhile" }, () => true, localActor);
  const answers = [
    await browser.submit(pages[0]!, `${path}/change`, { description: "Mine" }),
    await browser.submit(pages[1]!, `${path}/disable`),
  ];
  for (const answer of answers) {
    assert.equal(answer.status, 412);
    assert.match(textOf(answer), /Another administrator changed this account\./);
  }
  const { description, disabled_at } = await sentinel.serviceAccounts.find(id);
  assert.deepEqual([description, disabled_at], ["Changed meanwhile", null]);
  assert.ok(answers[0]!.html.includes('value="Mine"'), name);
});

test("forms of service accounts say what is wrong beside the field", async () => {
  const { name: takenName } = await newServiceAccount(sentinel);
  const cases: [Record<string, string>, number, RegExp][] = [
    [{ name: "R2 D2" }, 422, /A name has 2 to 64/],
    [{ name: takenName }, 409, /There is a service account/],
    [{ name: newName(), roles: "nothing" }, 422, /There is no role nothing\./],
  ];
  for (const [members, status, expected] of cases) {
    const refused = await done("/console/new-service-account", members);
    assert.equal(refused.status, status);
    assert.match(textOf(refused), expected);
  }
  const { id } = await newServiceAccount(sentinel);
  const refused = await done(`/console/service-accounts/${id}/grant`, { role: "nothing" });
  assert.match(textOf(refused), /There is no role nothing\./);
});

test("pages of service accounts need their permissions, and take at most ten statements", async () => {
  const { id } = await newServiceAccount(sentinel);
  const path = `/console/service-accounts/${id}`;
  const { browser: reader } = await consoleBrowser(sentinel, "service_accounts:read");
  assert.equal((await reader.open(path)).status, 200);
  for (const deed of ["change", "grant", "revoke?role=user", "disable", "delete", "new-key"]) {
    assert.equal((await reader.open(`${path}/${deed}`)).status, 403, deed);
  }
  for (const opened of ["/console/service-accounts", path]) {
    const made = await statementsOf(() => browser.open(opened));
    const count = Object.values(made).reduce((sum, each) => sum + each, 0);
    assert.ok(count <= 10, `${opened}: ${JSON.stringify(made)}`);
  }
});
