import { localActor } from "../../vocabulary/actor.ts";
import { randomBytes } from "node:crypto";
import { hasAdministrator, lacksAdministratorLocked } from "../../access/authority/administrators.ts";
import { adminRole, userRole } from "../../access/roles/permission_evaluator.ts";
import type { Db, Tx } from "../../platform/db/db.ts";
import { updateEmailVerified } from "../users/user_store.ts";
import type { Registration, Registrations } from "./registrations.ts";

/** Thrown inside the transaction to roll it back: there is an administrator already. */
class AlreadyThere extends Error {}

/**
 * Creates the first administrator unless there is an active one; returns whether it did. @throws {Problem} as {@link
 * Registrations} `create` does.
 */
export async function createFirstAdmin(
  registration: Registration,
  { registrations, db }: { registrations: Registrations; db: Db },
): Promise<boolean> {
  const onlyFirst = async (tx: Tx) => {
    if (!await lacksAdministratorLocked(tx)) throw new AlreadyThere();
  };
  try {
    await registrations.create(registration, [userRole, adminRole], localActor, {
      within: onlyFirst,
      completed: updateEmailVerified, // the operator vouches for the address
    });
    return true;
  } catch (error) {
    if (error instanceof AlreadyThere || await hasAdministrator(db)) return false; // then the failure does not matter
    throw error;
  }
}

/** The first administrator without settings, with a password of 120 bits that is shown once, on the terminal. */
export function oneTimeAdmin(): Registration {
  return { username: "admin", email: "admin@sentinel.localhost", password: randomBytes(15).toString("base64url") };
}
