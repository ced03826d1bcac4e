import type { AddressOf, MailedTickets, MailProof, Proven } from "../../credentials/tickets/mailed_tickets.ts";
import { findTicket, type TicketKind } from "../../credentials/tickets/tickets.ts";
import type { Database } from "../../platform/db/db.ts";
import type { Throttle } from "../../sessions/login/throttle.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { MailPurpose } from "../../vocabulary/secrets.ts";

/** The flows that go by mail, as metrics name them. */
export type MailFlow = "password_reset" | "email_verification" | "email_change" | "invitation";
export type MailFlowOutcome = "requested" | "completed" | "refused" | "rate_limited";
export type CountMailFlow = (flow: MailFlow, outcome: MailFlowOutcome) => void;

export type MailProofs = ReturnType<typeof createMailProofs>;

/** Judges the links and codes that come back, and limits who asks for mails. */
export function createMailProofs({ db, mailedTickets, throttle, countFlow }: {
  db: Database;
  mailedTickets: MailedTickets;
  throttle: Throttle;
  countFlow: CountMailFlow;
}) {
  return { admit, require, refused, completed };

  /** Counts a request for a mail to this canonical address. @throws {Problem} `rate_limited` */
  async function admit(flow: MailFlow, ip: string | null, address: string): Promise<void> {
    await limited(flow, () => throttle.takeMail(ip, address));
    countFlow(flow, "requested");
  }

  /**
   * The ticket that the link or the code proves, still to be consumed. After too many wrong codes of a ticket or an
   * account only links count, which looks like a wrong code, so that nobody learns who has an account. @throws
   * {Problem} `invalid_ticket`, alike for every reason
   */
  async function require(
    flow: MailFlow,
    kind: TicketKind,
    purposes: readonly MailPurpose[],
    proof: MailProof,
    addressOf: AddressOf,
  ): Promise<Proven> {
    const judge = () => mailedTickets.prove(db, kind, purposes, proof, addressOf);
    const proven = proof.kind === "link" ? await judge() : await counted(flow, kind, proof.id, judge);
    if (!proven) throw refused(flow);
    return proven;
  }

  /** Judges a code, unless its user has had too many wrong ones. */
  async function counted<T>(flow: MailFlow, kind: TicketKind, id: string, judge: () => Promise<T | undefined>) {
    const userId = (await findTicket(db, kind, id))?.user_id;
    if (!userId) return undefined;
    const taken = await limited(flow, () => throttle.takeMailCode(userId)).catch(undefinedIfLimited);
    return taken && await throttle.finishAttempt(taken, judge(), (found) => found !== undefined);
  }

  /** What a wrong, used or expired link or code is answered. */
  function refused(flow: MailFlow): Problem {
    countFlow(flow, "refused");
    return new Problem("invalid_ticket");
  }

  function completed(flow: MailFlow): void {
    countFlow(flow, "completed");
  }

  async function limited<T>(flow: MailFlow, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (isLimited(error)) countFlow(flow, "rate_limited");
      throw error;
    }
  }
}

function isLimited(error: unknown): boolean {
  return error instanceof Problem && error.code === "rate_limited";
}

function undefinedIfLimited(error: unknown): undefined {
  if (!isLimited(error)) throw error;
}

/** The address that a ticket was issued for. */
export const ticketAddress: AddressOf = ({ params }) => String(params.address);
