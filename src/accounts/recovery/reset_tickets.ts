import type { MailedTickets } from "../../credentials/tickets/mailed_tickets.ts";
import { issueTicket } from "../../credentials/tickets/tickets.ts";
import type { Db } from "../../platform/db/db.ts";
import type { AddressRow } from "../addresses/address_store.ts";

/** How long a link to set a new password works. */
export const resetSeconds = 30 * 60;

export type ResetTickets = ReturnType<typeof createResetTickets>;

/** Issues the tickets with which a user sets a new password, one live one at a time. */
export function createResetTickets({ mailedTickets }: { mailedTickets: MailedTickets }) {
  return { issue };

  /** The text of a new ticket, with this id if given. Undefined if a later one exists. */
  async function issue(
    tx: Db,
    { id: userId, email_canonical: address }: Pick<AddressRow, "id" | "email_canonical">,
    { id, browserHash }: { id?: string; browserHash?: Uint8Array | undefined } = {},
  ): Promise<string | null> {
    const ticket = await issueTicket(tx, {
      kind: "password_reset",
      ttlSeconds: resetSeconds,
      lookup: `password_reset ${userId}`,
      userId,
      params: { address },
      ...(id !== undefined && { id }),
      ...(browserHash && { browserHash }),
    });
    return ticket ? mailedTickets.linkTicket("password_reset", ticket, address) : null;
  }
}
