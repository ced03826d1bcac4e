import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { textOf } from "../../testing/people/browser.ts";
import { browserOf, consoleBrowser } from "../../testing/people/console.ts";
import { createRole, newcomer } from "../../testing/people/people.ts";
import { statementsOf } from "../../testing/statements/statements.ts";
import { localActor } from "../../vocabulary/actor.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { roles } = sentinel;

for (const name of ["ledger:read", "ledger:write"]) await sentinel.permissionRegistry.register(name, "", localActor);
const { browser, id: adminId } = await browserOf(sentinel, "admin");

/** What the audit log says about the role, done in the console. */
async function deedsOn(role: string): Promise<string[]> {
  const rows = await sentinel.db.query<{ action: string }>(
    "test",
    `select action from audit_events
     where subject_id = $1 and actor_id = $2 and facts ->> 'via' = 'console' order by id`,
    [role, adminId],
  );
  return rows.map(({ action }) => action);
}

test("a role is created, changed after a preview, and deleted in the console", async () => {
  const role = `clerk-${crypto.randomUUID().slice(0, 8)}`;
  const members = { name: role, description: "Keeps the ledger", add: "ledger:read", add_parents: "user" };
  const created = await browser.submit(await browser.open("/console/new-role"), "/console/new-role", members);
  assert.match(textOf(created), /Role created\..*Keeps the ledger.*ledger:read/);
  const { username } = await newcomer(sentinel, { roles: [role] });
  const review = await browser.open(`/console/roles/${role}/review?add=ledger:write&drop.ledger:read=on`);
  assert.match(textOf(review), /This is a preview\. Nothing is saved yet\./);
  for (const [sign, permission] of [["+", "ledger:write"], ["−", "ledger:read"]]) {
    assert.ok(textOf(review).includes(`${sign} ${permission} ${username} → ${role}`), textOf(review));
  }
  assert.deepEqual((await roles.find(role)).permissions, ["ledger:read"]);
  const saved = await browser.submit(review, `/console/roles/${role}/change`);
  assert.match(textOf(saved), /Change saved\./);
  assert.deepEqual((await roles.find(role)).permissions, ["ledger:write"]);
  const asked = await browser.open(`/console/roles/${role}/delete`);
  assert.match(textOf(asked), /revoked from all who have it: 1 .*Users who lose a permission: 1/);
  const mistyped = await browser.submit(asked, `/console/roles/${role}/delete`, { confirm: "clark" });
  assert.equal(mistyped.status, 422);
  assert.match(textOf(mistyped), /“clark” is not the name/);
  const deleted = await browser.submit(mistyped, `/console/roles/${role}/delete`, { confirm: role });
  assert.match(textOf(deleted), /Role deleted\./);
  await assert.rejects(roles.find(role));
  assert.deepEqual(await deedsOn(role), [
    "role.created",
    "role.permission_removed",
    "role.permission_added",
    "role.deleted",
  ]);
});

test("a change that another administrator has overtaken is reviewed again, and not saved", async () => {
  const role = await createRole(sentinel, { permissions: ["ledger:read"] });
  const review = await browser.open(`/console/roles/${role}/review?add=ledger:write`);
  await roles.change(role, { description: "Changed meanwhile" }, () => true, localActor);
  const again = await browser.submit(review, `/console/roles/${role}/change`);
  assert.equal(again.status, 412);
  assert.match(textOf(again), /Another administrator changed this role\./);
  assert.deepEqual((await roles.find(role)).permissions, ["ledger:read"]);
  await browser.submit(again, `/console/roles/${role}/change`);
  assert.deepEqual((await roles.find(role)).permissions, ["ledger:read", "ledger:write"]);
});

test("the form of a change says beside the field what is wrong, and keeps what was typed", async () => {
  const role = await createRole(sentinel);
  const heir = await createRole(sentinel, { parents: [role] });
  const cases: [string, RegExp][] = [
    ["add=ledger:burn", /There is no permission ledger:burn\./],
    ["add_parents=nothing", /There is no role nothing\./],
    [`add_parents=${heir}`, /would inherit from itself/],
    ["add_parents=admin", /No role may inherit from admin\./],
    ["add=", /Nothing is changed\./],
  ];
  for (const [query, expected] of cases) {
    const refused = await browser.open(`/console/roles/${role}/review?${query}`);
    assert.ok(refused.status === 422, query);
    assert.match(textOf(refused), expected);
    const typed = query.split("=")[1]!;
    if (typed) assert.ok(refused.html.includes(`value="${typed}"`), query);
  }
});

test("a preview names the exclusion that refuses the change, and offers no button", async () => {
  const [buyer, payer] = [await createRole(sentinel), await createRole(sentinel)];
  const { username } = await newcomer(sentinel, { roles: [buyer] });
  await sentinel.exclusions.create({ description: "Four eyes", roles: [buyer, payer], at_most: 1 }, localActor);
  const review = await browser.open(`/console/roles/${buyer}/review?add_parents=${payer}`);
  assert.match(textOf(review), new RegExp(`Exclusion “Four eyes” refuses this change.*Would hold more: ${username}`));
  assert.doesNotMatch(textOf(review), /Save the change/);
});

test("pages of roles need their permissions, and take at most ten statements", async () => {
  const role = await createRole(sentinel, { permissions: ["ledger:read"], parents: ["user"] });
  const { browser: reader } = await consoleBrowser(sentinel, "roles:read");
  const shown = await reader.open(`/console/roles/${role}`);
  assert.equal(shown.status, 200);
  assert.doesNotMatch(shown.html, /\/change"|\/delete"|id="members"/);
  for (const path of [`${role}/change`, `${role}/review?add=ledger:write`, `${role}/delete`]) {
    assert.equal((await reader.open(`/console/roles/${path}`)).status, 403, path);
  }
  for (const path of [`/console/roles`, `/console/roles/${role}`, `/console/roles/${role}/review?add=ledger:write`]) {
    const made = await statementsOf(() => browser.open(path));
    const count = Object.values(made).reduce((sum, each) => sum + each, 0);
    assert.ok(count <= 10, `${path}: ${JSON.stringify(made)}`);
  }
});

test("pages draw the hierarchy around a role, and a preview what is added to it and removed", async () => {
  const [viewer, clerk, auditor] = [await createRole(sentinel), await createRole(sentinel), await createRole(sentinel)];
  const chief = await createRole(sentinel, { parents: [clerk] });
  await roles.change(clerk, { parents: [viewer] }, () => true, localActor);
  const boxes = (html: string) => [...html.matchAll(/<title>(r[0-9a-f-]+) gives/g)].map(([, name]) => name);
  const around = await browser.open(`/console/roles/${clerk}`);
  assert.deepEqual(boxes(around.html), [viewer, clerk, chief].sort());
  assert.equal(around.html.match(/class="arrow"/g)?.length, 2);
  const review = await browser.open(`/console/roles/${clerk}/review?add_parents=${auditor}&leave.${viewer}=on`);
  assert.deepEqual(boxes(review.html), [viewer, clerk, chief, auditor].sort());
  for (const kind of ["arrow", "arrow good", "arrow bad"]) {
    assert.equal(review.html.match(new RegExp(`class="${kind}"`, "g"))?.length, 1, kind);
  }
  assert.ok(!(await browser.open(`/console/roles/${auditor}`)).html.includes("<figure"));
});
