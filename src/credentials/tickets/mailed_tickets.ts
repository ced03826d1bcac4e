import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Db } from "../../platform/db/db.ts";
import type { MailPurpose, Secrets } from "../../vocabulary/secrets.ts";
import { findTicket, isOfBrowser, type Ticket, type TicketKind, updateAttempts } from "./tickets.ts";

/** What proves that a mail has arrived: its link, from any browser, or its code, from the browser that asked. */
export type MailProof =
  | { kind: "link"; ticket: string; browser?: string | undefined }
  | { kind: "code"; id: string; code: string; browser: string | undefined };

/** A proven ticket, and whether the proof came from the browser that asked. */
export type Proven = { ticket: Ticket; purpose: MailPurpose; isSameBrowser: boolean };

/** The address that a purpose's mail goes to, in canonical form, from the ticket. */
export type AddressOf = (ticket: Ticket, purpose: MailPurpose) => string;

export type MailedTickets = ReturnType<typeof createMailedTickets>;

const prefix = "snt_mt_";
/** An id of 128 bits and a MAC of 256, each in base64url, whose last bits are zero: a ticket has one spelling. */
const shape = /^snt_mt_([\w-]{21}[AQgw])([\w-]{42}[AEIMQUYcgkosw048])$/;
const codeDigits = 6;
const attemptsMax = 5;

const version = 1;

/**
 * Links and codes of mails. Neither is stored: both are MACs over the ticket, its user, the address and the state of
 * the credentials, so a copy of the database opens nothing, and a change of password or address ends them.
 */
export function createMailedTickets({ secrets }: { secrets: Secrets }) {
  return { linkTicket, code, prove, findLinked, idOf };

  function linkTicket(purpose: MailPurpose, ticket: Ticket, address: string): string {
    const id = Buffer.from(ticket.id.replaceAll("-", ""), "hex").toString("base64url");
    return prefix + id + mac(secrets.id, purpose, ticket, address).toString("base64url");
  }

  /** The six digits beside the link. */
  function code(purpose: MailPurpose, ticket: Ticket, address: string, secretId: string = secrets.id): string {
    const key = secrets.subkey(`mail ${purpose}`, secretId);
    const second = createHmac("sha256", key).update("code").update(mac(secretId, purpose, ticket, address)).digest();
    return String(second.readBigUInt64BE() % 10n ** BigInt(codeDigits)).padStart(codeDigits, "0");
  }

  /**
   * The ticket proven for one of the purposes, still to be consumed. Undefined for every reason that none is: a code
   * counts five times, and only from the browser that asked.
   */
  async function prove(
    db: Db,
    kind: TicketKind,
    purposes: readonly MailPurpose[],
    proof: MailProof,
    addressOf: AddressOf,
  ): Promise<Proven | undefined> {
    const { browser } = proof;
    if (proof.kind === "link") return await findLinked(db, kind, purposes, proof.ticket, addressOf, browser);
    const asked = await findTicket(db, kind, proof.id);
    if (!asked || !isOfBrowser(asked, browser)) return undefined;
    const ticket = await updateAttempts(db, kind, proof.id, attemptsMax);
    const purpose = ticket &&
      purposes.find((each) =>
        secrets.ids.some((id) => isEqual(code(each, ticket, addressOf(ticket, each), id), proof.code))
      );
    return purpose && { ticket, purpose, isSameBrowser: true };
  }

  /** The ticket of a link. Nothing changes, however often it is looked up. */
  async function findLinked(
    db: Db,
    kind: TicketKind,
    purposes: readonly MailPurpose[],
    text: string,
    addressOf: AddressOf,
    browser?: string,
  ): Promise<Proven | undefined> {
    const parsed = parse(text);
    const ticket = parsed && await findTicket(db, kind, parsed.id);
    const purpose = ticket &&
      purposes.find((each) =>
        secrets.ids.some((id) => timingSafeEqual(mac(id, each, ticket, addressOf(ticket, each)), parsed.mac))
      );
    return purpose && { ticket, purpose, isSameBrowser: isOfBrowser(ticket, browser) };
  }

  /** The id in the text of a link, which proves nothing; undefined if it has not the form of one. */
  function idOf(text: string): string | undefined {
    return parse(text)?.id;
  }

  function mac(
    secretId: string,
    purpose: MailPurpose,
    { id, user_id, expires_at, credential_epoch }: Ticket,
    address: string,
  ) {
    const facts = [version, purpose, id, user_id, address, expires_at.getTime(), credential_epoch];
    return createHmac("sha256", secrets.subkey(`mail ${purpose}`, secretId)).update(JSON.stringify(facts)).digest();
  }
}

function parse(text: string): { id: string; mac: Uint8Array } | undefined {
  const [, id, mac] = shape.exec(text) ?? [];
  if (id === undefined || mac === undefined) return undefined;
  const hex = Buffer.from(id, "base64url").toString("hex");
  return {
    id: `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`,
    mac: Buffer.from(mac, "base64url"),
  };
}

function isEqual(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b.replaceAll(/[^\x20-\x7e]/g, "?")));
}
