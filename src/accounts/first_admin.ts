import { randomBytes } from "node:crypto";
import { adminRole, type Roles, userRole } from "../access/roles.ts";
import { localClient } from "../audit/audit.ts";
import type { Tx } from "../platform/db.ts";
import type { Registration, Users } from "./users.ts";

/** Thrown inside the transaction to undo it: somebody is in charge already. */
class AlreadyThere extends Error {}

/**
 * Makes the administrator that an installation begins with, unless there is an active one. Answers whether it did.
 *
 * @throws {Problem} as {@link Users} `create` does, for instance when somebody else has the name.
 */
export async function createFirstAdmin(
  registration: Registration,
  { users, roles }: { users: Users; roles: Roles },
): Promise<boolean> {
  const onlyFirst = async (tx: Tx) => {
    if (!await roles.lockedWithoutAdministrator(tx)) throw new AlreadyThere();
  };
  try {
    await users.create(registration, [userRole, adminRole], null, localClient, onlyFirst);
    return true;
  } catch (error) {
    if (error instanceof AlreadyThere || await roles.hasAdministrator()) return false; // then nothing else counts
    throw error;
  }
}

/** For a first start without settings: shown once, on the terminal only. 120 bits. */
export function oneTimeAdmin(): Registration {
  return { username: "admin", email: "admin@sentinel.localhost", password: randomBytes(15).toString("base64url") };
}
