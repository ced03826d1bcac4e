import { localActor } from "../vocabulary/actor.ts";
import { anyRevision } from "./grants/grants.ts";
import assert from "node:assert/strict";
import { hasAdministrator } from "./authority/administrators.ts";
import { whateverTheState } from "../platform/revision.ts";
import { onPostgres } from "../testing/database.ts";
import { type Init, type Sentinel, test } from "../testing/harness.ts";
import { newcomer as newUser } from "../testing/people/people.ts";
import { startReplicas } from "../testing/replicas.ts";
import { Unavailable } from "../platform/db/db_errors.ts";
import { Problem } from "../vocabulary/problems.ts";

// All work below is sent to all replicas at once.
const replicas = await startReplicas();
const [first] = replicas;
const { db } = first;

const rounds = onPostgres ? 100 : 3; // one connection has no races: only the rules are tested there
const actor = localActor;

/** A new user with these roles. */
const newcomer = async (...roles: string[]) => (await newUser(first, { roles })).id;

async function newRole(...permissions: string[]): Promise<string> {
  const name = `r${crypto.randomUUID()}`;
  await db.query("test", "insert into roles (name) values ($1)", [name]);
  await db.query("test", "insert into role_permissions select $1, unnest($2::text[])", [name, permissions]);
  return name;
}

/** The outcome of each: done, or the code of its problem. Any other failure fails the test. */
const atOnce = (...deeds: (() => Promise<unknown>)[]): Promise<string[]> =>
  Promise.all(deeds.map((work) => outcome(work)));

/** Repeats work that did not get its lock in time, as clients do after a 503, a limited number of times. */
async function outcome(work: () => Promise<unknown>, attempts = 10): Promise<string> {
  try {
    await work();
    return "done";
  } catch (error) {
    if (error instanceof Problem) return error.code;
    if (!(error instanceof Unavailable) || attempts === 1) throw error;
    return await outcome(work, attempts - 1);
  }
}

const rolesOf = async (id: string) =>
  (await db.query<{ role: string }>("test", "select role from grants where user_id = $1 order by role", [id]))
    .map(({ role }) => role);

test("T183 of two administrators who demote each other one remains", async () => {
  const [here, there] = replicas;
  await db.query("test", "delete from grants where role = 'admin'");
  for (let round = 0; round < rounds; round++) {
    const [ada, bob] = [await newcomer("admin"), await newcomer("admin")];
    const outcomes = await atOnce(
      () => here.grants.revoke(bob, "admin", anyRevision, { ...actor, actor_id: ada }),
      () => there.grants.revoke(ada, "admin", anyRevision, { ...actor, actor_id: bob }),
    );
    assert.equal(outcomes.filter((outcome) => outcome === "done").length, 1, outcomes.join());
    assert.ok(await hasAdministrator(db));
    await db.query("test", "delete from users where id in ($1, $2)", [ada, bob]);
  }
});

test("T184 simultaneous demotion, deletion, disabling and expiry leave one administrator", async () => {
  const [one, two, three] = replicas;
  await db.query("test", "delete from grants where role = 'admin'");
  for (let round = 0; round < rounds; round++) {
    const [ada, bob] = [await newcomer("admin"), await newcomer("admin")];
    const outcomes = await atOnce(
      () => one.grants.revoke(ada, "admin", anyRevision, actor),
      () => two.users.change(ada, { disabled: true }, whateverTheState, actor),
      () => three.users.remove(bob, whateverTheState, actor),
      () => one.grants.grant(bob, "admin", new Date(Date.now() + 60_000), anyRevision, actor),
    );
    assert.ok(outcomes.includes("last_admin"), outcomes.join());
    assert.ok(await hasAdministrator(db), outcomes.join());
    await db.query("test", "delete from users where id in ($1, $2)", [ada, bob]);
  }
});

