import { recordAudit } from "../../audit/events/audit.ts";
import { lockUser } from "../../access/authority/authority.ts";
import type { PrincipalCache } from "../../access/principals/principal_cache.ts";
import type { AddressOf, MailedTickets, MailProof } from "../../credentials/tickets/mailed_tickets.ts";
import {
  consumeTicket,
  findTicket,
  issueTicket,
  type Ticket,
  updateTicket,
} from "../../credentials/tickets/tickets.ts";
import type { LetterName } from "../../delivery/mail/letters.ts";
import type { Letter, Mails } from "../../delivery/mail/mails.ts";
import type { OutboxRow } from "../../delivery/outbox/outbox.ts";
import type { Database, Tx } from "../../platform/db/db.ts";
import type { Throttle } from "../../sessions/login/throttle.ts";
import type { Actor, Client } from "../../vocabulary/actor.ts";
import {
  canonicalIdentifier,
  identifierErrors,
  identifiersOf,
  requireNoErrors,
  shownName,
} from "../../vocabulary/identifiers.ts";
import { Problem, refuseOn } from "../../vocabulary/problems.ts";
import type { MailPurpose } from "../../vocabulary/secrets.ts";
import type { PasswordProof } from "../recovery/password_proof.ts";
import { nameConflicts } from "../registration/registrations.ts";
import type { SignedIn } from "../users/own_account.ts";
import { renameUser, tellOfAddress } from "../users/user_changes.ts";
import { requireUser } from "../users/user_revision.ts";
import { findTaken, updateEmailVerified } from "../users/user_store.ts";
import { findAddress } from "./address_store.ts";
import type { FirstProof } from "./first_proof.ts";
import type { MailProofs } from "./mail_proof.ts";

/** The new address, and the current password. */
export type EmailChange = { email: string; current_password: string };

export type EmailChanges = ReturnType<typeof createEmailChanges>;

export interface EmailChangesDeps {
  db: Database;
  principals: PrincipalCache;
  throttle: Throttle;
  proof: PasswordProof;
  mails: Mails;
  mailedTickets: MailedTickets;
  mailProofs: MailProofs;
  firstProof: FirstProof;
  publicUrl: string;
}

/** What the ticket knows: the address to be, and the one of now if it was proved and so has to agree. */
type ChangeParams = { email: string; address: string; old_address: string | null };

const flow = "email_change";
const purposes = ["email_change_new", "email_change_old"] as const;
const changeSeconds = 24 * 60 * 60;

/**
 * Lets users change their addresses. The new mailbox and, if it was ever proved, the old one confirm the change. If the
 * old mailbox is lost, an administrator changes the address.
 */
