import { localActor } from "../vocabulary/actor.ts";
import assert from "node:assert/strict";
import { createReservedUsernames } from "../accounts/registration/reserved_usernames.ts";
import { whateverTheState } from "../platform/revision.ts";
import { until } from "../testing/servers/process.ts";
import { startSentinel, test } from "../testing/harness.ts";
import type { Finding } from "./import_report.ts";
import { createUserImport } from "./user_import.ts";
import type { Arrival } from "./sources/arrival.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const { db, roles } = sentinel;
const actor = localActor;
const deps = { db, hashing: sentinel.hashing, monotonic: sentinel.monotonic, hashMsMax: 60_000 };
const bcrypt = "$2b$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e";

async function newRole(): Promise<string> {
  const name = `r${crypto.randomUUID()}`;
  await roles.create({ name, description: "", permissions: [], parents: [] }, actor);
  return name;
}

function arrival(username: string, roles: string[]): Arrival {
  return { at: username, username, email: `${username}@example.com`, password_hash: bcrypt, roles, disabled: false };
}

/** Imports a first batch, runs `meanwhile`, and imports one more user. Returns that user's roles and findings. */
async function lastOf(name: string, roles: string[], meanwhile: () => Promise<void>) {
  async function* people() {
    for (let n = 0; n < 500; n++) yield arrival(`${name}${n}`, roles);
    const first = "select from users where username = $1";
    await until("the batch is imported", async () => (await db.query("test", first, [`${name}0`])).length > 0);
    await meanwhile();
    yield arrival(name, roles);
  }
  const found: Finding[] = [];
  const { importUsers } = createUserImport({ ...deps, reservedUsernames: createReservedUsernames([]) });
  const tally = await importUsers(people(), {
    dryRun: false,
    privilegedRoles: false,
    found: (each) => found.push(each),
  });
  const [row] = await db.query<{ roles: string[] }>(
    "test",
    "select array(select role from grants where user_id = u.id order by role) as roles from users u where username = $1",
    [name],
  );
  return { roles: row?.roles, codes: found.map(({ at, code }) => [at, code]), tally };
}

test("X72 a role that becomes privileged during an import is not granted from then on", async () => {
  const role = await newRole();
  const { roles: held, codes, tally } = await lastOf(
    "promoted",
    [role],
    () => roles.addPermission(role, "users:write", whateverTheState, actor),
  );
  assert.deepEqual(held, ["user"]);
  assert.deepEqual(codes, [["promoted", "privileged_role"]]);
  assert.deepEqual(tally.privileged, [{ at: "promoted", name: "promoted", roles: [role] }]);
  assert.equal(tally.imported, 501);
});

test("X72 a role that becomes privileged by inheritance during an import is not granted from then on", async () => {
  const [role, parent] = [await newRole(), await newRole()];
  await roles.addPermission(parent, "roles:grant", whateverTheState, actor);
  const { roles: held } = await lastOf(
    "heir",
    [role],
    () => roles.addParent(role, parent, whateverTheState, actor),
  );
  assert.deepEqual(held, ["user"]);
});

test("a role that is deleted during an import is unknown from then on, and the import continues", async () => {
  const role = await newRole();
  const { roles: held, codes } = await lastOf(
    "orphan",
    [role],
    () => roles.remove(role, whateverTheState, actor),
  );
  assert.deepEqual(held, ["user"]);
  assert.deepEqual(codes, [["orphan", "unknown_role"]]);
});

/** The findings and the result of importing these users. */
async function imported(...people: Arrival[]) {
  async function* each() {
    yield* people;
  }
  const found: Finding[] = [];
  const { importUsers } = createUserImport({ ...deps, reservedUsernames: createReservedUsernames(["owner"]) });
  const tally = await importUsers(each(), { dryRun: false, privilegedRoles: true, found: (one) => found.push(one) });
  return { tally, codes: found.map(({ at, code }) => [at, code]) };
}

test("X11 reserved usernames, and similar ones, are not imported", async () => {
  const { tally, codes } = await imported(arrival("Owner", []), arrival("0wner", []), arrival("owners", []));
  assert.deepEqual(codes, [["Owner", "reserved_username"], ["0wner", "reserved_username"]]);
  assert.deepEqual([tally.imported, tally.skipped], [1, 2]);
});

test("X72 an account whose privileged role is refused because of an exclusion is not listed as privileged", async () => {
  const [role, other] = [await newRole(), await newRole()];
  await roles.addPermission(role, "users:write", whateverTheState, actor);
  await sentinel.exclusions.create({ description: "", roles: [role, other], at_most: 1 }, actor);
  const { tally, codes } = await imported(arrival("torn", [role, other]), arrival("whole", [role]));
  assert.deepEqual(codes, [["torn", "excluded_roles"]]);
  assert.deepEqual(tally.privileged, [{ at: "whole", name: "whole", roles: [role] }]);
});

test("people by a username or an address alone are imported once, and without either not at all", async () => {
  const rows = [
    { ...arrival("solo", []), email: null },
    { ...arrival("posted", []), username: null },
    { ...arrival("neither", []), username: null, email: null },
    { ...arrival("again", []), at: "again", username: null, email: "POSTED@example.com" },
    { ...arrival("two", []) },
  ];
  const first = await imported(...rows);
  assert.deepEqual(first.codes, [["neither", "nameless"], ["again", "repeated"]]);
  assert.equal(first.tally.imported, 3);
  const second = await imported(...rows.slice(0, 2), { ...arrival("two", []), email: null });
  assert.deepEqual(second.codes, [["two", "username_taken"]]);
  assert.deepEqual([second.tally.imported, second.tally.unchanged], [0, 2]);
  const third = await imported({ ...arrival("two", []), username: null }, { ...arrival("x", []), username: "posted" });
  assert.deepEqual(third.codes, [["two", "email_taken"]]);
  assert.equal(third.tally.imported, 1);
});
