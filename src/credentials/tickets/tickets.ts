import { hash, timingSafeEqual } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import type { Database, Db } from "../../platform/db/db.ts";
import { insertUserTickets } from "./ticket_batch_store.ts";
import { deleteExpiredTickets, insertTicket, type Ticket, updateBrowser } from "./ticket_store.ts";

export { consumeLockedTickets, lockTickets } from "./ticket_batch_store.ts";
export {
  consumeBegunTicket,
  consumeTicket,
  findPastTicket,
  findTicket,
  findTicketByLookup,
  insertSpentTickets as spendTickets,
  listTickets,
  pollTicket,
  settleTicket,
  updateAttempts,
  updateTicket,
} from "./ticket_store.ts";
export type { Ticket };

/** What a ticket is for. */
export type TicketKind =
  | "authorization"
  | "par"
  | "code"
  | "device"
  | "login"
  | "passkey"
  | "passkey_setup"
  | "passkey_proof"
  | "enrolment"
  | "email_verification"
  | "email_change"
  | "password_reset"
  | "invitation";

/** A ticket to be issued. Everything but its kind and lifetime may be absent. */
export type TicketIssue = {
  /** A UUIDv7; a new one by default. */
  id?: string;
  kind: TicketKind;
  ttlSeconds: number;
  /** The ticket replaces an earlier one with the same text, but no live one of a device. */
  lookup?: string;
  userId?: string;
  sessionId?: string;
  clientId?: string;
  /** The secret of the browser that asked, or its {@link hashOfBrowser}. */
  browser?: string;
  browserHash?: Uint8Array;
  /** The secret that the ticket is presented with, unless it is derived from the row. */
  secret?: string;
  state?: string;
  params?: Record<string, unknown>;
};

/**
 * How long a ticket is kept after its end: an authorization code for ten minutes, as long as one may live (RFC 6749
 * §4.1.2), so that a second use can be recognised; a pushed request as long as the user may take to answer it.
 */
const keptSeconds = { brief: 600, others: 3_600 };

/** Rows of one statement: few enough that other transactions do not wait for long. */
const batchSize = 500;

/**
 * The ticket is live until it is consumed, expires, or its user changes password or address or is disabled. Undefined
 * if one with the same `lookup` exists that stays.
 */
export function issueTicket(db: Db, issue: TicketIssue): Promise<Ticket | undefined> {
  const { kind, ttlSeconds, id = uuidv7(), lookup = null, state = null, params = {} } = issue;
  return insertTicket(db, {
    id,
    kind,
    lookup,
    state,
    params,
    user_id: issue.userId ?? null,
    session_id: issue.sessionId ?? null,
    client_id: issue.clientId ?? null,
    secret_hash: hashOf(issue.secret),
    browser_hash: issue.browserHash ?? hashOf(issue.browser),
  }, ttlSeconds);
}

/** A ticket of a user, which has a secret. */
export type UserTicketIssue =
  & Pick<TicketIssue, "params">
  & Required<Pick<TicketIssue, "id" | "userId" | "sessionId" | "clientId" | "secret">>;

/** As {@link issueTicket}. Leaves out tickets of users who are deleted or locked, and returns the ids of the others. */
export async function issueUserTickets(
  db: Db,
  kind: TicketKind,
  issues: UserTicketIssue[],
  ttlSeconds: number,
): Promise<Set<string>> {
  const rows = issues.map(({ id, userId, sessionId, clientId, secret, params = {} }) => (
    { id, user_id: userId, session_id: sessionId, client_id: clientId, secret_hash: hashOfBrowser(secret), params }
  ));
  return new Set(await insertUserTickets(db, kind, rows, ttlSeconds));
}

/** What is stored of a browser's secret. */
export function hashOfBrowser(browser: string): Uint8Array {
  return hash("sha256", browser, "buffer");
}

/** Whether the browser with this secret asked for the ticket. */
export function isOfBrowser({ browser_hash }: Ticket, browser: string | undefined): boolean {
  const given = hashOf(browser);
  return browser_hash !== null && given !== null && timingSafeEqual(browser_hash, given);
}

/** Whether the ticket is presented with this secret. */
export function isWithSecret({ secret_hash }: Ticket, secret: string): boolean {
  return secret_hash !== null && timingSafeEqual(secret_hash, hashOfBrowser(secret));
}

/** The browser has a new secret: its tickets of this kind go over to that. */
export async function rebindTickets(db: Db, kind: TicketKind, before: string, after: string): Promise<void> {
  await updateBrowser(db, kind, hashOfBrowser(before), hashOfBrowser(after));
}

/** Deletes expired tickets, batch by batch. */
export async function purgeTickets(db: Database): Promise<void> {
  while (await deleteExpiredTickets(db, batchSize, keptSeconds) === batchSize);
}

function hashOf(secret: string | undefined): Uint8Array | null {
  return secret === undefined ? null : hashOfBrowser(secret);
}
