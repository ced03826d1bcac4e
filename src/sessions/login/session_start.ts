import { randomBytes } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import { recordAudit } from "../../audit/events/audit.ts";
import type { Database, Tx } from "../../platform/db/db.ts";
import { createKeyedQueue } from "../../platform/db/keyed_queue.ts";
import type { AccessTokens } from "../../tokens/access_tokens/access_token.ts";
import { type Mint, type Tokens, tokensFor } from "../../tokens/access_tokens/mint.ts";
import { formatRefreshToken } from "../../tokens/refresh_tokens/refresh_token.ts";
import type { Client } from "../../vocabulary/actor.ts";
import type { Secrets } from "../../vocabulary/secrets.ts";
import type { SessionRevocation } from "../sessions/session_revocation.ts";
import { insertSession } from "../sessions/session_store.ts";
import { lockUserForMint, type LoginRow } from "./login_store.ts";

export interface SessionStartDeps {
  db: Database;
  tokens: AccessTokens;
  secrets: Secrets;
  sessionRevocation: SessionRevocation;
  accessTtlSeconds: number;
  sessionMaxSeconds: number;
  /** The most live sessions of a user. */
  sessionsPerUserMax: number;
  idleSeconds: number;
}

const seedSizeBytes = 32;

/** Starts sessions. No other code does. */
export function createSessionStart(deps: SessionStartDeps) {
  const { db, tokens, secrets, sessionRevocation } = deps;
  const { accessTtlSeconds, sessionMaxSeconds, sessionsPerUserMax, idleSeconds } = deps;
  const inTurn = createKeyedQueue(); // keyed by user: however many logins wait for one locked account, they use one connection
  return { start };

  /**
   * The tokens of a new session. Undefined if the user was disabled or deleted, or the password changed, since it was
   * verified.
   */
  async function start(verified: LoginRow, client: Client): Promise<Tokens | undefined> {
    const minted = await inTurn(verified.id, () => db.transaction((tx) => mint(tx, verified, client)));
    return minted && await tokensFor(tokens, minted.mint, minted.refreshToken);
  }

  /** Stores the session, and revokes the user's oldest sessions if there are too many. */
  async function mint(
    tx: Tx,
    verified: LoginRow,
    client: Client,
  ): Promise<{ mint: Mint; refreshToken: string } | undefined> {
    const user = await lockUserForMint(tx, verified.id);
    if (!user || user.disabled || user.password_hash !== verified.password_hash) return undefined;
    const id = uuidv7();
    const seed = randomBytes(seedSizeBytes);
    const session = {
      id,
      user_id: user.id,
      refresh_seed: seed,
      secret_id: secrets.id,
      ttl_seconds: sessionMaxSeconds,
      ip: client.ip,
      user_agent: client.user_agent,
    };
    const ended = await insertSession(tx, session, { kept: sessionsPerUserMax - 1, idleSeconds });
    await sessionRevocation.recordRevokedIn(tx, user.id, ended, { actor_id: user.id, client });
    const subject = { type: "session", id } as const;
    await recordAudit(tx, { action: "session.created", actor_id: user.id, client, subject });
    const { now, roles } = user;
    const expires_at = now + Math.min(sessionMaxSeconds, idleSeconds);
    return {
      mint: { sub: user.id, sid: id, roles, now, expires_at, accessTtlSeconds },
      refreshToken: formatRefreshToken(secrets.subkey("refresh"), seed, id, 0),
    };
  }
}
