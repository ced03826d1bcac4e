import { randomBytes } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import { type AuditFact, recordAll } from "../../audit/events/audit.ts";
import type { Database, Tx } from "../../platform/db/db.ts";
import type { Mails } from "../../delivery/mail/mails.ts";
import { createBatchedStatement } from "../../platform/db/queues/batched_statement.ts";
import { createKeyedQueue } from "../../platform/db/queues/keyed_queue.ts";
import type { AccessTokens } from "../../tokens/access_tokens/access_token.ts";
import { type MintLimits, type Tokens, tokensFor } from "../../tokens/access_tokens/mint.ts";
import { formatRefreshToken } from "../../tokens/refresh_tokens/refresh_token.ts";
import type { Client, SessionKind } from "../../vocabulary/actor.ts";
import type { Aal } from "../../vocabulary/assurance.ts";
import type { Secrets } from "../../vocabulary/secrets.ts";
import type { SessionRevocation } from "../sessions/session_revocation.ts";
import { insertSessions, limitLockWait, type NewSession } from "../sessions/session_store.ts";
import { lockUserForMint, lockUsersForMint, type LoginRow, type MintRow } from "./login_store.ts";

export interface SessionStartDeps {
  db: Database;
  tokens: AccessTokens;
  secrets: Secrets;
  sessionRevocation: SessionRevocation;
  mails: Mails;
  mintLimits: MintLimits;
  sessionMaxSeconds: number;
  /** The most live sessions of a user. */
  sessionsPerUserMax: number;
  idleSeconds: number;
}

const seedSizeBytes = 32;

/**
 * A user whose credentials were verified. `password_hash` is the one that was, where it was just now; the epoch counts
 * every change of a credential since.
 */
export type Verified = Pick<LoginRow, "id" | "credential_epoch" | "known" | "fresh"> & Partial<LoginRow>;

/** How a user proved who they are (RFC 8176), and with how many factors (NIST SP 800-63B-4 §2). */
export type Authenticated = { amr: string[]; aal: Aal };

export const byPassword: Authenticated = { amr: ["pwd"], aal: 1 };

/** A session to be started, of a user whose row is locked, and who is unchanged since they were verified. */
export type SessionToStart = {
  user: MintRow;
  verified: Verified;
  client: Client;
  kind: Exclude<SessionKind, "client">;
  how: Authenticated;
};

/** A session that a transaction has started. `roles` and `now` are for its first token. */
export type StartedSession = { id: string; seed: Uint8Array; userId: string; roles: string[]; now: number; aal: Aal };

export type SessionStart = ReturnType<typeof createSessionStart>;

