import { v7 as uuidv7 } from "uuid";
import { lockUser } from "../../access/authority/authority.ts";
import type { PrincipalCache } from "../../access/principals/principal_cache.ts";
import type { MailedTickets, MailProof } from "../../credentials/tickets/mailed_tickets.ts";
import { consumeTicket, findTicket, hashOfBrowser, issueTicket } from "../../credentials/tickets/tickets.ts";
import type { Letter, Mails } from "../../delivery/mail/mails.ts";
import type { OutboxRow } from "../../delivery/outbox/outbox.ts";
import type { Database, Db, Tx } from "../../platform/db/db.ts";
import type { Client } from "../../vocabulary/actor.ts";
import { canonicalIdentifier, identifierErrors, requireNoErrors, shownName } from "../../vocabulary/identifiers.ts";
import type { ResetTickets } from "../recovery/reset_tickets.ts";
import { findAddress, findByAddress } from "./address_store.ts";
import type { FirstProof } from "./first_proof.ts";
import { type MailProofs, ticketAddress } from "./mail_proof.ts";

export type EmailVerifications = ReturnType<typeof createEmailVerifications>;

const flow = "email_verification";

/** How long a link to confirm an address works. */
export const verificationSeconds = 24 * 60 * 60;

export interface EmailVerificationsDeps {
  db: Database;
  principals: PrincipalCache;
  mails: Mails;
  mailedTickets: MailedTickets;
  mailProofs: MailProofs;
  firstProof: FirstProof;
  resetTickets: ResetTickets;
  publicUrl: string;
}

/** Lets users prove that the mailbox of their account is theirs. */
export function createEmailVerifications(
  { db, principals, mails, mailedTickets, mailProofs, firstProof, resetTickets, publicUrl }: EmailVerificationsDeps,
) {
  mails.prepareBy(flow, prepare);
  return { request, write, complete };

  /**
   * Asks for a mail without telling whether anyone has the address: that is looked up when the mail is sent. Returns
   * the id of the flow, for its code. @throws {Problem} `invalid_request`, `rate_limited`
   */
  async function request(email: string, browser: string | undefined, client: Client): Promise<string> {
    requireNoErrors(identifierErrors({ email }));
    const address = canonicalIdentifier(email);
    await mailProofs.admit(flow, client.ip, address);
    return await write(db, address, browser);
  }

  /** Writes the mail to this canonical address, in the transaction of a registration. */
  async function write(tx: Db, address: string, browser: string | undefined): Promise<string> {
    const id = uuidv7();
    const browser_hash = browser === undefined ? null : hashOfBrowser(browser).toHex();
    await mails.write(tx, flow, { address, browser_hash }, id);
    return id;
  }

  /**
   * Notes that the address was proved. The first proof from another browser ends everything older on the account, its
   * password too, and returns a ticket for a new one. @throws {Problem} `invalid_ticket`, `rate_limited`
   */
  async function complete(proof: MailProof, client: Client): Promise<{ reset_ticket: string | null }> {
    const { ticket, isSameBrowser } = await mailProofs.require(flow, flow, [flow], proof, ticketAddress);
    const id = ticket.user_id!;
    const actor = { actor_id: id, client };
    const reset_ticket = await db.transaction(async (tx) => {
      tx.afterwards(() => principals.forgetUser(id));
      await lockUser(tx, id, actor);
      const user = await findAddress(tx, id);
      if (!user || !await consumeTicket(tx, flow, ticket.id)) throw mailProofs.refused(flow);
      const isReclaimed = await firstProof.note(tx, user, isSameBrowser, actor);
      return isReclaimed ? await resetTickets.issue(tx, user) : null;
    });
    mailProofs.completed(flow);
    return { reset_ticket };
  }

  async function prepare({ id, payload }: OutboxRow, tx: Tx): Promise<Letter<typeof flow> | undefined> {
    const { address, browser_hash } = payload as { address: string; browser_hash: string | null };
    const user = await findByAddress(tx, address);
    if (!user || user.verified || user.disabled) return undefined;
    const ticket = await findTicket(tx, flow, id) ?? await issueTicket(tx, {
      id,
      kind: flow,
      ttlSeconds: verificationSeconds,
      lookup: `${flow} ${user.id}`,
      userId: user.id,
      params: { address },
      ...(browser_hash !== null && { browserHash: Uint8Array.fromHex(browser_hash) }),
    });
    if (!ticket) return undefined; // a later request has taken its place
    const link = `${publicUrl}/verify?ticket=${mailedTickets.linkTicket(flow, ticket, address)}`;
    const code = mailedTickets.code(flow, ticket, address);
    return { to: user.email, name: shownName(user), values: { link, code } };
  }
}
