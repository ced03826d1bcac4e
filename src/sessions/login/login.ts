import type { Client } from "../../vocabulary/actor.ts";
import { createHmac, randomBytes } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import { canonicalIdentifier } from "../../vocabulary/identifiers.ts";
import { recordAudit } from "../../audit/events/audit.ts";
import type { Database, Tx } from "../../platform/db/db.ts";
import { BoundedMap } from "../../platform/cache/bounded_map.ts";
import { HashQueueFull, type NetworkKind } from "../../platform/hashing/hashing.ts";
import { networkOf } from "../../platform/network.ts";
import { createKeyedQueue } from "../../platform/db/keyed_queue.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { Secrets, SecretUse } from "../../vocabulary/secrets.ts";
import type { AccessTokens } from "../../tokens/access_tokens/access_token.ts";
import type { SessionRevocation } from "../sessions/session_revocation.ts";
import { findLogin, lockUserForMint, type LoginRow } from "./login_store.ts";
import { findPasswordHash, listPasswordSchemes, updatePasswordHash } from "../../credentials/passwords/passwords.ts";
import type { Passwords } from "../../credentials/passwords/passwords.ts";
import { formatRefreshToken } from "../../tokens/refresh_tokens/refresh_token.ts";
import { insertSession } from "../sessions/session_store.ts";
import { createSharedAttempts } from "./shared_attempts.ts";
import type { Throttle } from "./throttle.ts";
import { type Mint, type Tokens, tokensFor } from "../../tokens/access_tokens/mint.ts";

/** A name, which is a username or an e-mail address, and a password. */
export type Credentials = { username: string; password: string };

export type { Tokens };

/** What comes of checking a password: the user whose it is, with the hash that it matches, or why there is none. */
type Checked = { user: LoginRow | undefined; failure: LoginFailure | undefined; floorFrom: number };

/** What the tokens of a session that has begun are made of. */
type Minted = { mint: Mint; refreshToken: string };

type LoginFailure = "unknown_name" | "wrong_password" | "disabled";

/** `superseded`: disabled, deleted or given another password after this one was verified. */
export type LoginOutcome =
  | "succeeded"
  | LoginFailure
  | "superseded"
  | "overloaded"
  | "rate_limited";

export type Logins = ReturnType<typeof createLogins>;

export interface LoginsDeps {
  db: Database;
  passwords: Passwords;
  throttle: Throttle;
  tokens: AccessTokens;
  secrets: Secrets;
  sessionRevocation: SessionRevocation;
  accessTtlSeconds: number;
  sessionMaxSeconds: number;
  /** Live ones that a user may have. */
  sessionsPerUserMax: number;
  idleSeconds: number;
  /** Milliseconds from any origin, never going back. */
  monotonic: () => number;
  counted: (outcome: LoginOutcome) => void;
  /** A login failed at an account, or a name that nobody has, where none had in a while. */
  countedAccount: () => void;
}

const seedSizeBytes = 32;
const knownNetworksMax = 100_000; // networks