test("T184 simultaneous changes of the role admin leave one administrator with every permission", async () => {
  const [one, two, three] = replicas;
  const heir = await newRole("users:read");
  for (let round = 0; round < rounds; round++) {
    await db.query("test", "delete from grants where role = 'admin'");
    const [ada, bob] = [await newcomer("admin"), await newcomer("admin")];
    const [demoted, removed, ...stripped] = await atOnce(
      () => one.grants.revoke(ada, "admin", anyRevision, actor),
      () => two.users.remove(bob, whateverTheState, { ...actor, actor_id: ada }),
      () =>
        three.roles.removePermission("admin", "roles:grant", whateverTheState, {
          ...actor,
          actor_id: bob,
        }),
      () => one.roles.addParent("admin", heir, whateverTheState, { ...actor, actor_id: bob }),
      () => two.roles.remove("admin", whateverTheState, { ...actor, actor_id: ada }),
    );
    assert.deepEqual(stripped, ["role_built_in", "role_built_in", "role_built_in"]);
    assert.match(`${demoted} ${removed}`, /^(?:done forbidden|last_admin done)$/);
    const [left, gone] = demoted === "done" ? [bob, ada] : [ada, bob];
    const friend = await newcomer();
    const grant = (actor_id: string) => () =>
      three.grants.grant(friend, "admin", null, anyRevision, { ...actor, actor_id });
    const refusal = demoted === "done" ? "forbidden" : "invalid_token"; // the deleted administrator's
    assert.deepEqual(await atOnce(grant(gone), grant(left)), [refusal, "done"]);
    await db.query("test", "delete from users where id in ($1, $2, $3)", [ada, bob, friend]);
  }
});

test("T186 a role that is deleted while it is granted leaves no grant", async () => {
  const [here, there] = replicas;
  const user = await newcomer("user");
  for (let round = 0; round < rounds; round++) {
    const role = await newRole();
    const [granted, deleted] = await atOnce(
      () => here.grants.grant(user, role, null, anyRevision, actor),
      () => there.roles.remove(role, whateverTheState, actor),
    );
    assert.equal(deleted, "done");
    assert.match(granted!, /^(?:done|not_found)$/);
    assert.deepEqual(await rolesOf(user), ["user"]);
  }
});

test(
  "T152 T154 a role that gains a permission while it is granted is granted only by an actor who holds it",
  async () => {
    const [here, there] = replicas;
    await first.permissionRegistry.register("vault:open", "", actor);
    const clerks = await newRole("roles:grant");
    for (let round = 0; round < rounds; round++) {
      const [clerk, role] = [await newcomer(clerks), await newRole()];
      const outcomes = await atOnce(
        () => here.grants.grant(clerk, role, null, anyRevision, { ...actor, actor_id: clerk }),
        () => there.roles.addPermission(role, "vault:open", whateverTheState, actor),
      );
      const order = await db.query<{ action: string }>(
        "test",
        `select action from audit_events where subject_id in ($1, $2) and action in ('role.granted', 'role.permission_added')
       order by occurred_at`,
        [clerk, role],
      );
      const actions = order.map(({ action }) => action);
      assert.equal(outcomes[1], "done");
      if (outcomes[0] === "done") assert.deepEqual(actions, ["role.granted", "role.permission_added"]);
      else assert.deepEqual([outcomes[0], actions], ["forbidden", ["role.permission_added"]]);
    }
  },
);

test("T152 an actor who loses a role while granting it granted it before, or not at all", async () => {
  const [here, there] = replicas;
  await first.permissionRegistry.register("safe:open", "", actor);
  const [clerks, keepers] = [await newRole("roles:grant"), await newRole("safe:open")];
  for (let round = 0; round < rounds; round++) {
    const [clerk, friend] = [await newcomer(clerks, keepers), await newcomer()];
    const outcomes = await atOnce(
      () => here.grants.grant(friend, keepers, null, anyRevision, { ...actor, actor_id: clerk }),
      () => there.grants.revoke(clerk, keepers, anyRevision, actor),
    );
    const order = await db.query<{ action: string }>(
      "test",
      "select action from audit_events where subject_id in ($1, $2) order by occurred_at",
      [clerk, friend],
    );
    const actions = order.map(({ action }) => action);
    if (outcomes[0] === "done") assert.deepEqual(actions, ["role.granted", "role.revoked"]);
    else assert.deepEqual([outcomes[0], actions], ["forbidden", ["role.revoked"]]);
  }
});