/** Starts sessions. No other code does. */
export function createSessionStart(deps: SessionStartDeps) {
  const { db, tokens, secrets, sessionRevocation, mails } = deps;
  const { mintLimits, sessionMaxSeconds, sessionsPerUserMax, idleSeconds } = deps;
  const runInTurn = createKeyedQueue(); // keyed by user: however many logins wait for one user's row, they use one connection

  /**
   * Those together leave out users whose row is locked or who have changed, about whom a transaction of their own
   * decides, and about all when another lock is not had in a moment.
   */
  const startAmongOthers = createBatchedStatement<Login, StartedSession>({
    name: "start_sessions",
    one: ({ verified, client }) => inTurnOf(verified.id, (tx) => startIn(tx, verified, client, "api")),
    many: (logins) => db.transaction((tx) => startAllIn(tx, logins)),
    keyOf: ({ verified }) => verified.id,
  });
  return { start, tokensOf, inTurnOf, startIn, lockAllUnchanged, storeIn, isUnchanged };

  /**
   * The tokens of a new session. Undefined if the user was disabled or deleted, or the password changed, since it was
   * verified.
   */
  async function start(verified: LoginRow, client: Client): Promise<Tokens | undefined> {
    const started = await startAmongOthers({ verified, client });
    return started && await tokensOf(started);
  }

  async function startAllIn(tx: Tx, logins: Login[]): Promise<(StartedSession | undefined)[]> {
    const [, users] = await Promise.all([
      limitLockWait(tx),
      lockAllUnchanged(tx, logins.map(({ verified }) => verified)),
    ]);
    if (users.size === 0) return [];
    const unchanged = logins.filter(({ verified }) => users.has(verified.id));
    const started = await storeIn(
      tx,
      unchanged.map((login) => ({ ...login, user: users.get(login.verified.id)!, kind: "api", how: byPassword })),
    );
    const sessionOf = new Map(started.map((session) => [session.userId, session]));
    return logins.map(({ verified }) => sessionOf.get(verified.id));
  }

  /** The first tokens of a session, whose transaction has ended. */
  async function tokensOf(started: StartedSession): Promise<Tokens> {
    const { id, seed, userId, roles, now, aal } = started;
    const expires_at = now + Math.min(sessionMaxSeconds, idleSeconds);
    const mint = { sub: userId, sid: id, roles, now, expires_at, auth_time: now, aal };
    return await tokensFor(tokens, mint, mintLimits, formatRefreshToken(secrets.subkey("refresh"), seed, id, 0));
  }

  /** Locks the user. False if the account has changed since it was verified. */
  async function isUnchanged(tx: Tx, verified: Verified): Promise<boolean> {
    return await lockUnchanged(tx, verified) !== undefined;
  }

  async function lockUnchanged(tx: Tx, verified: Verified): Promise<MintRow | undefined> {
    const user = await lockUserForMint(tx, verified.id);
    return user && isSame(user, verified) ? user : undefined;
  }

  /** Locks the users, except those whose row is locked. Returns those who are unchanged since they were verified. */
  async function lockAllUnchanged(tx: Tx, verified: Verified[]): Promise<Map<string, MintRow>> {
    const verifiedOf = new Map(verified.map((each) => [each.id, each]));
    const users = await lockUsersForMint(tx, [...verifiedOf.keys()]);
    return new Map(users.filter((user) => isSame(user, verifiedOf.get(user.id)!)).map((user) => [user.id, user]));
  }

  /** Runs a transaction that starts a session of the user. */
  function inTurnOf<T>(userId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return runInTurn(userId, () => db.transaction(work));
  }

  /**
   * Stores the session, and revokes the user's oldest sessions if there are too many. Undefined as for {@link start}.
   */
  async function startIn(
    tx: Tx,
    verified: Verified,
    client: Client,
    kind: Exclude<SessionKind, "client">,
    how: Authenticated = byPassword,
  ): Promise<StartedSession | undefined> {
    const user = await lockUnchanged(tx, verified);
    if (!user) return undefined;
    const [started] = await storeIn(tx, [{ user, verified, client, kind, how }]);
    return started;
  }

  /** As {@link startIn}, for different users whom the transaction has locked and who are unchanged. */
  async function storeIn(tx: Tx, starts: SessionToStart[]): Promise<StartedSession[]> {
    const begun = starts.map((start) => ({ ...start, id: uuidv7(), seed: randomBytes(seedSizeBytes) }));
    const [ended] = await Promise.all([
      insertSessions(tx, begun.map(rowOf), { kept: sessionsPerUserMax - 1, idleSeconds }),
      recordAll(tx, begun.map(created)),
      mails.notifyAll(tx, "new_sign_in", begun.filter(isFromElsewhere).map(noticeOf)),
    ]);
    const endedOf = Map.groupBy(ended, ({ user_id }) => user_id);
    await Promise.all(begun.map(async ({ user: { id }, client }) => {
      const ids = endedOf.get(id)?.map((session) => session.id) ?? [];
      await sessionRevocation.recordRevokedIn(tx, id, ids, { actor_id: id, client });
    }));
    return begun.map(({ id, seed, user: { id: userId, roles, now }, how: { aal } }) => (
      { id, seed, userId, roles, now, aal }
    ));
  }

  function rowOf({ id, seed, user, client: { ip, user_agent }, kind, how }: Begun): NewSession {
    return {
      id,
      kind,
      user_id: user.id,
      refresh_seed: seed,
      secret_id: secrets.id,
      ttl_seconds: sessionMaxSeconds,
      ip,
      user_agent,
      ...how,
    };
  }
}

/** A user whose password was verified, and who wants a session in the API. */
type Login = { verified: LoginRow; client: Client };

type Begun = SessionToStart & { id: string; seed: Uint8Array };

function created({ id, user, client, kind, how: { amr, aal } }: Begun): AuditFact {
  const subject = { type: "session", id } as const;
  const details = { ...(kind !== "api" && { kind }), ...(aal > 1 && { amr: amr.join(" ") }) };
  return { action: "session.created", actor_id: user.id, client, subject, details };
}

/** Whether the user did not log in from this network before. Of a new account that means nothing. */
function isFromElsewhere({ verified: { known, fresh } }: Begun): boolean {
  return !known && !fresh;
}

const noticeOf = ({ user, client }: Begun) => ({ userId: user.id, client, values: {} });

function isSame({ disabled, credential_epoch, password_hash }: MintRow, verified: Verified): boolean {
  if (disabled || credential_epoch !== verified.credential_epoch) return false;
  return verified.password_hash === undefined || password_hash === verified.password_hash;
}
