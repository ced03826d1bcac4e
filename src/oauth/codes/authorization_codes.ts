import { v7 as uuidv7 } from "uuid";
import {
  consumeLockedTickets,
  consumeTicket,
  findPastTicket,
  issueTicket,
  issueUserTickets,
  isWithSecret,
  lockTickets,
  type Ticket,
  type UserTicketIssue,
} from "../../credentials/tickets/tickets.ts";
import type { Db, Tx } from "../../platform/db/db.ts";
import { createBatchedStatement } from "../../platform/db/queues/batched_statement.ts";
import { createOpaqueSecret, parseOpaqueSecret } from "../../tokens/opaque/opaque_secret.ts";

/** What a user has allowed a client, to be exchanged for tokens. `sessionId` is the browser's session. */
export type NewCode = {
  userId: string;
  sessionId: string;
  clientId: string;
  redirectUri: string;
  /** RFC 7636 §4.2, with the method S256. */
  codeChallenge: string | undefined;
  scopes: string[];
  resources: string[];
  nonce: string | undefined;
  offline: boolean;
  /** The key with which alone the code counts, by its thumbprint (RFC 9449 §10). */
  dpopJkt?: string | undefined;
};

/** The id of a code becomes the id of the session that it is exchanged for. */
export type AuthorizationCode = NewCode & { id: string };

/** A code with its right secret. `live`: consumed just now. */
export type PresentedCode = { kind: "live" | "reused" | "expired"; code: AuthorizationCode };

export type AuthorizationCodes = ReturnType<typeof createAuthorizationCodes>;

/** RFC 6749 §4.1.2 allows ten minutes at most; a client exchanges its code at once. */
const ttlSeconds = 60;

const kind = "code";

/**
 * Authorization codes (RFC 6749 §4.1.2): each is a ticket whose secret only the browser and the client see. It ends
 * early when the user's password or address changes, or the user is disabled.
 */
export function createAuthorizationCodes({ db }: { db: Db }) {
  /** Codes that wait for the database are stored together; where a user's row is locked, only their own code waits. */
  const issueAmongOthers = createBatchedStatement<NewCode, string>({
    name: "insert_user_tickets",
    one: (code) => issueIn(db, code),
    many: issueAll,
    keyOf: ({ sessionId }) => sessionId,
  });
  return { issue, issueIn, consumeIn, lockAllIn, consumeAllIn };

  /** The text of a new code, once it is committed. */
  async function issue(code: NewCode): Promise<string> {
    return (await issueAmongOthers(code))!; // `one` returns a text
  }

  /** The text of a new code. */
  async function issueIn(db: Db, code: NewCode): Promise<string> {
    const ticket = ticketOf(code);
    await issueTicket(db, { ...ticket, kind, ttlSeconds });
    return ticket.secret;
  }

  async function issueAll(codes: NewCode[]): Promise<(string | undefined)[]> {
    const tickets = codes.map(ticketOf);
    const issued = await issueUserTickets(db, kind, tickets, ttlSeconds);
    return tickets.map(({ id, secret }) => issued.has(id) ? secret : undefined);
  }

  /**
   * Consumes the code. Of two transactions at once the second one waits, and finds it reused if the first one commits.
   * The caller commits only if it exchanges the code: a request that is refused leaves it as it is.
   */
  async function consumeIn(tx: Tx, text: string): Promise<PresentedCode | undefined> {
    const id = idOf(text);
    if (id === undefined) return undefined;
    const live = await consumeTicket(tx, kind, id);
    if (live) return isWithSecret(live, text) ? { kind: "live", code: codeOf(live) } : undefined;
    const past = await findPastTicket(tx, kind, id);
    if (!past || !isWithSecret(past, text)) return undefined;
    return { kind: past.is_consumed ? "reused" : "expired", code: codeOf(past) };
  }

  /**
   * Locks the codes, and returns for each text the live code whose secret it is. Undefined also for a code that is
   * locked.
   */
  async function lockAllIn(tx: Tx, texts: string[]): Promise<(AuthorizationCode | undefined)[]> {
    const ids = texts.map(idOf);
    const known = ids.filter((id) => id !== undefined);
    const ticketOf = new Map((await lockTickets(tx, kind, known)).map((ticket) => [ticket.id, ticket]));
    return texts.map((text, place) => {
      const ticket = ticketOf.get(ids[place] ?? "");
      return ticket && isWithSecret(ticket, text) ? codeOf(ticket) : undefined;
    });
  }

  /** Consumes codes that this transaction has locked. */
  async function consumeAllIn(tx: Tx, ids: string[]): Promise<void> {
    await consumeLockedTickets(tx, ids);
  }
}

/** The id that a code names, if it has the form of one. */
function idOf(text: string): string | undefined {
  const secret = parseOpaqueSecret(text);
  return secret?.kind === "ac" ? secret.ownerId : undefined;
}

function ticketOf({ userId, sessionId, clientId, ...params }: NewCode): UserTicketIssue {
  const id = uuidv7();
  return { id, userId, sessionId, clientId, secret: createOpaqueSecret("ac", id).text, params };
}

function codeOf({ id, user_id, session_id, client_id, params }: Ticket): AuthorizationCode {
  const { codeChallenge, nonce, ...rest } = params as Omit<NewCode, "userId" | "sessionId" | "clientId">;
  return { ...rest, codeChallenge, nonce, id, userId: user_id!, sessionId: session_id!, clientId: client_id! };
}
