import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { textOf } from "../../testing/people/browser.ts";
import { browserOf, consoleBrowser } from "../../testing/people/console.ts";
import { createRole, newcomer } from "../../testing/people/people.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const { browser } = await browserOf(sentinel, "admin");
const resourceName = () => `r${crypto.randomUUID().slice(0, 8)}`;

test("a permission is registered, shown with the roles that give it, and deleted when no role holds it", async () => {
  const name = `${resourceName()}:a/b~c`;
  const path = `/console/permissions/${encodeURIComponent(name)}`;
  const registered = await browser.submit(await browser.open("/console/new-permission"), "/console/new-permission", {
    name,
    description: "Slashed",
  });
  assert.match(textOf(registered), /Permission registered\./);
  const role = await createRole(sentinel, { permissions: [name] });
  const heir = await createRole(sentinel, { parents: [role] });
  const shown = textOf(await browser.open(path));
  assert.ok(shown.includes(`${role} The role itself ${heir} ${heir} → ${role} admin Gives every permission`), shown);
  const found = textOf(await browser.open(`/console/permissions?q=${name.slice(0, 9)}`));
  assert.match(found, /1 permission, by name\..*Slashed An application 3/);
  const refused = await browser.submit(await browser.open(`${path}/delete`), `${path}/delete`);
  assert.equal(refused.status, 409);
  assert.match(textOf(refused), /A role holds this permission\..*1 role holds it/);
  await sentinel.db.query("test", "delete from role_permissions where permission = $1", [name]);
  sentinel.evaluator.forget();
  assert.match(textOf(await browser.submit(refused, `${path}/delete`)), /Permission deleted\./);
  assert.equal((await browser.open(path)).status, 404);
});

test("the form of a permission says what is wrong with its name", async () => {
  const name = `${resourceName()}:read`;
  await sentinel.fetch("/permissions", { json: { name } }, "ada");
  const cases: [string, number, RegExp][] = [
    ["Invoices", 422, /A name is resource:action/],
    ["users:paint", 422, /belongs to Sentinel itself/],
    [name, 409, /There is a permission/],
  ];
  for (const [typed, status, expected] of cases) {
    const form = await browser.open("/console/new-permission");
    const refused = await browser.submit(form, "/console/new-permission", { name: typed });
    assert.equal(refused.status, status, typed);
    assert.match(textOf(refused), expected);
    assert.ok(refused.html.includes(`value="${typed}"`));
  }
});

test("an exclusion is added and deleted in the console, and refused while a user violates it", async () => {
  const [buyer, payer] = [await createRole(sentinel), await createRole(sentinel)];
  const { id } = await newcomer(sentinel, { roles: [buyer, payer] });
  const form = await browser.open("/console/new-exclusion");
  const send = (members: Record<string, string>) => browser.submit(form, "/console/new-exclusion", members);
  const roles = `${buyer}, ${payer}`;
  const cases: [Record<string, string>, number, RegExp][] = [
    [{ description: "Four eyes", roles: buyer, at_most: "1" }, 422, /Name two roles or more/],
    [{ description: "Four eyes", roles, at_most: "2" }, 422, /Must be less than the number of roles, 2/],
    [{ description: "Four eyes", roles: `${buyer} nothing`, at_most: "1" }, 422, /There is no role nothing/],
    [{ description: "Four eyes", roles, at_most: "1" }, 409, /violate this exclusion already/],
  ];
  for (const [members, status, expected] of cases) {
    const refused = await send(members);
    assert.equal(refused.status, status);
    assert.match(textOf(refused), expected);
  }
  await sentinel.db.query("test", "delete from grants where user_id = $1", [id]);
  const added = await send({ description: "Four eyes", roles, at_most: "1" });
  assert.match(textOf(added), /Exclusion created\..*Four eyes at most 1/);
  const path = /\/console\/exclusions\/[0-9a-f-]+\/delete/.exec(added.html)![0];
  assert.match(textOf(await browser.submit(await browser.open(path), path)), /Exclusion deleted\./);
  assert.equal((await browser.open(path)).status, 404);
});

test("pages of permissions and exclusions need their permissions", async () => {
  const { browser: reader } = await consoleBrowser(sentinel, "roles:read");
  assert.equal((await reader.open("/console/permissions/users:read")).status, 200);
  const refused = [
    "/console/new-permission",
    "/console/permissions/users:read/delete",
    "/console/new-exclusion",
    `/console/exclusions/${crypto.randomUUID()}/delete`,
  ];
  for (const path of refused) assert.equal((await reader.open(path)).status, 403, path);
});