/** Logins, and the sessions they begin. */
export function createLogins(deps: LoginsDeps) {
  const { db, passwords, throttle, tokens, secrets, sessionRevocation } = deps;
  const { accessTtlSeconds, sessionMaxSeconds, sessionsPerUserMax, idleSeconds } = deps;
  const { monotonic, counted, countedAccount } = deps;
  const knownNetworks = new BoundedMap<string, true>(knownNetworksMax); // their last login here succeeded, by any name
  const attempts = createSharedAttempts<Checked>();
  const inTurn = createKeyedQueue(); // by user: however many log in to an account that is locked, they keep one connection
  let floorKnown: Promise<void> | undefined;
  return { login, watchSchemes, whenFloorKnown: () => floorKnown };

  /**
   * Trades a name and a password for tokens. Unknown name, wrong password and disabled account fail alike, in body
   * and in time (ASVS 6.3.8). The same name and password from the same network at the same time are one attempt, of
   * which each request has a session, or a refusal, of its own.
   *
   * @throws {Problem} `invalid_credentials`; {HashQueueFull} when too many passwords are being checked.
   */
  async function login({ username, password }: Credentials, client: Client): Promise<Tokens> {
    const arrived = monotonic();
    const canonical = canonicalIdentifier(username);
    const network = networkOf(client.ip);
    try {
      return await attempts.share(
        [canonical, password, network],
        () => check(canonical, password, { ip: client.ip, network }),
        async ({ user, failure, floorFrom }, isRecorded) => {
          const minted = user && !failure && await mint(user, client);
          if (minted) return await begin(minted, network);
          const from = Math.max(arrived, floorFrom); // who joined late waits for as long as who did not
          const outcome = failure ?? "superseded";
          counted(outcome);
          if (isRecorded) await recordRefusal(outcome, user, canonical, client);
          return await refuseLogin(from);
        },
      );
    } catch (error) {
      if (error instanceof HashQueueFull) counted("overloaded");
      if (error instanceof Problem && error.code === "rate_limited") counted("rate_limited");
      throw error;
    }
  }

  function mint(user: LoginRow, client: Client): Promise<Minted | undefined> {
    return inTurn(user.id, () => db.transaction((tx) => mintTokens(tx, user, client)));
  }

  async function begin({ mint, refreshToken }: Minted, network: string | null): Promise<Tokens> {
    const answered = await tokensFor(tokens, mint, refreshToken);
    if (network) knownNetworks.set(network, true);
    counted("succeeded");
    return answered;
  }

  /**
   * Looks up which kinds of hash are stored: a failed login takes as long as the slowest of them. None is answered before
   * the first look-up has ended.
   */
  function watchSchemes(): Promise<void> {
    const seen = listPasswordSchemes(db).then(passwords.schemesSeen);
    floorKnown ??= seen.catch(() => {});
    return seen;
  }

  /**
   * The cheapest refusal comes first: of a full queue, in memory; then of who tries too often; only then is a hash
   * computed. The right password is given back what it took, before anything else can fail. The floor of a refusal
   * counts from the arrival, without the waits for other attempts and for a slot, which say nothing about the name and
   * may be longer than any floor.
   */
  async function check(
    canonical: string,
    password: string,
    { ip, network }: { ip: string | null; network: string | null },
  ): Promise<Checked> {
    let floorFrom = monotonic();
    const networkKind: NetworkKind = network && knownNetworks.get(network) ? "known" : "unknown";
    passwords.admit(networkKind);
    const user = await findLogin(db, canonical, network);
    const knownUserId = user?.known ? user.id : undefined;
    const askedAt = monotonic();
    const taken = await throttle.takeLogin({ ip, name: canonical, knownUserId });
    const queuedAt = monotonic();
    if (taken.waited) floorFrom += queuedAt - askedAt;
    const onStart = () => floorFrom += monotonic() - queuedAt;
    const hashed = passwords.verify(password, user?.password_hash, { lot: lotOf(canonical), networkKind, onStart });
    const opens = (matches: boolean) => matches && user !== undefined && !user.disabled;
    const matches = await throttle.judge(taken, hashed, opens); // the queue may have filled up meanwhile
    if (user && opens(matches)) {
      const password_hash = await upgradeHash(user, password);
      return { user: { ...user, password_hash }, failure: undefined, floorFrom };
    }
    if (taken.first) countedAccount();
    if (network) knownNetworks.delete(network);
    return { user, failure: !user ? "unknown_name" : matches ? "disabled" : "wrong_password", floorFrom };
  }

  async function recordRefusal(
    outcome: LoginOutcome,
    user: LoginRow | undefined,
    canonical: string,
    client: Client,
  ): Promise<void> {
    await recordAudit(db, {
      action: "login.failed",
      outcome: "failure",
      actor_id: null,
      client,
      subject: { type: "user", id: user?.id ?? null },
      details: user ? { reason: outcome } : { reason: outcome, name_hmac: nameHmac(canonical) },
    });
  }

  async function refuseLogin(floorFrom: number): Promise<never> {
    await floorKnown;
    await passwords.withholdUntilFloor(floorFrom);
    throw new Problem("invalid_credentials");
  }

  /** People type passwords where names belong: of an unknown name only this is kept. */
  function nameHmac(canonical: string): string {
    return hmacOf("audit", canonical).toString("base64url");
  }

  /** Picks, for an unknown name, which stored scheme the dummy hash uses, always the same. */
  function lotOf(canonical: string): number {
    return hmacOf("dummy_scheme", canonical).readUInt32BE();
  }

  function hmacOf(use: SecretUse, canonical: string) {
    return createHmac("sha256", secrets.subkey(use)).update(canonical).digest();
  }

  /**
   * Rehashes to the policy what was just verified, outside of any transaction; a full queue leaves it for next time.
   * Answers the hash that the password is now known to match: of many logins at once, one upgrades (T103), and a
   * password changed meanwhile wins (T194).
   */
  async function upgradeHash({ id, password_hash }: LoginRow, password: string): Promise<string> {
    if (!passwords.needsRehash(password_hash, password)) return password_hash;
    try {
      const upgraded = await passwords.hash(password);
      if (await updatePasswordHash(db, id, password_hash, upgraded)) return upgraded;
      const stored = await findPasswordHash(db, id);
      return stored && await passwords.verify(password, stored) ? stored : password_hash;
    } catch {
      return password_hash;
    }
  }

  /**
   * Begins a session, and makes room for it; the only place that does. Undefined when the user was disabled or deleted,
   * or the password changed, after it was verified.
   */
  async function mintTokens(
    tx: Tx,
    verified: LoginRow,
    client: Client,
  ): Promise<Minted | undefined> {
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
