import type { Db } from "../../platform/db/db.ts";
import { consumeTicket, issueTicket, type Ticket } from "../tickets/tickets.ts";

/** What a user with a session is asked to sign for: to set up a passkey, or to prove that they are there. */
export type ChallengeKind = "passkey_setup" | "passkey_proof";

/** A challenge that waits for a signature, for five minutes. */
const ttlSeconds = 300;

/** Remembers what an authenticator is asked to sign, and returns the id of that. */
export async function issueChallenge(
  db: Db,
  kind: ChallengeKind,
  challenge: string,
  { params = {}, ...holder }: { userId: string; sessionId?: string; params?: Record<string, unknown> },
): Promise<string> {
  const ticket = await issueTicket(db, { kind, ttlSeconds, ...holder, params: { ...params, challenge } });
  return ticket!.id; // it replaces none
}

/**
 * The challenge with this id, which is used up by that, whatever comes of it. Undefined if it is unknown or was used,
 * has expired, or is not held.
 */
export async function takeChallenge(
  db: Db,
  kind: ChallengeKind,
  id: string,
  isHeld: (ticket: Ticket) => boolean,
): Promise<{ challenge: string; params: Record<string, unknown> } | undefined> {
  const ticket = await consumeTicket(db, kind, id);
  if (!ticket || !isHeld(ticket)) return undefined;
  return { challenge: String(ticket.params.challenge), params: ticket.params };
}
