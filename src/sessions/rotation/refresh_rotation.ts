import { timingSafeEqual } from "node:crypto";
import type { Client } from "../../vocabulary/actor.ts";
import type { PrincipalCache } from "../../access/principals/principal_cache.ts";
import { recordAudit } from "../../audit/events/audit.ts";
import { BoundedMap } from "../../platform/cache/bounded_map.ts";
import type { Mails } from "../../delivery/mail/mails.ts";
import type { Database } from "../../platform/db/db.ts";
import { Unavailable } from "../../platform/db/db_errors.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { Secrets } from "../../vocabulary/secrets.ts";
import type { RefreshClaims, RefreshTokens } from "../../tokens/refresh_tokens/refresh_token.ts";
import { createRefreshStatements } from "./refresh_statements.ts";
import { findRefreshed, type RefreshedRow, type RefreshRow, updateRepeatedCounter } from "./refresh_store.ts";
import { revokeSession } from "../sessions/session_store.ts";
import type { UnansweredRotations } from "./unanswered_rotations.ts";

export type RefreshOutcome = "rotated" | "replayed" | "reused" | "expired" | "invalid";

/** A refresh token whose MAC is valid, and its session. */
export type VerifiedRefreshToken = { claims: RefreshClaims; session: RefreshRow };

/** Makes the answer of a rotation. It may be called again for a repeat. */
export type IssueTokens<T> = (session: RefreshedRow, refreshToken: string) => Promise<T>;

/**
 * Who sends a refresh token: an OAuth client or none, and the key that it has proven. `binds`: its refresh tokens are
 * bound to that key from then on (RFC 9449 §5). `keeps`: it gets its refresh token again instead of the next one.
 */
export type RefreshHolder = { clientId: string | null; jkt?: string | undefined; binds?: boolean; keeps?: boolean };

export type RefreshRotation = ReturnType<typeof createRefreshRotation>;

const sessionsSizeMax = 100_000;
const macSizeBytes = 32;

/**
 * What verifies the tokens of a session without a statement: its seed, and behind it the MAC of the token of `counter`,
 * which this replica issued last. It verifies that token without computing it anew, which takes a tenth of a rotation.
 * They are one array, because two would take 24 MB more for {@link sessionsSizeMax} of them.
 */
type KnownSession = { bytes: Uint8Array; counter: number | undefined };

/** How many rotations an honest client may be behind within the grace, which starts again with every rotation. */
const rotationsLateMax = 3;

/**
 * How far an honest client may be behind whose last three step-ups were answered in vain: each moves the counter by
 * two.
 */
const stepUpsLateMax = 6;

export interface RefreshRotationDeps {
  db: Database;
  /** The kind of tokens that it exchanges. */
  refreshTokens: RefreshTokens;
  unanswered: UnansweredRotations;
  secrets: Secrets;
  principals: PrincipalCache;
  mails: Mails;
  idleSeconds: number;
  graceSeconds: number;
  countRefresh: (outcome: RefreshOutcome) => void;
}

/**
 * Exchanges refresh tokens for new ones. The previous token gets the same answer again, because the first answer may
 * have been lost: within the grace, and for minutes after it while the current token is unused. A use of the current
 * token proves that it arrived. Some reuse counts as theft, which ends the session (RFC 9700 §4.14.2): a second late
 * repeat in a row, unless the server answered 503; any older token; and, within the grace, a token that is too many
 * rotations behind. While the token of a step-up is unused, the ones before it are refused only: its answer may have
 * been lost. The seed of a session never changes and is remembered, so a rotation is one statement, which it may share
 * with others, and that statement checks that the session is live.
 */
