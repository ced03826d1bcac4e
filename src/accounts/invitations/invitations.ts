import { v7 as uuidv7 } from "uuid";
import { requireFreshForAdmin, requireHolds, requireMay } from "../../access/authority/authority.ts";
import { userRole } from "../../access/roles/permission_evaluator.ts";
import { requireKnownRoles } from "../../access/roles/unknown_names.ts";
import { recordAudit } from "../../audit/events/audit.ts";
import type { MailedTickets } from "../../credentials/tickets/mailed_tickets.ts";
import { consumeTicket, findTicket, issueTicket, listTickets, type Ticket } from "../../credentials/tickets/tickets.ts";
import type { Letter, Mails } from "../../delivery/mail/mails.ts";
import type { OutboxRow } from "../../delivery/outbox/outbox.ts";
import type { Database, Tx } from "../../platform/db/db.ts";
import type { Actor, Client } from "../../vocabulary/actor.ts";
import {
  canonicalIdentifier,
  identifierErrors,
  identifiersOf,
  requireNoErrors,
  shownName,
} from "../../vocabulary/identifiers.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { type MailProofs, ticketAddress } from "../addresses/mail_proof.ts";
import type { Registrations } from "../registration/registrations.ts";
import type { ReservedUsernames } from "../registration/reserved_usernames.ts";
import type { Person } from "../users/user_revision.ts";
import { findTaken, findUser, updateEmailVerified } from "../users/user_store.ts";

/** An invitation in answers. */
export type Invitation = {
  id: string;
  email: string;
  roles: string[];
  invited_by: string | null;
  expires_at: string;
};

/** How an invited user accepts: the link's ticket, perhaps a username, and a password. */
export type Acceptance = { ticket: string; username?: string | undefined; password: string };

export type Invitations = ReturnType<typeof createInvitations>;

export interface InvitationsDeps {
  db: Database;
  mails: Mails;
  mailedTickets: MailedTickets;
  mailProofs: MailProofs;
  registrations: Registrations;
  reservedUsernames: ReservedUsernames;
  publicUrl: string;
}

/** Who invited, with what the credential allowed then. */
type Invited = {
  email: string;
  address: string;
  roles: string[];
  invited_by: string | null;
  scopes: string[] | null;
};

const kind = "invitation";
const invitationSeconds = 7 * 24 * 60 * 60;
const mustHoldRole = "You may grant only roles that you hold yourself, and for no longer than you hold them.";

