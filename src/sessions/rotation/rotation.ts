import type { Client } from "../../vocabulary/actor.ts";
import type { PrincipalCache } from "../../access/principals/principal_cache.ts";
import { recordAudit } from "../../audit/events/audit.ts";
import { BoundedMap } from "../../platform/cache/bounded_map.ts";
import type { Database } from "../../platform/db/db.ts";
import { Unavailable } from "../../platform/db/db_errors.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { Secrets } from "../../vocabulary/secrets.ts";
import type { AccessTokens } from "../../tokens/access_tokens/access_token.ts";
import {
  formatRefreshToken,
  parseRefreshToken,
  type RefreshClaims,
  verifyRefreshMac,
} from "../../tokens/refresh_tokens/refresh_token.ts";
import {
  findForRefresh,
  findRefreshed,
  type RefreshedRow,
  type RefreshRow,
  updateRefreshCounter,
  updateRepeatedCounter,
} from "./refresh_store.ts";
import { revokeSession } from "../sessions/session_store.ts";
import { type Tokens, tokensFor } from "../../tokens/access_tokens/mint.ts";
import { createUnansweredRotations } from "./unanswered_rotations.ts";

export type RefreshOutcome = "rotated" | "replayed" | "reused" | "expired" | "invalid";

/** A refresh token whose MAC is proven, and the session that it is of. */
export type VerifiedRefreshToken = { claims: RefreshClaims; session: RefreshRow };

export type Rotation = ReturnType<typeof createRotation>;

const seedsSizeMax = 100_000; // sessions

/** By how many rotations an honest client may be late within the grace, which every rotation begins anew. */
const rotationsLateMax = 3;

export interface RotationDeps {
  db: Database;
  tokens: AccessTokens;
  secrets: Secrets;
  principals: PrincipalCache;
  idleSeconds: number;
  graceSeconds: number;
  accessTtlSeconds: number;
  counted: (outcome: RefreshOutcome) => void;
}

/**
 * Trades refresh tokens. The token before the current one gets the same answer again, as the first may have been lost:
 * within the grace, and for minutes after it while the current token is unused, which proves that it has arrived. Two
 * late repeats in a row are no accident unless the server answered 503: they, any other earlier token, and one that is
 * too many rotations late within the grace are taken for theft, and the session ends (RFC 9700 §4.14.2). A session's seed never changes and is remembered, so that a rotation is one
 * statement; whether the session lives is asked of the database by that statement, never of memory.
 */
export function createRotation(deps: RotationDeps) {
  const { db, tokens, secrets, principals, idleSeconds, graceSeconds, accessTtlSeconds, counted } = deps;
  const seeds = new BoundedMap<string, Uint8Array>(seedsSizeMax);
  const unanswered = createUnansweredRotations(db);
  return { rotate, verifyRefreshToken, storeUnanswered: unanswered.storeNoted };

  /**
   * Trades a refresh token for the next one and an access token.
   *
   * @throws {Problem} `invalid_grant`, alike for every reason.
   */
  async function rotate(token: string, client: Client): Promise<Tokens> {
    const claims = await verifyClaims(token);
    if (!claims) throw countRefusal("invalid");
    const next = await advanceCounter(claims);
    return next ?? await answerReplay(claims, client);
  }

  /** The next tokens; undefined when the token was not the current one, or the session has ended. */
  async function advanceCounter(claims: RefreshClaims): Promise<Tokens | undefined> {
    let rotated: RefreshedRow | undefined;
    try {
      rotated = await updateRefreshCounter(db, claims, { idleSeconds, secretId: secrets.id });
      return rotated && await issueTokens("rotated", claims.counter + 1, rotated);
    } catch (error) {
      if (rotated || error instanceof Unavailable && error.uncertain) unanswered.note(claims);
      throw error;
    }
  }

  async function answerReplay(claims: RefreshClaims, client: Client): Promise<Tokens> {
    if (unanswered.has(claims.sessionId)) await unanswered.storeNoted();
    const session = await findForRefresh(db, claims.sessionId, { idleSeconds, graceSeconds });
    if (!session?.alive) throw countRefusal("expired");
    const { id: sessionId, refresh_counter: counter, in_grace, is_repeatable } = session;
    const rotationsLate = counter - claims.counter; // below 0: of a future that was undone
    if (rotationsLate === 1 && (in_grace || is_repeatable)) {
      const find = in_grace ? findRefreshed : updateRepeatedCounter;
      const current = await find(db, { sessionId, counter }, { idleSeconds });
      if (!current) throw countRefusal("invalid"); // another rotation, or an end, came in between
      return await issueTokens("replayed", counter, current);
    }
    const isReuse = in_grace ? rotationsLate > rotationsLateMax : rotationsLate > 0;
    throw countRefusal(isReuse && await revokeReused(session, claims, client) ? "reused" : "invalid");
  }

  /** What the token proves, if it does; a failed MAC changes nothing, whatever id and counter it names. */
  async function verifyRefreshToken(token: string): Promise<VerifiedRefreshToken | undefined> {
    const claims = parseRefreshToken(token);
    const session = claims && await findForRefresh(db, claims.sessionId, { idleSeconds, graceSeconds });
    if (!session || !hasValidMac(claims, session.refresh_seed)) return undefined;
    seeds.set(session.id, Uint8Array.from(session.refresh_seed)); // as read, it holds a slab of 8 kB
    return { claims, session };
  }

  /** What the token proves, of a session that may have ended since. */
  async function verifyClaims(token: string): Promise<RefreshClaims | undefined> {
    const claims = parseRefreshToken(token);
    const seed = claims && seeds.get(claims.sessionId);
    if (!seed) return (await verifyRefreshToken(token))?.claims;
    return hasValidMac(claims, seed) ? claims : undefined;
  }

  function hasValidMac(claims: RefreshClaims, seed: Uint8Array): boolean {
    return secrets.ids.some((id) => verifyRefreshMac(secrets.subkey("refresh", id), seed, claims));
  }

  /** Ends the session, on the record; false when somebody had ended it already. */
  function revokeReused(session: RefreshRow, { counter }: RefreshClaims, client: Client): Promise<boolean> {
    const { id, user_id, refresh_counter } = session;
    return db.transaction(async (tx) => {
      tx.afterwards(() => principals.forgetSession(id));
      if (!await revokeSession(tx, id)) return false;
      await recordAudit(tx, {
        action: "session.refresh_reused",
        outcome: "failure",
        actor_id: null,
        client,
        subject: { type: "session", id },
        details: { user_id, counter, refresh_counter },
      });
      return true;
    });
  }

  async function issueTokens(outcome: RefreshOutcome, counter: number, row: RefreshedRow): Promise<Tokens> {
    const { id, user_id, refresh_seed } = row;
    const refreshToken = formatRefreshToken(secrets.subkey("refresh"), refresh_seed, id, counter);
    const answered = await tokensFor(tokens, { sub: user_id, sid: id, accessTtlSeconds, ...row }, refreshToken);
    counted(outcome);
    return answered;
  }

  function countRefusal(outcome: RefreshOutcome): Problem {
    counted(outcome);
    return new Problem("invalid_grant");
  }
}
