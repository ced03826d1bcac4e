import { localActor } from "../vocabulary/actor.ts";
import { adminRole, userRole } from "../access/roles/permission_evaluator.ts";
import type { Services } from "../compose/services.ts";

/** Ada runs the place, Grace uses it, Nobody has an account and no role at all. */
export const people = {
  ada: { username: "ada", email: "ada@example.com", password: "analytical engine no 1" },
  grace: { username: "grace", email: "grace@example.com", password: "nanoseconds of wire" },
  nobody: { username: "nobody", email: "nobody@example.com", password: "odysseus in the cave" },
} as const;

export type PersonName = keyof typeof people;

const roles: Record<PersonName, string[]> = { ada: [userRole, adminRole], grace: [userRole], nobody: [] };

/** Makes the person's account and answers its id. */
export async function settle(name: PersonName, { registrations }: Services): Promise<string> {
  const { id } = await registrations.create(people[name], roles[name], localActor);
  return id;
}

/** Somebody whom nobody has heard of yet, with these roles and this hash, which by default no password matches. */
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
