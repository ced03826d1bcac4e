import type { Actor, Client, Principal } from "../../vocabulary/actor.ts";
import { v7 as uuidv7 } from "uuid";
import { requireMay } from "../../access/authority/authority.ts";
import type { Grants } from "../../access/grants/grants.ts";
import { type PermissionEvaluator, userRole } from "../../access/roles/permission_evaluator.ts";
import { recordAudit } from "../../audit/events/audit.ts";
import type { Database, Tx } from "../../platform/db/db.ts";
import { lackedPermission } from "../../vocabulary/refusals/lacked_permission.ts";
import { onConstraint, Problem } from "../../vocabulary/problems.ts";
import type { PasswordPolicy } from "../../credentials/passwords/password_policy.ts";
import type { Passwords } from "../../credentials/passwords/passwords.ts";
import type { Taken, Throttle } from "../../sessions/login/throttle.ts";
import {
  identifierErrors,
  identifiersOf,
  namelessErrors,
  requireNoErrors,
  shownName,
} from "../../vocabulary/identifiers.ts";
import type { Mails } from "../../delivery/mail/mails.ts";
import type { OutboxRow } from "../../delivery/outbox/outbox.ts";
import { findByAddress } from "../addresses/address_store.ts";
import type { EmailVerifications } from "../addresses/email_verification.ts";
import type { ReservedUsernames } from "./reserved_usernames.ts";
import { type Person, personOf } from "../users/user_revision.ts";
import { findTaken, insertUser, type NewUser } from "../users/user_store.ts";

/** The names and the password of a new account. */
export type Registration = { username?: string | undefined; email?: string | undefined; password: string };

/** The new account, and the flow by whose code its address is confirmed, where it must be. */
export type Registered = { person: Person; flowId?: string };

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
  /** Whether an address must be confirmed before its owner can log in. Then no answer says that an address is taken. */
  mustConfirm: boolean;
  mails: Mails;
  emailVerifications: EmailVerifications;
  countRegistration: (outcome: "succeeded" | "taken" | "rate_limited") => void;
}

export interface CreationOptions {
  /** Where the roles are in the request. */
  pointer?: string;
  /** Who grants the roles, if not the actor. */
  authority?: Actor;
  details?: Record<string, unknown>;
  /** Runs first in the same transaction, and may refuse by throwing. */
  within?: (tx: Tx) => Promise<void>;
  /** Runs last in the same transaction. */
  completed?: (tx: Tx, id: string) => Promise<unknown>;
}

/** The constraints on unique names, and the problem of each. */
export const nameConflicts = { users_username_key: "username_taken", users_email_key: "email_taken" } as const;

