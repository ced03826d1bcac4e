import type { Actor, Client, Principal } from "../../vocabulary/actor.ts";
import { v7 as uuidv7 } from "uuid";
import { requireMay } from "../../access/authority/authority.ts";
import type { Grants } from "../../access/grants/grants.ts";
import { type PermissionEvaluator, userRole } from "../../access/roles/permission_evaluator.ts";
import { recordAudit } from "../../audit/events/audit.ts";
import type { Database, Tx } from "../../platform/db/db.ts";
import { onConstraint, Problem } from "../../vocabulary/problems.ts";
import type { PasswordPolicy } from "../../credentials/passwords/password_policy.ts";
import type { Passwords } from "../../credentials/passwords/passwords.ts";
import type { Taken, Throttle } from "../../sessions/login/throttle.ts";
import { identifierErrors, identifiersOf, namelessErrors, requireNoErrors } from "../../vocabulary/identifiers.ts";
import type { ReservedUsernames } from "./reserved_usernames.ts";
import { type Person, personOf } from "../users/user_revision.ts";
import { findTaken, insertUser, type NewUser } from "../users/user_store.ts";

/** The names and the password of a new account. */
export type Registration = { username?: string | undefined; email?: string | undefined; password: string };

export type Registrations = ReturnType<typeof createRegistrations>;

export interface RegistrationsDeps {
  db: Database;
  passwords: Passwords;
  evaluator: PermissionEvaluator;
  grants: Grants;
  policy: PasswordPolicy;
  throttle: Throttle;
  reservedUsernames: ReservedUsernames;
  /** Whether {@link createRegistrations} `register` may create accounts. */
  isOpen: boolean;
  countRegistration: (outcome: "succeeded" | "taken" | "rate_limited") => void;
}

/** The constraints on unique names, and the problem of each. */
export const nameConflicts = { users_username_key: "username_taken", users_email_key: "email_taken" } as const;

/** Creates accounts. */
export function createRegistrations(
  { db, passwords, evaluator, grants, policy, throttle, reservedUsernames, isOpen, countRegistration }:
    RegistrationsDeps,
) {
  return { register, createAsAdministrator, create };

  /**
   * Creates an account with the role `user`, and with `role` if the caller may grant it. The cheapest checks come
   * first: a full hash queue, in memory, and then the rate limit. `caller` is undefined without credentials.
   *
   * @throws {Problem} `registration_closed`, `forbidden`, `invalid_request`, `username_taken`, `email_taken`,
   * `exclusion_violated`.
   */
  async function register(
    { role, ...registration }: Registration & { role: string },
    caller: Principal | undefined,
    actor: Actor,
  ): Promise<Person> {
    if (!isOpen) throw new Problem("registration_closed");
    if (role !== userRole && !(caller && await evaluator.holds(caller, "roles:grant"))) {
      const detail = `Granting the role ${JSON.stringify(role)} requires the permission roles:grant.`;
      throw new Problem("forbidden", { detail });
    }
    requireNoErrors(reservedUsernames.errors(registration.username));
    passwords.admit();
    const allowance = await takeAllowance(actor.client);
    const created = create(registration, [...new Set([userRole, role])], actor);
    return await throttle.finishAttempt(allowance, created, () => false);
  }

  async function takeAllowance({ ip }: Client): Promise<Taken> {
    try {
      return await throttle.takeRegistration(ip);
    } catch (error) {
      if (error instanceof Problem && error.code === "rate_limited") countRegistration("rate_limited");
      throw error;
    }
  }

  /**
   * Creates an account for another user, with the roles at `#/roles` of the request.
   *
   * @throws {Problem} as {@link register}.
   */
  async function createAsAdministrator(registration: Registration, granted: string[], actor: Actor): Promise<Person> {
    requireNoErrors(reservedUsernames.errors(registration.username));
    const within = (tx: Tx) => requireMay(tx, actor, "users:write");
    return await create(registration, granted, actor, { pointer: "#/roles", within });
  }

  /**
   * Creates an account with these roles; `pointer` says where they are in the request. `within` runs in the same
   * transaction and may refuse by throwing. Operators may use reserved usernames.
   *
   * @throws {Problem} as {@link register}.
   */
  async function create(
    registration: Registration,
    granted: string[],
    actor: Actor,
    { pointer = "#/role", within }: { pointer?: string; within?: (tx: Tx) => Promise<void> } = {},
  ): Promise<Person> {
    const user = await prepareUser(registration);
    const created_at = await db.transaction(async (tx) => {
      await within?.(tx);
      const { created_at } = await insertUser(tx, user);
      await grants.grantAll(tx, user.id, granted, pointer, actor);
      const subject = { type: "user" as const, id: user.id };
      const names = { username: user.username, email: user.email };
      await recordAudit(tx, { action: "user.registered", ...actor, subject, details: { roles: granted }, names });
      return created_at;
    }).catch((error) => {
      throw countTaken(onConstraint(error, nameConflicts));
    });
    countRegistration("succeeded");
    return personOf({ ...user, email_verified: false, created_at: created_at.toISOString() }, granted.toSorted());
  }

  /** Validates the registration and hashes its password. Checks first that the names are free, since a hash is expensive. */
  async function prepareUser({ password, ...wanted }: Registration): Promise<NewUser> {
    const names = { username: wanted.username ?? null, email: wanted.email ?? null };
    requireNoErrors([...identifierErrors(names), ...namelessErrors(names), ...await policy.errors(password, names)]);
    passwords.admit();
    const identifiers = identifiersOf(names);
    const { username_canonical, email_canonical } = identifiers;
    const { username_taken, email_taken } = await findTaken(db, username_canonical, email_canonical);
    if (username_taken || email_taken) throw countTaken(new Problem(username_taken ? "username_taken" : "email_taken"));
    const password_hash = await passwords.hash(password);
    return { id: uuidv7(), ...identifiers, password_hash };
  }

  function countTaken(error: unknown): unknown {
    if (error instanceof Problem && (error.code === "username_taken" || error.code === "email_taken")) {
      countRegistration("taken");
    }
    return error;
  }
}