export function createEmailChanges(deps: EmailChangesDeps) {
  const { db, principals, throttle, proof, mails, mailedTickets, mailProofs, firstProof, publicUrl } = deps;
  mails.prepareBy("email_change_new", (row, tx) => prepareNew(row, tx));
  mails.prepareBy("email_change_old", (row, tx) => prepareOld(row, tx));
  return { request, complete };

  /**
   * Asks both mailboxes, whether or not another account has the address. Returns the id of the flow, for the codes.
   * @throws {Problem} `invalid_request`, `rate_limited`, `wrong_password`, `invalid_token` after a loss of access
   * meanwhile.
   */
  async function request(
    { user, session }: SignedIn,
    { email, current_password }: EmailChange,
    browser: string | undefined,
    actor: Actor,
  ): Promise<string> {
    requireNoErrors(identifierErrors({ email }));
    const address = canonicalIdentifier(email);
    if (user.email !== null && canonicalIdentifier(user.email) === address) throw isAlready();
    await throttle.takeAccountChange(user.id);
    await proof.requirePassword(user.id, session.id, current_password, actor);
    await mailProofs.admit(flow, actor.client.ip, address);
    return await db.transaction(async (tx) => {
      await lockUser(tx, user.id, actor);
      const before = await findAddress(tx, user.id);
      const params: ChangeParams = {
        email: identifiersOf({ username: null, email }).email!,
        address,
        old_address: before?.verified ? before.email_canonical : null,
      };
      const ticket = (await issueTicket(tx, {
        kind: flow,
        ttlSeconds: changeSeconds,
        lookup: `${flow} ${user.id}`,
        userId: user.id,
        state: "",
        params,
        ...(browser !== undefined && { browser }),
      }))!;
      await mails.write(tx, "email_change_new", { ticket: ticket.id });
      if (params.old_address !== null) await mails.write(tx, "email_change_old", { ticket: ticket.id });
      await recordAudit(tx, {
        action: "user.email_change_requested",
        ...actor,
        subject: { type: "user", id: user.id },
      });
      return ticket.id;
    });
  }

  /** Returns whether it changed, once all agreed. @throws {Problem} `invalid_ticket`, `rate_limited`, `email_taken` */
  async function complete(given: MailProof, client: Client): Promise<{ changed: boolean }> {
    const proven = await mailProofs.require(flow, flow, purposes, given, addressOf);
    const id = proven.ticket.user_id!;
    const actor = { actor_id: id, client };
    const changed = await db.transaction(async (tx) => {
      tx.afterwards(() => principals.forgetUser(id));
      await lockUser(tx, id, actor);
      const ticket = await findTicket(tx, flow, proven.ticket.id);
      if (!ticket) throw mailProofs.refused(flow);
      const agreed = new Set([...(ticket.state ?? "").split(" "), proven.purpose]);
      if (needed(ticket).every((purpose) => agreed.has(purpose))) {
        await apply(tx, ticket, proven.isSameBrowser, actor);
        return true;
      }
      const { user_id, params } = ticket;
      await updateTicket(tx, flow, ticket.id, { user_id, state: [...agreed].join(" ").trim(), params });
      return false;
    }).catch(refuseOn(nameConflicts));
    if (changed) mailProofs.completed(flow);
    return { changed };
  }

  async function apply(tx: Tx, ticket: Ticket, isSameBrowser: boolean, actor: Actor): Promise<void> {
    const id = ticket.user_id!;
    const { email } = paramsOf(ticket);
    const before = await requireUser(tx, id);
    await consumeTicket(tx, flow, ticket.id); // before the change, which would end it
    await tellOfAddress(mails, tx, before, { email }, actor.client);
    await renameUser(tx, before, { email }, actor);
    if (before.email_verified) await updateEmailVerified(tx, id);
    else await firstProof.note(tx, { id, verified: false }, isSameBrowser, actor);
  }

  async function prepareNew(row: OutboxRow, tx: Tx): Promise<Letter<"email_change_new"> | undefined> {
    const found = await findPending(row, tx);
    if (!found) return undefined;
    const { ticket, user } = found;
    const { email, address } = paramsOf(ticket);
    if ((await findTaken(tx, null, address)).email_taken) return undefined;
    return { to: email, name: shownName(user), values: linked("email_change_new", ticket) };
  }

  async function prepareOld(row: OutboxRow, tx: Tx): Promise<Letter<"email_change_old"> | undefined> {
    const found = await findPending(row, tx);
    if (!found?.user.email) return undefined;
    const { ticket, user } = found;
    const values = { ...linked("email_change_old", ticket), address: paramsOf(ticket).email };
    return { to: found.user.email, name: shownName(user), values };
  }

  async function findPending({ payload }: OutboxRow, tx: Tx) {
    const ticket = await findTicket(tx, flow, String(payload.ticket));
    return ticket && { ticket, user: await requireUser(tx, ticket.user_id!) };
  }

  function linked(purpose: MailPurpose & LetterName, ticket: Ticket) {
    const address = addressOf(ticket, purpose);
    const text = mailedTickets.linkTicket(purpose, ticket, address);
    return { link: `${publicUrl}/email-change?ticket=${text}`, code: mailedTickets.code(purpose, ticket, address) };
  }
}

const addressOf: AddressOf = (ticket, purpose) => {
  const { address, old_address } = paramsOf(ticket);
  return purpose === "email_change_old" ? old_address ?? "" : address;
};

function needed(ticket: Ticket): MailPurpose[] {
  return paramsOf(ticket).old_address === null ? ["email_change_new"] : [...purposes];
}

function paramsOf({ params }: Ticket): ChangeParams {
  return params as ChangeParams;
}

function isAlready(): Problem {
  const detail = "This is the address that the account has.";
  return new Problem("invalid_request", { errors: [{ pointer: "#/email", code: "invalid_email", detail }] });
}
