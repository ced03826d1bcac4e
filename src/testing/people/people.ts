import { localActor } from "../../vocabulary/actor.ts";
import { adminRole, userRole } from "../../access/roles/permission_evaluator.ts";
import type { Services } from "../../compose/services.ts";
import type { Init, Sentinel } from "../harness.ts";

/** Ada is an administrator, Grace is a user, Nobody has an account without roles. */
export const people = {
  ada: { username: "ada", email: "ada@example.com", password: "analytical engine no 1" },
  grace: { username: "grace", email: "grace@example.com", password: "nanoseconds of wire" },
  nobody: { username: "nobody", email: "nobody@example.com", password: "odysseus in the cave" },
} as const;

export type PersonName = keyof typeof people;

const roles: Record<PersonName, string[]> = { ada: [userRole, adminRole], grace: [userRole], nobody: [] };

/** Creates the person's account and returns its id. */
export async function settle(name: PersonName, { registrations }: Services): Promise<string> {
  const { id } = await registrations.create(people[name], roles[name], localActor);
  return id;
}

/** Creates a new user with these roles and this hash, which matches no password by default. */
export async function newcomer(
  { db }: Pick<Services, "db">,
  { roles = [], hash = "*" }: { roles?: string[]; hash?: string } = {},
): Promise<{ id: string; username: string }> {
  const id = crypto.randomUUID();
  const username = `u${id}`;
  await db.query(
    "test",
    `insert into users (id, username, username_canonical, email, email_canonical, password_hash)
     values ($1, $2, $2, $2 || '@example.com', $2 || '@example.com', $3)`,
    [id, username, hash],
  );
  await db.query("test", "insert into grants (user_id, role) select $1, unnest($2::text[])", [id, roles]);
  return { id, username };
}

/** A new role, which gives these permissions and inherits from these roles. Returns its name. */
export async function createRole(
  { roles }: Pick<Services, "roles">,
  { permissions = [], parents = [] }: { permissions?: string[]; parents?: string[] } = {},
): Promise<string> {
  const name = `r${crypto.randomUUID()}`;
  await roles.create({ name, description: "", permissions, parents }, localActor);
  return name;
}

/**
 * A new user who holds `user` and these roles and has logged in: their id, their token, and what sends requests with
 * it.
 */
export async function loggedIn(sentinel: Sentinel, ...roles: string[]) {
  const username = `u${crypto.randomUUID()}`;
  const person = { username, email: `${username}@example.com`, password: `only ${username} knows` };
  const { id } = await sentinel.registrations.create(person, [userRole, ...roles], localActor);
  const { password } = person;
  const { access_token } = await (await sentinel.fetch("/login", { form: { username, password } })).json();
  return { id, token: access_token, call: callsWith(sentinel, access_token) };
}

/** What sends requests with this access token. */
export function callsWith(sentinel: Sentinel, token: string) {
  return (path: string, init: Init = {}): Promise<Response> =>
    sentinel.fetch(path, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } });
}

/** A service account with these roles. */
export async function newServiceAccount(
  { db }: Pick<Services, "db">,
  { roles = [] }: { roles?: string[] } = {},
): Promise<{ id: string; name: string }> {
  const id = crypto.randomUUID();
  const name = `s${id}`;
  await db.query(
    "test",
    "insert into users (id, kind, service_name, service_description) values ($1, 'service', $2, '')",
    [id, name],
  );
  await db.query("test", "insert into grants (user_id, role) select $1, unnest($2::text[])", [id, roles]);
  return { id, name };
}
