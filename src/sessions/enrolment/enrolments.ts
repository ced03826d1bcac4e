import type { AddedFactor, FactorAdditions } from "../../credentials/factors/factor_additions.ts";
import type { PasskeyAttestation, PasskeyCreationOptions, Passkeys } from "../../credentials/passkeys/passkeys.ts";
import {
  consumeTicket,
  findTicket,
  issueTicket,
  type Ticket,
  updateAttempts,
  updateTicket,
} from "../../credentials/tickets/tickets.ts";
import type { NewTotp, Totp } from "../../credentials/totp/totp.ts";
import type { Database, Tx } from "../../platform/db/db.ts";
import type { Client } from "../../vocabulary/actor.ts";
import { shownName } from "../../vocabulary/identifiers.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { LoginRow } from "../login/login_store.ts";
import type { Authenticated, SessionStart, Verified } from "../login/session_start.ts";
import type { Throttle } from "../login/throttle.ts";
import type { StepHolder } from "../second_step/second_steps.ts";
import { findNames } from "./enrolment_store.ts";

/** What came of a step of an enrolment. */
export type EnrolmentOutcome =
  | "begun"
  | "shown"
  | "enrolled"
  | "wrong_code"
  | "wrong_passkey"
  | "expired"
  | "rate_limited";

/** A sign-in that waits until its user has set up a second factor. */
export type Enrolment = { id: string };

/** What the proof of the new factor starts, and the recovery codes, which are shown once. */
export type Enrolled<Session> = { session: Session; recoveryCodes: string[] };

/** Starts the session of the user. Undefined if the account has changed since the password was verified. */
export type Complete<Session> = (tx: Tx, user: Verified, how: Authenticated) => Promise<Session | undefined>;

/** Whether this is the client that the enrolment belongs to. */
export type IsHeld = (ticket: Ticket) => boolean;

/** Seconds until the enrolment must be done: as long as a new app waits for its first code. */
export const enrolmentTtlSeconds = 600;

/** Secrets, challenges, codes and passkeys together until the login must begin anew. */
const attemptsMax = 10;

const byApp: Authenticated = { amr: ["pwd", "otp", "mfa"], aal: 2 };
const byPasskey = (uv: boolean): Authenticated => ({ amr: ["pwd", "pop", ...(uv ? ["user"] : []), "mfa"], aal: 2 });

const kind = "enrolment";

export type Enrolments = ReturnType<typeof createEnrolments>;

/**
 * The step of logins of users who must have a second factor and have none: they set one up, and only its proof starts
 * the session. A change of any credential ends the step, so a factor that was added meanwhile is asked for.
 */
