import { consumeTicket, findTicket, isOfBrowser, issueTicket } from "../../credentials/tickets/tickets.ts";
import type { Database, Tx } from "../../platform/db/db.ts";

/** The parameters of a request. `pushedId`: of the ticket under which the client pushed them (RFC 9126). */
export type AskedRequest = { query: string; pushedId?: string | undefined };

/**
 * A request that waits for the user: to sign in at `authAfter` or later, in milliseconds since the epoch by the
 * database's clock, or to answer a question. The query is checked again each time.
 */
export type Flow = AskedRequest & { id: string; authAfter: number };

/** `maxAge`: the seconds before the request from which on a sign-in counts; undefined where any does. */
export type NewFlow = AskedRequest & { maxAge: number | undefined };

export type AuthorizationFlows = ReturnType<typeof createAuthorizationFlows>;

const ttlSeconds = 600;

const kind = "authorization";

const pathForm = /^\/consent\?flow=([0-9a-f-]{36})$/;

/** Where a flow goes on. */
export function pathOfFlow(id: string): string {
  return `/consent?flow=${id}`;
}

/** The flow that goes on at this path; undefined for any other path. */
export function flowOfPath(path: string): string | undefined {
  return pathForm.exec(path)?.[1];
}

/**
 * Flows are stored, so that neither a restart nor another replica loses one. Only the browser that began it goes on.
 */
export function createAuthorizationFlows({ db }: { db: Database }) {
  return { start, find, consumeIn };

  /** The id of a new flow of this browser. */
  async function start(clientId: string, { query, pushedId, maxAge }: NewFlow, browser: string): Promise<string> {
    const params = { query, pushedId, maxAge };
    const ticket = await issueTicket(db, { kind, ttlSeconds, clientId, browser, params });
    return ticket!.id; // no other one has its place
  }

  /** Undefined if there is none, it is over, or another browser began it. */
  async function find(id: string, browser: string | undefined): Promise<Flow | undefined> {
    const ticket = await findTicket(db, kind, id);
    if (!ticket || !isOfBrowser(ticket, browser)) return undefined;
    const { query, pushedId, maxAge } = ticket.params as NewFlow;
    const startedMs = ticket.expires_at.getTime() - ttlSeconds * 1_000;
    return { id, query, pushedId, authAfter: maxAge === undefined ? 0 : startedMs - maxAge * 1_000 };
  }

  /** Ends the flow; false if it has ended. */
  async function consumeIn(tx: Tx, id: string): Promise<boolean> {
    return await consumeTicket(tx, kind, id) !== undefined;
  }
}