export function createRefreshRotation(deps: RefreshRotationDeps) {
  const { db, refreshTokens, unanswered, secrets, principals, mails, idleSeconds, graceSeconds, countRefresh } = deps;
  const sessions = new BoundedMap<string, KnownSession>(sessionsSizeMax);
  const { advance, find } = createRefreshStatements({ db, secrets, idleSeconds, graceSeconds });
  return { rotate, verifyRefreshToken };

  /**
   * Exchanges a refresh token of a session that this OAuth client holds, or none, for the answer that `issue` makes of
   * the next one. A token of another client, or bound to another key, changes nothing, and is no reuse.
   *
   * @throws {Problem} `invalid_grant`, alike for every reason.
   */
  async function rotate<T>(token: string, holder: RefreshHolder, client: Client, issue: IssueTokens<T>): Promise<T> {
    const claims = await verifyClaims(token);
    if (!claims) throw countRefusal("invalid");
    const next = await advanceCounter(claims, holder, issue);
    return next ?? await answerReplay(claims, holder, client, issue);
  }

  /**
   * The next tokens, or new ones beside the same refresh token. Undefined when the token is not the current one, or the
   * session has ended.
   */
  async function advanceCounter<T>(
    claims: RefreshClaims,
    holder: RefreshHolder,
    issue: IssueTokens<T>,
  ): Promise<T | undefined> {
    let rotated: RefreshedRow | undefined;
    try {
      rotated = await advance({ ...claims, ...holder });
      return rotated && await answer("rotated", claims.counter + (holder.keeps ? 0 : 1), rotated, issue);
    } catch (error) {
      if (rotated || error instanceof Unavailable && error.uncertain) unanswered.note(claims);
      throw error;
    }
  }

  async function answerReplay<T>(
    claims: RefreshClaims,
    { clientId, jkt }: RefreshHolder,
    client: Client,
    issue: IssueTokens<T>,
  ): Promise<T> {
    if (unanswered.has(claims.sessionId)) await unanswered.storeNoted();
    const session = await find(claims.sessionId);
    const isOther = session?.client_id !== clientId || session.dpop_jkt !== null && session.dpop_jkt !== jkt;
    if (session && isOther) throw countRefusal("invalid");
    if (!session?.alive) throw countRefusal("expired");
    const { id: sessionId, refresh_counter: counter, in_grace, is_repeatable, is_stepped_up } = session;
    const rotationsLate = counter - claims.counter; // below 0 if the database was restored from a backup
    if (rotationsLate === 1 && (in_grace || is_repeatable)) {
      const repeat = in_grace ? findRefreshed : updateRepeatedCounter;
      const current = await repeat(db, { sessionId, counter }, { idleSeconds });
      if (!current) throw countRefusal("invalid"); // another rotation came first, or the session ended
      return await answer("replayed", counter, current, issue);
    }
    const lateMax = is_stepped_up ? stepUpsLateMax : in_grace ? rotationsLateMax : 0;
    const isReuse = rotationsLate > lateMax;
    throw countRefusal(isReuse && await revokeReused(session, claims, client) ? "reused" : "invalid");
  }

  /**
   * The claims and the session of a valid token. An invalid MAC changes nothing, whatever session and counter the token
   * names.
   */
  async function verifyRefreshToken(token: string): Promise<VerifiedRefreshToken | undefined> {
    const claims = refreshTokens.parse(token);
    const session = claims && await find(claims.sessionId);
    if (!session || !hasValidMac(claims, session.refresh_seed)) return undefined;
    const bytes = new Uint8Array(session.refresh_seed.length + macSizeBytes); // a copy: the original keeps a buffer of 8 kB alive
    bytes.set(session.refresh_seed);
    sessions.set(session.id, { bytes, counter: undefined });
    return { claims, session };
  }

  /** The claims of a valid token. Its session may have ended since. */
  async function verifyClaims(token: string): Promise<RefreshClaims | undefined> {
    const claims = refreshTokens.parse(token);
    const known = claims && sessions.get(claims.sessionId);
    if (!known) return (await verifyRefreshToken(token))?.claims;
    const { bytes, counter } = known;
    const isIssued = counter === claims.counter && timingSafeEqual(bytes.subarray(-macSizeBytes), claims.mac);
    return isIssued || hasValidMac(claims, bytes.subarray(0, -macSizeBytes)) ? claims : undefined;
  }

  function hasValidMac(claims: RefreshClaims, seed: Uint8Array): boolean {
    return secrets.ids.some((id) => refreshTokens.verify(secrets.subkey(refreshTokens.use, id), seed, claims));
  }

  /** Revokes the session and records the reuse. Returns false if the session had already ended. */
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
      await mails.notify(tx, user_id, "session_reused", client, {});
      return true;
    });
  }

  async function answer<T>(
    outcome: RefreshOutcome,
    counter: number,
    row: RefreshedRow,
    issue: IssueTokens<T>,
  ): Promise<T> {
    const subkey = secrets.subkey(refreshTokens.use);
    const { token, mac } = refreshTokens.derive(subkey, row.refresh_seed, row.id, counter);
    const answered = await issue(row, token);
    const known = sessions.get(row.id);
    if (known) {
      known.bytes.set(mac, known.bytes.length - macSizeBytes);
      known.counter = counter;
    }
    countRefresh(outcome);
    return answered;
  }

  function countRefusal(outcome: RefreshOutcome): Problem {
    countRefresh(outcome);
    return new Problem("invalid_grant");
  }
}