test("a role exclusion holds whatever roles are granted at the same time", async () => {
  const [one, two, three] = replicas;
  const [buyer, payer] = [await newRole(), await newRole()];
  await first.exclusions.create({ description: "", roles: [buyer, payer], at_most: 1 }, actor);
  for (let round = 0; round < rounds; round++) {
    const [user, heir] = [await newcomer(), await newRole()];
    await atOnce(
      () => one.grants.grant(user, buyer, null, anyRevision, actor),
      () => two.grants.grant(user, payer, null, anyRevision, actor),
      () => three.grants.grant(user, heir, null, anyRevision, actor),
      () => one.roles.addParent(heir, buyer, whateverTheState, actor),
      () => two.roles.addParent(heir, payer, whateverTheState, actor),
    );
    const graph = await three.roles.find(heir);
    const held = new Set((await rolesOf(user)).flatMap((role) => role === heir ? graph.parents : [role]));
    assert.ok(!(held.has(buyer) && held.has(payer)), [...held].join());
  }
});

test(
  "a role exclusion that is created while its roles are granted holds from then on, or is refused",
  async () => {
    const [one, two, three] = replicas;
    for (let round = 0; round < rounds; round++) {
      const [user, buyer, payer] = [await newcomer(), await newRole(), await newRole()];
      const outcomes = await atOnce(
        () => one.grants.grant(user, buyer, null, anyRevision, actor),
        () => two.exclusions.create({ description: "", roles: [buyer, payer], at_most: 1 }, actor),
        () => three.grants.grant(user, payer, null, anyRevision, actor),
      );
      const both = (await rolesOf(user)).length === 2;
      assert.equal(both, outcomes[1] === "exclusion_violated", outcomes.join());
    }
  },
);

test("T157 two roles that start to inherit from each other at the same time form no cycle", async () => {
  const [here, there] = replicas;
  for (let round = 0; round < rounds; round++) {
    const [one, other] = [await newRole(), await newRole()];
    const outcomes = await atOnce(
      () => here.roles.addParent(one, other, whateverTheState, actor),
      () => there.roles.addParent(other, one, whateverTheState, actor),
    );
    assert.deepEqual(outcomes.sort(), ["done", "invalid_request"]);
  }
});

test("T166 of two edits of a role with the same ETag the second is refused", async () => {
  const [here, there] = replicas;
  const role = await newRole();
  await here.grants.grant(await here.settled("ada"), "admin", null, anyRevision, actor);
  for (let round = 0; round < 20; round++) {
    const etag = (await here.fetch(`/roles/${role}`, {}, "ada")).headers.get("etag")!;
    const token = await here.tokenOf("ada");
    const headers = { "if-match": etag, authorization: `Bearer ${token}` };
    const edit = (at: Sentinel, description: string) =>
      at.fetch(`/roles/${role}`, { method: "PATCH", json: { description }, headers } satisfies Init);
    const answers = await Promise.all([edit(here, `one ${round}`), edit(there, `other ${round}`)]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 412]);
  }
});

test("T191 of two users who change to the same e-mail address at once one gets it", async () => {
  const [here, there] = replicas;
  for (let round = 0; round < rounds; round++) {
    const [ada, bob, email] = [await newcomer(), await newcomer(), `wanted-${round}@example.com`];
    const outcomes = await atOnce(
      () => here.users.change(ada, { email }, whateverTheState, actor),
      () => there.users.change(bob, { email: email.toUpperCase() }, whateverTheState, actor),
    );
    assert.deepEqual(outcomes.sort(), ["done", "email_taken"]);
  }
});
