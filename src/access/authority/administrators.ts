import type { Db } from "../../platform/db/db.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { countAdministrators, lockAdministrators } from "./administrator_store.ts";

/** Refuses work that removes the last administrator. Such work runs one at a time. @throws {Problem} `last_admin` */
export async function keepAdministrator<T>(tx: Db, work: () => Promise<T>): Promise<T> {
  await lockAdministrators(tx);
  const before = await countAdministrators(tx);
  const result = await work();
  if (before > 0 && await countAdministrators(tx) === 0) throw new Problem("last_admin");
  return result;
}

/** Whether there is an active administrator. */
export async function hasAdministrator(db: Db): Promise<boolean> {
  return await countAdministrators(db) > 0;
}

/** Whether there is no active administrator. Until the transaction ends, other callers wait. */
export async function lacksAdministratorLocked(tx: Db): Promise<boolean> {
  await lockAdministrators(tx);
  return await countAdministrators(tx) === 0;
}
