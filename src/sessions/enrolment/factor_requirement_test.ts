import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { newApp } from "../../testing/factors/factors.ts";
import { loginOf } from "../../testing/factors/two_step_users.ts";
import { whateverTheState } from "../../platform/revision.ts";
import { anyRevision } from "../../access/grants/grants.ts";
import { localActor } from "../../vocabulary/actor.ts";
import type { Instruments } from "../../vocabulary/dictionary.ts";
import { createFactorCount } from "./factor_count.ts";
import { createFactorRequirement, type FactorPolicy } from "./factor_requirement.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db, evaluator, roles, grants } = sentinel;

async function newPerson(...held: string[]) {
  const [username, password] = [`u${crypto.randomUUID()}`, `words ${crypto.randomUUID()}`];
  const { id } = await sentinel.registrations.create({ username, password }, ["user", ...held], localActor);
  return { id, username, password };
}

async function newRole(role: { mfa_required?: boolean; permissions?: string[]; parents?: string[] } = {}) {
  const name = `r${crypto.randomUUID()}`;
  await roles.create({ name, description: "", permissions: [], parents: [], ...role }, localActor);
  return name;
}

async function requiredOf(policy: FactorPolicy, ...ids: string[]): Promise<boolean[]> {
  const requirement = createFactorRequirement({ db, evaluator, policy });
  return await Promise.all(ids.map(requirement.isRequiredOf));
}

test("SENTINEL_MFA says who must have a factor: nobody, who holds everything, or everyone", async () => {
  const [admin, user] = [await newPerson("admin"), await newPerson()];
  assert.deepEqual(await requiredOf("optional", admin.id, user.id), [false, false]);
  assert.deepEqual(await requiredOf("admins", admin.id, user.id), [true, false]);
  assert.deepEqual(await requiredOf("required", admin.id, user.id), [true, true]);
});

test("whoever holds a role that gives every permission is an administrator, by whatever name", async () => {
  const everything = [...(await evaluator.graph()).registered];
  const all = await newRole({ permissions: everything });
  const heir = await newRole({ parents: [all] });
  const most = await newRole({ permissions: everything.slice(1) });
  const people = [await newPerson(all), await newPerson(heir), await newPerson(most)];
  assert.deepEqual(await requiredOf("admins", ...people.map(({ id }) => id)), [true, true, false]);
});

test("a role requires a factor of its holders, and of those who inherit from it, while the grant is active", async () => {
  const role = await newRole({ mfa_required: true });
  const heir = await newRole({ parents: [await newRole({ parents: [role] })] });
  const [holder, heirs, former, other] = [
    await newPerson(role),
    await newPerson(heir),
    await newPerson(),
    await newPerson(),
  ];
  await grants.grant(former.id, role, new Date(Date.now() + 60_000), anyRevision, localActor);
  assert.deepEqual(await requiredOf("optional", holder.id, heirs.id, former.id, other.id), [true, true, true, false]);
  await db.query(
    "test",
    "update grants set expires_at = now() - interval '1 second' where user_id = $1 and role = $2",
    [
      former.id,
      role,
    ],
  );
  assert.deepEqual(await requiredOf("optional", former.id), [false]);
});

test("a flag that is set later counts from the next login on, and sessions of before stay", async () => {
  const role = await newRole();
  const person = await newPerson(role);
  const { access_token, refresh_token } = await (await loginOf(sentinel, person)).json();
  await roles.change(role, { mfa_required: true }, whateverTheState, localActor);
  const asPerson = (token: string) => sentinel.fetch("/users/me", { headers: { authorization: `Bearer ${token}` } });
  assert.equal((await asPerson(access_token)).status, 200);
  const refreshed = await sentinel.fetch("/oauth/token", { form: { grant_type: "refresh_token", refresh_token } });
  assert.equal(refreshed.status, 200);
  const next = await loginOf(sentinel, person);
  assert.deepEqual([next.status, (await next.json()).enrolment], [403, true]);
  await roles.change(role, { mfa_required: false }, whateverTheState, localActor);
  assert.equal((await loginOf(sentinel, person)).status, 200);
});

test("a wrong password does not tell whether a factor is required", async () => {
  const person = await newPerson(await newRole({ mfa_required: true }));
  const refused = await loginOf(sentinel, { ...person, password: "another" });
  assert.deepEqual([refused.status, (await refused.json()).type], [401, "/problems/invalid_credentials"]);
});

test("the metrics say how many have a factor, and how many must have one and have none", async () => {
  const role = await newRole({ mfa_required: true });
  const heir = await newRole({ parents: [role] });
  const counts = async () => {
    await sentinel.factorCount.take();
    const metrics = await (await sentinel.fetch("/metrics")).text();
    const of = (state: string) =>
      Number(new RegExp(`sentinel_factor_users\\{state="${state}"\\} (\\d+)`).exec(metrics)![1]);
    return { enrolled: of("enrolled"), missing: of("missing") };
  };
  const before = await counts();
  const [one, other] = [await newPerson(role), await newPerson(heir, role)];
  const disabled = await newPerson(role);
  await sentinel.users.setDisabled(disabled.username, true);
  assert.deepEqual(await counts(), { ...before, missing: before.missing + 2 });
  await newApp(sentinel, one.id);
  assert.deepEqual(await counts(), { enrolled: before.enrolled + 1, missing: before.missing + 1 });
  await newApp(sentinel, other.id);
  await newApp(sentinel, other.id, "tablet");
  assert.deepEqual(await counts(), { enrolled: before.enrolled + 2, missing: before.missing });
  const inBatches: Record<string, number> = {};
  const gauge = { with: ({ state }: { state: string }) => ({ set: (count: number) => inBatches[state] = count }) };
  await createFactorCount({
    db,
    factorRequirement: sentinel.factorRequirement,
    gauge: gauge as unknown as Instruments["sentinel_factor_users"],
    batchSize: 2,
  }).take();
  assert.deepEqual(inBatches, await counts(), "in batches of any size");
});
