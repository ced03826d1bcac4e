import { lockUser } from "../../access/authority/authority.ts";
import type { PrincipalCache } from "../../access/principals/principal_cache.ts";
import { recordAudit } from "../../audit/events/audit.ts";
import type { PasswordPolicy } from "../../credentials/passwords/password_policy.ts";
import { overwritePasswordHash, type Passwords } from "../../credentials/passwords/passwords.ts";
import type { MailedTickets } from "../../credentials/tickets/mailed_tickets.ts";
import { consumeTicket, findTicket, hashOfBrowser } from "../../credentials/tickets/tickets.ts";
import type { Letter, Mails } from "../../delivery/mail/mails.ts";
import type { OutboxRow } from "../../delivery/outbox/outbox.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Database, Tx } from "../../platform/db/db.ts";
import type { Throttle } from "../../sessions/login/throttle.ts";
import type { SessionRevocation } from "../../sessions/sessions/session_revocation.ts";
import type { Client } from "../../vocabulary/actor.ts";
import { canonicalIdentifier, identifierErrors, requireNoErrors, shownName } from "../../vocabulary/identifiers.ts";
import { type AddressRow, findAddress, findByAddress } from "../addresses/address_store.ts";
import type { FirstProof } from "../addresses/first_proof.ts";
import { type MailProofs, ticketAddress } from "../addresses/mail_proof.ts";
import { resetSeconds, type ResetTickets } from "./reset_tickets.ts";

/** The ticket of the link, the new password, and the secret of the browser that sends them, if it has one. */
export type PasswordReset = { ticket: string; new_password: string; browser?: string | undefined };

export type PasswordResets = ReturnType<typeof createPasswordResets>;

export interface PasswordResetsDeps {
  db: Database;
  clock: Clock;
  principals: PrincipalCache;
  passwords: Passwords;
  policy: PasswordPolicy;
  throttle: Throttle;
  sessionRevocation: SessionRevocation;
  mails: Mails;
  mailedTickets: MailedTickets;
  mailProofs: MailProofs;
  firstProof: FirstProof;
  resetTickets: ResetTickets;
  publicUrl: string;
}

const flow = "password_reset";

/** Lets users who do not know their passwords set new ones, by the link of a mail to the address that is stored. */
export function createPasswordResets(deps: PasswordResetsDeps) {
  const { db, clock, principals, passwords, policy, throttle, sessionRevocation } = deps;
  const { mails, mailedTickets, mailProofs, firstProof, resetTickets, publicUrl } = deps;
  mails.prepareBy(flow, prepare);
  return { request, complete, isLive };

  /** Who has the address is looked up when the mail is sent. @throws {Problem} `invalid_request`, `rate_limited` */
  async function request(email: string, browser: string | undefined, client: Client): Promise<void> {
    requireNoErrors(identifierErrors({ email }));
    const address = canonicalIdentifier(email);
    await mailProofs.admit(flow, client.ip, address);
    const browser_hash = browser === undefined ? null : hashOfBrowser(browser).toHex();
    await mails.write(db, flow, { address, browser_hash });
  }

  /** Whether the ticket of a link would be accepted now. Looking changes nothing. */
  async function isLive(ticket: string): Promise<boolean> {
    return await mailedTickets.findLinked(db, flow, [flow], ticket, ticketAddress) !== undefined;
  }

  /**
   * Sets the password, ends every session of the user, and resets the count of failed logins. It logs nobody in.
   * Factors and API keys remain, unless this is the first proof of the address and comes from another browser than its
   * request. @throws {Problem} `invalid_ticket`; `invalid_request` for a refused password, after which the link still
   * works.
   */
  async function complete({ ticket, new_password, browser }: PasswordReset, client: Client): Promise<void> {
    const proof = { kind: "link", ticket, browser } as const;
    const proven = await mailProofs.require(flow, flow, [flow], proof, ticketAddress);
    const id = proven.ticket.user_id!;
    const user = await findAddress(db, id);
    if (!user) throw mailProofs.refused(flow);
    requireNoErrors(await policy.errors(new_password, user, "#/new_password"));
    passwords.admit();
    const hash = await passwords.hash(new_password);
    await db.transaction((tx) => replace(tx, { id, ticketId: proven.ticket.id, hash }, proven.isSameBrowser, client));
    mailProofs.completed(flow);
  }

  async function replace(
    tx: Tx,
    { id, ticketId, hash }: { id: string; ticketId: string; hash: string },
    isSameBrowser: boolean,
    client: Client,
  ): Promise<void> {
    const actor = { actor_id: id, client };
    tx.afterwards(() => principals.forgetUser(id));
    await lockUser(tx, id, actor);
    const user = await findAddress(tx, id);
    if (!user || !await consumeTicket(tx, flow, ticketId)) throw mailProofs.refused(flow);
    await firstProof.note(tx, user, isSameBrowser, actor);
    await overwritePasswordHash(tx, id, hash);
    await sessionRevocation.revokeSessionsIn(tx, id, actor);
    await throttle.emptyBucketsOf(tx, id);
    await recordAudit(tx, { action: "user.password_reset", ...actor, subject: { type: "user", id } });
    await mails.notify(tx, id, "password_changed", client, {});
  }

  async function prepare({ id, payload, created_at }: OutboxRow, tx: Tx): Promise<Letter<typeof flow> | undefined> {
    const { address, browser_hash } = payload as { address: string; browser_hash: string | null };
    const user = await findByAddress(tx, address);
    const isLate = clock.now() - created_at.getTime() > resetSeconds * 1000;
    if (!user || user.disabled || isLate) return undefined;
    const text = await textOf(tx, id, user, browser_hash);
    return text === null
      ? undefined // a later request has taken its place, or the link was used
      : { to: user.email, name: shownName(user), values: { link: `${publicUrl}/reset?ticket=${text}` } };
  }

  async function textOf(tx: Tx, id: string, user: AddressRow, browserHash: string | null): Promise<string | null> {
    const known = await findTicket(tx, flow, id);
    if (known) return mailedTickets.linkTicket(flow, known, ticketAddress(known, flow));
    const browser = browserHash === null ? undefined : Uint8Array.fromHex(browserHash);
    return await resetTickets.issue(tx, user, { id, browserHash: browser });
  }
}
