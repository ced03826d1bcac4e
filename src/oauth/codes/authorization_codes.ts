import { v7 as uuidv7 } from "uuid";
import {
  consumeTicket,
  findPastTicket,
  issueTicket,
  isWithSecret,
  type Ticket,
} from "../../credentials/tickets/tickets.ts";
import type { Db, Tx } from "../../platform/db/db.ts";
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

/**
 * Authorization codes (RFC 6749 §4.1.2): each is a ticket whose secret only the browser and the client see. It ends
 * early when the user's password or address changes, or the user is disabled.
 */
export function createAuthorizationCodes() {
  return { issueIn, consumeIn };

  /** The text of a new code. */
  async function issueIn(db: Db, { userId, sessionId, clientId, ...params }: NewCode): Promise<string> {
    const id = uuidv7();
    const { text } = createOpaqueSecret("ac", id);
    await issueTicket(db, { id, kind: "code", ttlSeconds, userId, sessionId, clientId, secret: text, params });
    return text;
  }

  /**
   * Consumes the code. Of two transactions at once the second one waits, and finds it reused if the first one commits.
   * The caller commits only if it exchanges the code: a request that is refused leaves it as it is.
   */
  async function consumeIn(tx: Tx, text: string): Promise<PresentedCode | undefined> {
    const secret = parseOpaqueSecret(text);
    if (secret?.kind !== "ac") return undefined;
    const live = await consumeTicket(tx, "code", secret.ownerId);
    if (live) return isWithSecret(live, text) ? { kind: "live", code: codeOf(live) } : undefined;
    const past = await findPastTicket(tx, "code", secret.ownerId);
    if (!past || !isWithSecret(past, text)) return undefined;
    return { kind: past.is_consumed ? "reused" : "expired", code: codeOf(past) };
  }
}

function codeOf({ id, user_id, session_id, client_id, params }: Ticket): AuthorizationCode {
  const { codeChallenge, nonce, ...rest } = params as Omit<NewCode, "userId" | "sessionId" | "clientId">;
  return { ...rest, codeChallenge, nonce, id, userId: user_id!, sessionId: session_id!, clientId: client_id! };
}