export function createEnrolments({ db, totp, passkeys, factorAdditions, throttle, sessionStart, counted }: {
  db: Database;
  totp: Totp;
  passkeys: Passkeys;
  factorAdditions: FactorAdditions;
  throttle: Throttle;
  sessionStart: SessionStart;
  counted: (outcome: EnrolmentOutcome) => void;
}) {
  return { begin, find, showTotp, confirmTotp, askForPasskey, addPasskey };

  /** Undefined if the account has changed since the password was verified. */
  async function begin(user: LoginRow, id: string, holder: StepHolder): Promise<Enrolment | undefined> {
    return await sessionStart.inTurnOf(user.id, async (tx) => {
      if (!await sessionStart.isUnchanged(tx, user)) return undefined;
      const params = { known: user.known, fresh: user.fresh };
      await issueTicket(tx, { id, kind, ttlSeconds: enrolmentTtlSeconds, userId: user.id, params, ...holder });
      counted("begun");
      return { id };
    });
  }

  /** The enrolment, if this holder may do it. */
  async function find(id: string, isHeld: IsHeld): Promise<Enrolment | undefined> {
    const ticket = await findTicket(db, kind, id);
    return ticket && isHeld(ticket) ? { id } : undefined;
  }

  /**
   * Creates an authenticator app's secret, which is shown once. An earlier one of the user's that waits for its first
   * code, from this enrolment or begun elsewhere, counts no more.
   *
   * @throws {Problem} `login_expired`
   */
  async function showTotp(id: string, isHeld: IsHeld, name: string, client: Client): Promise<NewTotp> {
    const { user_id } = await heldTicket(id, isHeld);
    return await sessionStart.inTurnOf(user_id, async (tx) => {
      const { ticket, user } = await attemptIn(tx, id);
      const label = shownName(await findNames(tx, user.id));
      const created = await factorAdditions.enrolTotpIn(tx, { id: user.id, label }, name, actorOf(user, client));
      await updateTicket(tx, kind, id, { ...ticket, params: { ...ticket.params, factor: created.id } });
      counted("shown");
      return created;
    });
  }

  /**
   * Ends the enrolment with what `complete` starts for the user, whose app showed this first code.
   *
   * @throws {Problem} `invalid_factor`, `login_expired`, `no_enrolment`, `rate_limited`
   */
  async function confirmTotp<Session>(
    id: string,
    isHeld: IsHeld,
    code: string,
    client: Client,
    complete: Complete<Session>,
  ): Promise<Enrolled<Session>> {
    const { user_id } = await heldTicket(id, isHeld);
    const taken = await throttle.takeFactor(user_id).catch(countLimit);
    const judged = sessionStart.inTurnOf(user_id, (tx) => confirmIn(tx, id, code, client, complete));
    const enrolled = await throttle.finishAttempt(taken, judged, (enrolled) => enrolled !== undefined);
    counted(enrolled ? "enrolled" : "wrong_code");
    if (!enrolled) throw new Problem("invalid_factor");
    return enrolled;
  }

  /** Undefined for a wrong code, which the transaction counts. */
  async function confirmIn<Session>(
    tx: Tx,
    id: string,
    code: string,
    client: Client,
    complete: Complete<Session>,
  ): Promise<Enrolled<Session> | undefined> {
    const { ticket, user } = await attemptIn(tx, id);
    const factor = ticket.params.factor as string | undefined;
    if (factor === undefined) throw new Problem("no_enrolment");
    const name = await totp.confirmIn(tx, user.id, factor, code).catch(asNoEnrolment);
    if (name === undefined) return undefined;
    const added = { id: factor, kind: "totp", name } as const;
    return await endIn(tx, id, { user, added, how: byApp, client }, complete);
  }

  /**
   * What the browser is to create a passkey by. An earlier challenge of this enrolment counts no more.
   *
   * @throws {Problem} `login_expired`
   */
  async function askForPasskey(id: string, isHeld: IsHeld): Promise<PasskeyCreationOptions> {
    const { user_id } = await heldTicket(id, isHeld);
    return await sessionStart.inTurnOf(user_id, async (tx) => {
      const { ticket, user } = await attemptIn(tx, id);
      const label = shownName(await findNames(tx, user.id));
      const options = await passkeys.creationOptions(tx, { id: user.id, label, displayName: label });
      await updateTicket(tx, kind, id, { ...ticket, params: { ...ticket.params, challenge: options.challenge } });
      counted("shown");
      return options;
    });
  }

  /**
   * Ends the enrolment with what `complete` starts for the user, whose authenticator has created this passkey.
   *
   * @throws {Problem} `passkey_refused`, `passkey_taken`, `login_expired`
   */
  async function addPasskey<Session>(
    id: string,
    isHeld: IsHeld,
    { attestation: response, name }: { attestation: PasskeyAttestation; name?: string | undefined },
    client: Client,
    complete: Complete<Session>,
  ): Promise<Enrolled<Session>> {
    const { user_id } = await heldTicket(id, isHeld);
    // A transaction of its own: whatever the answer is worth, it is the only one to this challenge.
    const asked = await sessionStart.inTurnOf(user_id, async (tx) => {
      const { ticket, user } = await attemptIn(tx, id);
      const { challenge, ...params } = ticket.params;
      await updateTicket(tx, kind, id, { ...ticket, params });
      return challenge === undefined ? undefined : { user, challenge: String(challenge) };
    });
    if (!asked) throw refused(new Problem("passkey_refused", { detail: "This was not asked for, or was answered." }));
    const { user, challenge } = asked;
    const enrolled = await sessionStart.inTurnOf(user_id, async (tx) => {
      if (!await sessionStart.isUnchanged(tx, user)) throw expired();
      const { uv, ...made } = await passkeys.registerIn(tx, user.id, { response, name, challenge }).catch((error) => {
        throw refused(error);
      });
      const added = { ...made, kind: "passkey" } as const;
      return await endIn(tx, id, { user, added, how: byPasskey(uv), client }, complete);
    });
    counted("enrolled");
    return enrolled;
  }

  /** Ends the enrolment, whose factor is proved. */
  async function endIn<Session>(
    tx: Tx,
    id: string,
    { user, added, how, client }: { user: Verified; added: AddedFactor; how: Authenticated; client: Client },
    complete: Complete<Session>,
  ): Promise<Enrolled<Session>> {
    const session = await complete(tx, user, how);
    if (!session || !await consumeTicket(tx, kind, id)) throw expired();
    const recoveryCodes = await factorAdditions.addedIn(tx, user.id, added, true, actorOf(user, client));
    return { session, recoveryCodes: recoveryCodes! };
  }

  async function heldTicket(id: string, isHeld: IsHeld): Promise<{ user_id: string }> {
    const ticket = await findTicket(db, kind, id);
    if (!ticket?.user_id || !isHeld(ticket)) throw expired();
    return { user_id: ticket.user_id };
  }

  /** Locks the user, whose account must be unchanged since the password was verified, and counts the attempt. */
  async function attemptIn(tx: Tx, id: string): Promise<{ ticket: Ticket; user: Verified }> {
    const ticket = await updateAttempts(tx, kind, id, attemptsMax);
    if (!ticket) throw expired();
    const { user_id, credential_epoch, params: { known, fresh } } = ticket;
    const user: Verified = {
      id: user_id!,
      credential_epoch: credential_epoch!,
      known: known === true,
      fresh: fresh === true,
    };
    if (!await sessionStart.isUnchanged(tx, user)) throw expired();
    return { ticket, user };
  }

  function expired(): Problem {
    counted("expired");
    return new Problem("login_expired");
  }

  function refused(error: unknown): unknown {
    if (error instanceof Problem) counted("wrong_passkey");
    return error;
  }

  function countLimit(error: unknown): never {
    if (error instanceof Problem) counted("rate_limited");
    throw error;
  }
}

/** The secret was replaced by a later one, or is too old. */
function asNoEnrolment(error: unknown): never {
  throw error instanceof Problem && error.code === "not_found" ? new Problem("no_enrolment", { cause: error }) : error;
}

function actorOf({ id }: Verified, client: Client) {
  return { actor_id: id, client };
}
