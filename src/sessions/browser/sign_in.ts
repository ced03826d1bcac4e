import { recordAudit } from "../../audit/events/audit.ts";
import { consumeTicket, issueTicket, rebindTickets } from "../../credentials/tickets/tickets.ts";
import type { Tx } from "../../platform/db/db.ts";
import type { Client } from "../../vocabulary/actor.ts";
import type { Secrets } from "../../vocabulary/secrets.ts";
import type { Credentials, Logins } from "../login/login.ts";
import type { LoginRow } from "../login/login_store.ts";
import type { SessionStart } from "../login/session_start.ts";
import type { SessionRevocation } from "../sessions/session_revocation.ts";
import { updateAuthTime } from "./browser_session_store.ts";
import type { BrowserSessions } from "./browser_sessions.ts";

/**
 * The browser of a sign-in: its secret and the one that it gets, and the session that it holds, with the user of it.
 */
export type SigningBrowser = {
  secret: string;
  nextSecret: string;
  session?: { id: string; userId: string } | undefined;
};

/** Another step must be passed within this time. */
const ticketTtlSeconds = 600;

/** The steps of a sign-in, in order. A ticket names the last one that was passed. */
const steps = ["password"] as const;

export type SignIns = ReturnType<typeof createSignIns>;

/**
 * Signs users in in browsers, by the rules of {@link Logins}. What was passed is held by a ticket of that browser, which
 * ends when the user's credentials change; the last step exchanges it for a session.
 */
export function createSignIns(
  { logins, sessionStart, browserSessions, sessionRevocation, secrets, idleSeconds, counted }: {
    logins: Logins;
    sessionStart: SessionStart;
    browserSessions: BrowserSessions;
    sessionRevocation: SessionRevocation;
    secrets: Secrets;
    idleSeconds: number;
    counted: (outcome: "started" | "renewed") => void;
  },
) {
  return { signIn };

  /**
   * The cookie of the session. A user who signs in again keeps the session, and earlier cookies of it are refused; the
   * session of another user in this browser ends. What applications have begun in this browser goes on in it.
   *
   * @throws {Problem} as `login`.
   */
  async function signIn(credentials: Credentials, browser: SigningBrowser, client: Client): Promise<string> {
    const begin = (user: LoginRow) =>
      sessionStart.inTurnOf(user.id, async (tx) => {
        const ticket = await issueTicket(tx, {
          kind: "signin",
          ttlSeconds: ticketTtlSeconds,
          userId: user.id,
          browser: browser.secret,
          state: steps[0],
        });
        return ticket && await complete(tx, ticket.id, user, browser, client);
      });
    return await logins.attempt(credentials, client, begin, "page");
  }

  /** Exchanges the ticket of the last step for the cookie of a session. */
  async function complete(
    tx: Tx,
    ticketId: string,
    user: LoginRow,
    { secret, nextSecret, session }: SigningBrowser,
    client: Client,
  ): Promise<string | undefined> {
    const isAgain = session?.userId === user.id;
    const renewed = isAgain ? await renew(tx, user, session.id, client) : undefined;
    const started = renewed ?? await start(tx, user, client);
    if (!started || !await consumeTicket(tx, "signin", ticketId)) return undefined;
    await rebindTickets(tx, "authorization", secret, nextSecret);
    if (session && !isAgain) await sessionRevocation.endOwnIn(tx, session.userId, session.id, client);
    counted(renewed ? "renewed" : "started");
    return started;
  }

  async function start(tx: Tx, user: LoginRow, client: Client): Promise<string | undefined> {
    const started = await sessionStart.startIn(tx, user, client, "browser");
    return started && browserSessions.cookieOf({ id: started.id, refresh_seed: started.seed, refresh_counter: 0 });
  }

  /** Undefined if the session has ended meanwhile, or the account has changed since the password was verified. */
  async function renew(tx: Tx, user: LoginRow, sessionId: string, client: Client): Promise<string | undefined> {
    if (!await sessionStart.isUnchanged(tx, user)) return undefined;
    const row = await updateAuthTime(tx, { id: sessionId, userId: user.id, secretId: secrets.id }, idleSeconds);
    if (!row) return undefined;
    const subject = { type: "session", id: sessionId } as const;
    await recordAudit(tx, { action: "session.reauthenticated", actor_id: user.id, client, subject });
    return browserSessions.cookieOf(row);
  }
}
