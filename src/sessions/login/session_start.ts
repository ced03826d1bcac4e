import { randomBytes } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import { recordAudit } from "../../audit/events/audit.ts";
import type { Database, Tx } from "../../platform/db/db.ts";
import type { Mails } from "../../delivery/mail/mails.ts";
import { createKeyedQueue } from "../../platform/db/queues/keyed_queue.ts";
import type { AccessTokens } from "../../tokens/access_tokens/access_token.ts";
import { type MintLimits, type Tokens, tokensFor } from "../../tokens/access_tokens/mint.ts";
import { formatRefreshToken } from "../../tokens/refresh_tokens/refresh_token.ts";
import type { Client, SessionKind } from "../../vocabulary/actor.ts";
import type { Aal } from "../../vocabulary/assurance.ts";
import type { Secrets } from "../../vocabulary/secrets.ts";
import type { SessionRevocation } from "../sessions/session_revocation.ts";
import { insertSession } from "../sessions/session_store.ts";
import { lockUserForMint, type LoginRow, type MintRow } from "./login_store.ts";

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

/** A session that a transaction has started. `roles` and `now` are for its first token. */
export type StartedSession = { id: string; seed: Uint8Array; userId: string; roles: string[]; now: number; aal: Aal };

export type SessionStart = ReturnType<typeof createSessionStart>;

/** Starts sessions. No other code does. */
export function createSessionStart(deps: SessionStartDeps) {
  const { db, tokens, secrets, sessionRevocation, mails } = deps;
  const { mintLimits, sessionMaxSeconds, sessionsPerUserMax, idleSeconds } = deps;
  const runInTurn = createKeyedQueue(); // keyed by user: however many logins wait for one locked account, they use one connection
  return { start, tokensOf, inTurnOf, startIn, isUnchanged };

  /**
   * The tokens of a new session. Undefined if the user was disabled or deleted, or the password changed, since it was
   * verified.
   */
  async function start(verified: LoginRow, client: Client): Promise<Tokens | undefined> {
    const started = await inTurnOf(verified.id, (tx) => startIn(tx, verified, client, "api"));
    return started && await tokensOf(started);
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
    if (!user || user.disabled || user.credential_epoch !== verified.credential_epoch) return undefined;
    return verified.password_hash === undefined || user.password_hash === verified.password_hash ? user : undefined;
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
    { amr, aal }: Authenticated = byPassword,
  ): Promise<StartedSession | undefined> {
    const user = await lockUnchanged(tx, verified);
    if (!user) return undefined;
    const id = uuidv7();
    const seed = randomBytes(seedSizeBytes);
    const session = {
      id,
      kind,
      user_id: user.id,
      refresh_seed: seed,
      secret_id: secrets.id,
      ttl_seconds: sessionMaxSeconds,
      ip: client.ip,
      user_agent: client.user_agent,
      amr,
      aal,
    };
    const subject = { type: "session", id } as const;
    const details = { ...(kind !== "api" && { kind }), ...(aal > 1 && { amr: amr.join(" ") }) };
    const [ended] = await Promise.all([
      insertSession(tx, session, { kept: sessionsPerUserMax - 1, idleSeconds }),
      recordAudit(tx, { action: "session.created", actor_id: user.id, client, subject, details }),
    ]);
    await sessionRevocation.recordRevokedIn(tx, user.id, ended, { actor_id: user.id, client });
    if (!verified.known && !verified.fresh) await mails.notify(tx, user.id, "new_sign_in", client, {});
    return { id, seed, userId: user.id, roles: user.roles, now: user.now, aal };
  }
}
