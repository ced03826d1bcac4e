import { v7 as uuidv7 } from "uuid";
import type { LiveState, LiveUser } from "../access/live_state.ts";
import { type Roles, userRole } from "../access/roles.ts";
import { type Client, recordAudit } from "../audit/audit.ts";
import type { AuditAction } from "../events.ts";
import type { Database, Tx } from "../platform/db.ts";
import { type FieldError, onConstraint, Problem } from "../problems.ts";
import type { PasswordPolicy } from "../sessions/password_policy.ts";
import type { Passwords } from "../sessions/passwords.ts";
import type { Throttle } from "../sessions/throttle.ts";
import type { Endings } from "../sessions/endings.ts";
import { canonicalIdentifier, isEmail, isUsername } from "./identifiers.ts";
import {
  findTaken,
  findUserByName,
  insertUser,
  listUsers,
  lockUserByName,
  type NewUser,
  updateDisabled,
  updatePassword,
} from "./user_store.ts";

/** Who somebody wants to be. */
export type Registration = { username: string; email: string; password: string };

/** A person as the wire shows them. */
export type Person = { id: string; username: string; email: string; roles: string[]; created_at: string };

export type Users = ReturnType<typeof createUsers>;

export interface UsersDeps {
  db: Database;
  passwords: Passwords;
  roles: Roles;
  live: LiveState;
  endings: Endings;
  policy: PasswordPolicy;
  throttle: Throttle;
  counted: (outcome: "succeeded" | "taken" | "rate_limited") => void;
}

const taken = { users_username_key: "username_taken", users_email_key: "email_taken" } as const;

/** People: who there is, and what becomes of them. */
export function createUsers({ db, passwords, roles, live, endings, policy, throttle, counted }: UsersDeps) {
  return { register, create, setPassword, setDisabled, unlock, named, page };

  /**
   * Makes an account with the role `user`, or with another that the granter holds and may grant: self-service never
   * makes an administrator.
   *
   * @throws {Problem} `forbidden`, `invalid_request`, `username_taken`, `email_taken`.
   */
  async function register(
    { role, ...registration }: Registration & { role: string },
    granter: LiveUser | undefined,
    client: Client,
  ): Promise<Person> {
    if (role !== userRole) await roles.refuseUnlessMayGrant(granter, role);
    await admit(client);
    return await create(registration, [...new Set([userRole, role])], granter?.id ?? null, client);
  }

  async function admit({ ip }: Client): Promise<void> {
    try {
      await throttle.takeRegistration(ip);
    } catch (error) {
      if (error instanceof Problem && error.code === "rate_limited") counted("rate_limited");
      throw error;
    }
  }

  /** Makes an account with these roles; `within` may do more in the same transaction, or refuse by throwing. */
  async function create(
    registration: Registration,
    granted: string[],
    actor_id: string | null,
    client: Client,
    within: (tx: Tx) => Promise<void> = () => Promise.resolve(),
  ): Promise<Person> {
    const user = await newUser(registration);
    const created_at = await db.transaction(async (tx) => {
      await within(tx);
      const { created_at } = await insertUser(tx, user);
      await roles.grantAll(tx, user.id, granted);
      await recordAudit(tx, {
        action: "user.registered",
        actor_id,
        client,
        subject: { type: "user", id: user.id },
        details: { username: user.username, email: user.email, roles: granted },
      });
      return created_at;
    }).catch((error) => {
      throw countTaken(onConstraint(error, taken));
    });
    counted("succeeded");
    const { id, username, email } = user;
    return { id, username, email, roles: granted.toSorted(), created_at: created_at.toISOString() };
  }

  /** Proves the registration and hashes its password; whoever is taken already costs no hash. */
  async function newUser({ username, email, password }: Registration): Promise<NewUser> {
    const errors: FieldError[] = [
      ...refusal(isUsername(username), "username", "3 to 64 letters, digits, dots, underscores or hyphens."),
      ...refusal(isEmail(email), "email", "A mailbox address: one @, no quotes or comments, at most 254 characters."),
      ...await policy.errors(password, { username, email }),
    ];
    refuseIfAny(errors);
    passwords.admit();
    const username_canonical = canonicalIdentifier(username);
    const email_canonical = canonicalIdentifier(email);
    const { username_taken, email_taken } = await findTaken(db, username_canonical, email_canonical);
    if (username_taken || email_taken) throw countTaken(new Problem(username_taken ? "username_taken" : "email_taken"));
    const password_hash = await passwords.hash(password);
    return {
      id: uuidv7(),
      username,
      username_canonical,
      email: email.normalize("NFKC"),
      email_canonical,
      password_hash,
    };
  }

  /** Sets the password and ends every session. @throws {Problem} `not_found`, `invalid_request`. */
  async function setPassword(name: string, password: string, client: Client): Promise<void> {
    const user = await named(name);
    refuseIfAny(await policy.errors(password, user));
    const hash = await passwords.hash(password);
    await change(name, "user.password_changed", client, async (tx, { id }) => {
      await updatePassword(tx, id, hash);
      await endings.endAll(tx, id, { actor_id: null, client });
    });
  }

  /**
   * Disables the account and ends its sessions, or enables it again.
   *
   * @throws {Problem} `not_found`, and `last_admin` for the last active administrator.
   */
  async function setDisabled(name: string, disabled: boolean, client: Client): Promise<void> {
    await change(name, disabled ? "user.disabled" : "user.enabled", client, async (tx, { id }) => {
      await updateDisabled(tx, id, disabled);
      if (disabled) await endings.endAll(tx, id, { actor_id: null, client });
    });
  }

  async function change(
    name: string,
    action: AuditAction,
    client: Client,
    work: (tx: Tx, user: { id: string; disabled: boolean }) => Promise<void>,
  ): Promise<void> {
    const deed = async (tx: Tx) => {
      const user = await lockUserByName(tx, canonicalIdentifier(name));
      if (!user) throw noSuchUser();
      tx.afterwards(() => live.forgetUser(user.id));
      await work(tx, user);
      await recordAudit(tx, { action, actor_id: null, client, subject: { type: "user", id: user.id } });
    };
    await db.transaction((tx) => roles.keepAdministrator(tx, () => deed(tx)));
  }

  /** Lets everybody try to log in again at once. @throws {Problem} `not_found` */
  async function unlock(name: string): Promise<void> {
    await throttle.forgive((await named(name)).id);
  }

  /** The user whose username or e-mail address this is. @throws {Problem} `not_found` */
  async function named(name: string) {
    const user = await findUserByName(db, canonicalIdentifier(name));
    if (!user) throw noSuchUser();
    return user;
  }

  /** A page of users by name, after `after` (empty for the first). */
  function page(after: string, size: number) {
    return listUsers(db, after, size);
  }

  function countTaken(error: unknown): unknown {
    if (error instanceof Problem && (error.code === "username_taken" || error.code === "email_taken")) counted("taken");
    return error;
  }
}

function refusal(accepted: boolean, member: "username" | "email", detail: string): FieldError[] {
  return accepted ? [] : [{ pointer: `#/${member}`, code: `invalid_${member}`, detail }];
}

function refuseIfAny(errors: FieldError[]): void {
  if (errors.length > 0) throw new Problem("invalid_request", { errors });
}

const noSuchUser = () => new Problem("not_found", { detail: "There is no such user." });