/** Creates accounts. */
export function createRegistrations(deps: RegistrationsDeps) {
  const { db, passwords, evaluator, grants, policy, throttle, reservedUsernames, isOpen, mustConfirm } = deps;
  const { mails, emailVerifications, countRegistration } = deps;
  mails.prepareBy("registration_attempted", prepareAttempted);
  return { register, createAsAdministrator, create };

  /**
   * With `role` if the caller may grant it. The cheapest checks come first: a full hash queue, then the rate limit. In
   * `browser` a link that confirms the address ends nothing. @throws {Problem} `registration_closed`, `forbidden`,
   * `invalid_request`, `username_taken`, `email_taken`, `exclusion_violated`
   */
  async function register(
    { role, ...registration }: Registration & { role: string },
    caller: Principal | undefined,
    actor: Actor,
    browser?: string,
  ): Promise<Registered> {
    if (!isOpen) throw new Problem("registration_closed");
    if (role !== userRole && !(caller && await evaluator.holds(caller, "roles:grant"))) {
      const detail = `Granting the role ${JSON.stringify(role)} requires the permission roles:grant.`;
      throw lackedPermission("roles:grant", caller?.scopes, detail);
    }
    requireNoErrors(reservedUsernames.errors(registration.username));
    if (mustConfirm && registration.email === undefined) throw addressMissing();
    passwords.admit();
    const allowance = await takeAllowance(actor.client);
    const roles = [...new Set([userRole, role])];
    const created = mustConfirm
      ? createUnconfirmed(registration, roles, actor, browser)
      : create(registration, roles, actor).then((person) => ({ person }));
    return await throttle.finishAttempt(allowance, created, () => false);
  }

  /** If the address is taken, answer, statements and time are the same, and its owner gets a mail that says so. */
  async function createUnconfirmed(
    registration: Registration,
    granted: string[],
    actor: Actor,
    browser: string | undefined,
  ): Promise<Registered> {
    const { user, isEmailTaken } = await prepareUser(registration, { hidesTakenEmail: true });
    if (isEmailTaken) return await pretend(user, granted, actor);
    const address = user.email_canonical!;
    let flowId = "";
    const completed = async (tx: Tx) => void (flowId = await emailVerifications.write(tx, address, browser));
    try {
      const person = await store(user, granted, actor, { pointer: "#/role", completed });
      return { person, flowId };
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "email_taken") throw error;
      return await pretend(user, granted, actor);
    }
  }

  /** Does what {@link store} does and undoes it, so that it takes as long. No code counts in the flow it returns. */
  async function pretend(user: NewUser, granted: string[], actor: Actor): Promise<Registered> {
    const nobody = { username: user.id, username_canonical: user.id, email: null, email_canonical: null };
    const undone = new Error("undone");
    let person: Person | undefined;
    await db.transaction(async (tx) => {
      const stored = await insert(tx, { ...user, ...nobody }, granted, actor, { pointer: "#/role" });
      person = { ...stored, username: user.username, email: user.email };
      throw undone;
    }).catch((error) => {
      if (error !== undone) throw error;
    });
    await mails.write(db, "registration_attempted", { address: user.email_canonical });
    return { person: person!, flowId: uuidv7() };
  }

  async function prepareAttempted({ payload }: OutboxRow, tx: Tx) {
    const user = await findByAddress(tx, String(payload.address));
    return user && !user.disabled ? { to: user.email, name: shownName(user), values: {} } : undefined;
  }

  async function takeAllowance({ ip }: Client): Promise<Taken> {
    try {
      return await throttle.takeRegistration(ip);
    } catch (error) {
      if (error instanceof Problem && error.code === "rate_limited") countRegistration("rate_limited");
      throw error;
    }
  }

  /** Creates an account with the roles at `#/roles` of the request. @throws {Problem} as {@link register}. */
  async function createAsAdministrator(registration: Registration, granted: string[], actor: Actor): Promise<Person> {
    requireNoErrors(reservedUsernames.errors(registration.username));
    const within = (tx: Tx) => requireMay(tx, actor, "users:write");
    return await create(registration, granted, actor, { pointer: "#/roles", within });
  }

  /** Creates an account. Operators may use reserved usernames. @throws {Problem} as {@link register}. */
  async function create(registration: Registration, granted: string[], actor: Actor, options: CreationOptions = {}) {
    const { user } = await prepareUser(registration, { hidesTakenEmail: false });
    return await store(user, granted, actor, options);
  }

  async function store(user: NewUser, granted: string[], actor: Actor, options: CreationOptions): Promise<Person> {
    const person = await db.transaction((tx) => insert(tx, user, granted, actor, options)).catch((error) => {
      throw countTaken(onConstraint(error, nameConflicts));
    });
    countRegistration("succeeded");
    return person;
  }

  async function insert(
    tx: Tx,
    user: NewUser,
    granted: string[],
    actor: Actor,
    { pointer = "#/role", authority = actor, details = {}, within, completed }: CreationOptions,
  ): Promise<Person> {
    await within?.(tx);
    const created_at = (await insertUser(tx, user)).created_at.toISOString();
    await grants.grantAll(tx, user.id, granted, pointer, authority);
    const subject = { type: "user" as const, id: user.id };
    const names = { username: user.username, email: user.email };
    const fact = {
      action: "user.registered",
      ...actor,
      subject,
      details: { roles: granted, ...details },
      names,
    } as const;
    await recordAudit(tx, fact);
    await completed?.(tx, user.id);
    return personOf({ ...user, email_verified: false, created_at }, granted.toSorted());
  }

  /**
   * Validates the registration and hashes its password. Checks first that the names are free, since a hash is
   * expensive.
   */
  async function prepareUser(
    { password, ...wanted }: Registration,
    { hidesTakenEmail }: { hidesTakenEmail: boolean },
  ): Promise<{ user: NewUser; isEmailTaken: boolean }> {
    const names = { username: wanted.username ?? null, email: wanted.email ?? null };
    requireNoErrors([...identifierErrors(names), ...namelessErrors(names), ...await policy.errors(password, names)]);
    passwords.admit();
    const identifiers = identifiersOf(names);
    const { username_canonical, email_canonical } = identifiers;
    const { username_taken, email_taken } = await findTaken(db, username_canonical, email_canonical);
    if (username_taken) throw countTaken(new Problem("username_taken"));
    if (email_taken && !hidesTakenEmail) throw countTaken(new Problem("email_taken"));
    const password_hash = await passwords.hash(password);
    return { user: { id: uuidv7(), ...identifiers, password_hash }, isEmailTaken: email_taken };
  }

  function countTaken(error: unknown): unknown {
    if (error instanceof Problem && (error.code === "username_taken" || error.code === "email_taken")) {
      countRegistration("taken");
    }
    return error;
  }
}

function addressMissing(): Problem {
  const detail = "This server requires an e-mail address, which it confirms by mail.";
  return new Problem("invalid_request", { errors: [{ pointer: "#/email", code: "invalid_email", detail }] });
}