/** Lets administrators invite users, each to one address. The account is created when the user accepts. */
export function createInvitations(deps: InvitationsDeps) {
  const { db, mails, mailedTickets, mailProofs, registrations, reservedUsernames, publicUrl } = deps;
  mails.prepareBy(kind, prepare);
  return { create, page, open, revoke, accept, find };

  /** In place of an earlier one. @throws {Problem} `invalid_request`, `forbidden`, `email_taken`, `rate_limited` */
  async function create({ email, roles }: { email: string; roles: string[] }, actor: Actor): Promise<Invitation> {
    requireNoErrors(identifierErrors({ email }));
    const address = canonicalIdentifier(email);
    await mailProofs.admit(kind, actor.client.ip, address);
    const id = uuidv7();
    return await db.transaction(async (tx) => {
      await requireAuthority(tx, actor, roles);
      requireFreshForAdmin(actor, roles);
      await requireKnownRoles(tx, roles.filter((role) => role !== userRole), "#/roles");
      if ((await findTaken(tx, null, address)).email_taken) throw new Problem("email_taken");
      const ticket = await issueTicket(tx, {
        id,
        kind,
        ttlSeconds: invitationSeconds,
        lookup: `${kind} ${address}`,
        params: {
          email: identifiersOf({ username: null, email }).email,
          address,
          roles: [...new Set([userRole, ...roles])],
          invited_by: actor.actor_id,
          scopes: actor.scopes ? [...actor.scopes] : null,
        },
      });
      const subject = { type: "invitation", id } as const;
      await recordAudit(tx, { action: "invitation.created", ...actor, subject, details: { roles } });
      await mails.write(tx, kind, {}, id);
      return shown(ticket!);
    });
  }

  /** Invitations that nobody has accepted, the newest first. */
  async function page(before: string | null, limit: number): Promise<Invitation[]> {
    return (await listTickets(db, kind, before, limit)).map(shown);
  }

  /** An invitation that nobody has accepted. @throws {Problem} `not_found` */
  async function open(id: string): Promise<Invitation> {
    const ticket = await findTicket(db, kind, id);
    if (!ticket) throw noSuchInvitation();
    return shown(ticket);
  }

  /** @throws {Problem} `not_found`, `forbidden` */
  async function revoke(id: string, actor: Actor): Promise<void> {
    await db.transaction(async (tx) => {
      await requireMay(tx, actor, "users:write");
      if (!await consumeTicket(tx, kind, id)) throw noSuchInvitation();
      await recordAudit(tx, { action: "invitation.revoked", ...actor, subject: { type: "invitation", id } });
    });
  }

  /** What a link invites to; undefined if it would not be accepted now. Looking changes nothing. */
  async function find(ticket: string): Promise<Invitation | undefined> {
    const proven = await mailedTickets.findLinked(db, kind, [kind], ticket, ticketAddress);
    return proven && shown(proven.ticket);
  }

  /**
   * Creates the account, whose address is proved. The inviter must still be allowed to invite and to grant the roles.
   * @throws {Problem} `invalid_ticket`, also for the inviter; `invalid_request`, `username_taken`, `email_taken`,
   * `exclusion_violated`
   */
  async function accept({ ticket, username, password }: Acceptance, client: Client): Promise<Person> {
    const proven = await mailProofs.require(kind, kind, [kind], { kind: "link", ticket }, ticketAddress);
    const { id } = proven.ticket;
    const { email, roles, invited_by, scopes } = invitedOf(proven.ticket);
    const authority: Actor = { actor_id: invited_by, client, ...(scopes && { scopes: new Set(scopes) }) };
    requireNoErrors(reservedUsernames.errors(username));
    const person = await registrations.create({ username, email, password }, roles, { actor_id: null, client }, {
      pointer: "#/ticket",
      authority,
      details: { invitation: id, invited_by },
      within: async (tx) => {
        await requireAuthority(tx, authority, roles).catch(() => refuse());
        if (!await consumeTicket(tx, kind, id)) refuse();
      },
      completed: updateEmailVerified,
    });
    mailProofs.completed(kind);
    return { ...person, email_verified: true };
  }

  function refuse(): never {
    throw mailProofs.refused(kind);
  }

  async function prepare({ id }: OutboxRow, tx: Tx): Promise<Letter<typeof kind> | undefined> {
    const ticket = await findTicket(tx, kind, id);
    if (!ticket) return undefined;
    const { email, address, invited_by } = invitedOf(ticket);
    const inviter = invited_by === null ? undefined : await findUser(tx, invited_by);
    const link = `${publicUrl}/invite?ticket=${mailedTickets.linkTicket(kind, ticket, address)}`;
    return { to: email, name: email, values: { link, inviter: inviter ? shownName(inviter) : "" } };
  }
}

async function requireAuthority(tx: Tx, actor: Actor, roles: string[]): Promise<void> {
  await requireMay(tx, actor, "users:write");
  const asked = roles.filter((role) => role !== userRole);
  if (asked.length === 0) return;
  await requireHolds(tx, actor, { permission: "roles:grant", roles: asked, until: null }, mustHoldRole);
}

function shown(ticket: Ticket): Invitation {
  const { email, roles, invited_by } = invitedOf(ticket);
  return { id: ticket.id, email, roles, invited_by, expires_at: ticket.expires_at.toISOString() };
}

function invitedOf({ params }: Ticket): Invited {
  return params as Invited;
}

function noSuchInvitation(): Problem {
  return new Problem("not_found", { detail: "There is no such invitation." });
}
