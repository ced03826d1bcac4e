import {
  consumeTicket,
  findTicket,
  issueTicket,
  type Ticket,
  updateAttempts,
} from "../../credentials/tickets/tickets.ts";
import type { FactorProof, Factors } from "../../credentials/factors/factors.ts";
import { newChallenge, type PasskeyRequestOptions, type Passkeys } from "../../credentials/passkeys/passkeys.ts";
import type { Database, Db, Tx } from "../../platform/db/db.ts";
import type { Client, FactorKind } from "../../vocabulary/actor.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { LoginRow } from "../login/login_store.ts";
import type { Authenticated, SessionStart, Verified } from "../login/session_start.ts";
import type { Throttle } from "../login/throttle.ts";

/** What came of a second step. */
export type SecondStepOutcome = "passed" | "wrong_factor" | "expired" | "rate_limited";

/** Who may pass the step: the holder of this secret, or of this browser. */
export type StepHolder = { secret: string } | { browser: string };

/** A step that waits for a factor. `passkeyOptions`: what a passkey is asked, of a user who has one that works here. */
export type SecondStep = { id: string; factors: FactorKind[]; passkeyOptions?: PasskeyRequestOptions | undefined };

/** What a ticket holds of the first step. `challenge`: for a passkey, of a user who has one. */
type StepParams = { factors: FactorKind[]; challenge?: string };

/** Seconds until the step must be passed. */
export const stepTtlSeconds = 300;

/** Wrong proofs until the login must begin anew. */
const attemptsMax = 5;

const kind = "login";

export type SecondSteps = ReturnType<typeof createSecondSteps>;

/**
 * The second step of logins of users with a second factor. A ticket holds what was passed until then; nothing else of
 * a session exists before the factor is proved. A change of any credential ends the ticket.
 */
export function createSecondSteps({ db, factors, passkeys, throttle, sessionStart, counted }: {
  db: Database;
  factors: Factors;
  passkeys: Passkeys;
  throttle: Throttle;
  sessionStart: SessionStart;
  counted: (outcome: SecondStepOutcome) => void;
}) {
  return { begin, find, pass };

  /** Undefined if the account has changed since the password was verified. */
  async function begin(user: LoginRow, id: string, holder: StepHolder): Promise<SecondStep | undefined> {
    return await sessionStart.inTurnOf(user.id, async (tx) => {
      if (!await sessionStart.isUnchanged(tx, user)) return undefined;
      const { known, fresh, factors } = user;
      const challenge = factors.includes("passkey") ? newChallenge() : undefined;
      const params = { known, fresh, factors, ...(challenge && { challenge }) };
      await issueTicket(tx, { id, kind, ttlSeconds: stepTtlSeconds, userId: user.id, params, ...holder });
      return { id, factors, passkeyOptions: await optionsOf(tx, user.id, challenge) };
    });
  }

  /** The step, if this holder may pass it. */
  async function find(id: string, isHeld: (ticket: Ticket) => boolean): Promise<SecondStep | undefined> {
    const ticket = await findTicket(db, kind, id);
    if (!ticket?.user_id || !isHeld(ticket)) return undefined;
    const { factors, challenge } = ticket.params as StepParams;
    return { id, factors, passkeyOptions: await optionsOf(db, ticket.user_id, challenge) };
  }

  /** Undefined of a user without a passkey that works here. */
  async function optionsOf(db: Db, userId: string, challenge: string | undefined) {
    const allowed = challenge === undefined ? [] : await passkeys.descriptorsOf(db, userId);
    return allowed.length > 0 ? passkeys.requestOptions(challenge, allowed) : undefined;
  }

  /**
   * Ends the step with what `complete` starts for the user who proved the factor.
   *
   * @throws {Problem} `invalid_factor`, `login_expired`, `rate_limited`
   */
  async function pass<Session>(
    id: string,
    isHeld: (ticket: Ticket) => boolean,
    proof: FactorProof,
    client: Client,
    complete: (tx: Tx, user: Verified, how: Authenticated) => Promise<Session | undefined>,
  ): Promise<Session> {
    const found = await findTicket(db, kind, id);
    if (!found?.user_id || !isHeld(found)) throw refusal("expired", "login_expired");
    const taken = await throttle.takeFactor(found.user_id).catch(countLimit);
    const judged = async () => {
      const ticket = await updateAttempts(db, kind, id, attemptsMax);
      if (!ticket) throw refusal("expired", "login_expired");
      return await sessionStart.inTurnOf(found.user_id!, (tx) => proveIn(tx, ticket, proof, client, complete));
    };
    const session = await throttle.finishAttempt(taken, judged(), (session) => session !== undefined);
    if (session === undefined) throw refusal("wrong_factor", "invalid_factor");
    counted("passed");
    return session;
  }

  /** Undefined for a wrong proof, which the transaction counts. */
  async function proveIn<Session>(
    tx: Tx,
    { id, user_id, credential_epoch, params }: Ticket,
    proof: FactorProof,
    client: Client,
    complete: (tx: Tx, user: Verified, how: Authenticated) => Promise<Session | undefined>,
  ): Promise<Session | undefined> {
    const user: Verified = {
      id: user_id!,
      credential_epoch: credential_epoch!,
      known: params.known === true,
      fresh: params.fresh === true,
    };
    if (!await sessionStart.isUnchanged(tx, user)) throw refusal("expired", "login_expired");
    const proved = await factors.verifyIn(tx, user.id, proof, client, (params as StepParams).challenge);
    if (!proved) return undefined;
    const session = await complete(tx, user, { amr: ["pwd", ...proved.amr, "mfa"], aal: 2 });
    if (!session || !await consumeTicket(tx, kind, id)) throw refusal("expired", "login_expired");
    return session;
  }

  function refusal(outcome: SecondStepOutcome, code: "invalid_factor" | "login_expired"): Problem {
    counted(outcome);
    return new Problem(code);
  }

  function countLimit(error: unknown): never {
    if (error instanceof Problem) counted("rate_limited");
    throw error;
  }
}
