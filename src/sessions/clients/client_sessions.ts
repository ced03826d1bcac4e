import { randomBytes } from "node:crypto";
import type { PrincipalCache } from "../../access/principals/principal_cache.ts";
import { type AuditFact, recordAll, recordAudit } from "../../audit/events/audit.ts";
import type { Tx } from "../../platform/db/db.ts";
import { clientRefreshTokens } from "../../tokens/refresh_tokens/refresh_token.ts";
import type { Actor, Client } from "../../vocabulary/actor.ts";
import type { Aal } from "../../vocabulary/assurance.ts";
import type { Secrets } from "../../vocabulary/secrets.ts";
import { createRefreshRotation, type RefreshHolder, type RefreshRotationDeps } from "../rotation/refresh_rotation.ts";
import type { RefreshedRow } from "../rotation/refresh_store.ts";
import type { SessionRevocation } from "../sessions/session_revocation.ts";
import {
  insertClientSession,
  insertClientSessions,
  insertLoneClientSession,
  type NewClientSession,
  revokeSessionsOfClient,
  type StartedRow,
} from "../sessions/client_session_store.ts";
import { limitLockWait } from "../sessions/session_store.ts";

/**
 * What an OAuth client was granted, for its next tokens. `rpSid` is the `sid` of its id_tokens, which no other client
 * gets; `amr` and `aal` say how the user signed in. Times are in seconds since the epoch, by the database's clock; it
 * ends at `expiresAt` without a refresh.
 */
export type ClientSession = {
  id: string;
  userId: string;
  clientId: string;
  scopes: string[];
  resources: string[];
  rpSid: string;
  authTime: number;
  amr: string[];
  aal: Aal;
  roles: string[];
  now: number;
  expiresAt: number;
  refreshToken: string;
};

/**
 * What a user's sign-in in an application grants to it. `id` is that of the code, so that its reuse finds the session.
 */
export type ClientGrant = {
  id: string;
  parentId: string;
  userId: string;
  clientId: string;
  scopes: string[];
  resources: string[];
  /** Whether the session lives on when that of the browser ends. */
  offline: boolean;
  /** The key that its refresh tokens are bound to, by its thumbprint (RFC 9449 §5). */
  boundJkt?: string | undefined;
};

/** The client that sends a refresh token, and the key that it has proven, as {@link RefreshHolder}. */
export type RefreshingClient = RefreshHolder & { clientId: string };

/** What a user granted on another device than the client runs on: the session has no parent, and is offline. */
export type LoneGrant = Omit<ClientGrant, "parentId" | "offline">;

/** How the user signed in who approved, with the credentials that they had; `authTime` in seconds since the epoch. */
export type Approval = { authTime: number; amr: string[]; aal: Aal; credentialEpoch: number };

export type ClientSessions = ReturnType<typeof createClientSessions>;

const seedSizeBytes = 32;

/**
 * Sessions that OAuth clients hold: children of the session of the browser in which the user signed in, with which they
 * end, or without a parent where the user signed in on another device. They are refreshed, listed and revoked like all
 * others.
 */
export function createClientSessions(
  deps: Omit<RefreshRotationDeps, "refreshTokens"> & {
    secrets: Secrets;
    principals: PrincipalCache;
    sessionRevocation: SessionRevocation;
    sessionMaxSeconds: number;
  },
) {
  const { secrets, principals, sessionRevocation, idleSeconds, sessionMaxSeconds } = deps;
  const { rotate, verifyRefreshToken } = createRefreshRotation({ ...deps, refreshTokens: clientRefreshTokens });

  return { startIn, startAllIn, startAloneIn, refresh, verifyRefreshToken, endOfClient };

  /**
   * Undefined if the browser's session has ended, the user or the client was disabled, or the user no longer allows the
   * client anything.
   */
  async function startIn(tx: Tx, grant: ClientGrant, client: Client): Promise<ClientSession | undefined> {
    const row = rowOf(grant);
    const started = await insertClientSession(tx, row, idleSeconds);
    return started && await begun(tx, grant, started, row.refresh_seed, client);
  }

  /**
   * As {@link startIn}, of several, and returns the sessions that have started, by their ids. Of grants with the same
   * parent and client only the first one counts. The transaction waits for no lock of a user, a parent, a client or a
   * consent, and leaves out the grant; for a session that it ends it waits 50 ms at most.
   */
  async function startAllIn(
    tx: Tx,
    grants: (ClientGrant & { client: Client })[],
  ): Promise<Map<string, ClientSession>> {
    const chosen = new Map<string, ClientGrant & { client: Client; row: NewClientSession }>();
    for (const grant of grants) {
      chosen.getOrInsertComputed(`${grant.parentId} ${grant.clientId}`, () => ({ ...grant, row: rowOf(grant) }));
    }
    const grantOf = new Map([...chosen.values()].map((grant) => [grant.id, grant]));
    const [, rows] = await Promise.all([
      limitLockWait(tx),
      insertClientSessions(tx, [...grantOf.values()].map(({ row }) => row), idleSeconds),
    ]);
    tx.afterwards(() => rows.forEach(({ ended }) => ended.forEach(principals.forgetSession)));
    const begun = rows.map((row) => ({ row, grant: grantOf.get(row.id)! }));
    if (begun.length > 0) await recordAll(tx, begun.map(({ grant }) => created(grant, grant.client)));
    return new Map(begun.map(({ row, grant }) => [row.id, sessionOf(grant, row, grant.row.refresh_seed)]));
  }

  function rowOf(grant: ClientGrant): NewClientSession {
    const { id, parentId, userId, clientId, scopes, resources, offline, boundJkt = null } = grant;
    return {
      ...{ id, parent_id: parentId, user_id: userId, client_id: clientId, scope: scopes, resources, offline },
      ...{ refresh_seed: randomBytes(seedSizeBytes), secret_id: secrets.id, ttl_seconds: sessionMaxSeconds },
      dpop_jkt: boundJkt,
    };
  }

  /**
   * Undefined if the user's credentials have changed since, the user or the client was disabled, or as in {@link
   * startIn}.
   */
  async function startAloneIn(
    tx: Tx,
    grant: LoneGrant,
    { authTime, credentialEpoch, ...how }: Approval,
    client: Client,
  ): Promise<ClientSession | undefined> {
    const { id, userId, clientId, scopes, resources, boundJkt = null } = grant;
    const refresh_seed = randomBytes(seedSizeBytes);
    const started = await insertLoneClientSession(tx, {
      ...{ id, user_id: userId, client_id: clientId, scope: scopes, resources, ...how, auth_time: authTime },
      ...{ credential_epoch: credentialEpoch, refresh_seed, secret_id: secrets.id, ttl_seconds: sessionMaxSeconds },
      dpop_jkt: boundJkt,
    }, idleSeconds);
    return started && await begun(tx, grant, started, refresh_seed, client);
  }

  async function begun(
    tx: Tx,
    grant: LoneGrant,
    started: StartedRow,
    refreshSeed: Uint8Array,
    client: Client,
  ): Promise<ClientSession> {
    tx.afterwards(() => started.ended.forEach(principals.forgetSession));
    await recordAudit(tx, created(grant, client));
    return sessionOf(grant, started, refreshSeed);
  }

  function sessionOf(
    { id, userId, clientId, scopes, resources }: LoneGrant,
    { rp_sid, auth_time, amr, aal, expires_at, roles, now }: StartedRow,
    refreshSeed: Uint8Array,
  ): ClientSession {
    const refreshToken = clientRefreshTokens.format(secrets.subkey(clientRefreshTokens.use), refreshSeed, id, 0);
    return {
      ...{ id, userId, clientId, scopes, resources, rpSid: rp_sid, authTime: auth_time, amr, aal },
      ...{ roles, now, expiresAt: expires_at, refreshToken },
    };
  }

  /**
   * Exchanges a refresh token of the client for what `issue` makes of the session and the next one. A token of another
   * client changes nothing, and neither does one that is bound to another key.
   *
   * @throws {Problem} `invalid_grant`, alike for every reason.
   */
  function refresh<T>(
    token: string,
    holder: RefreshingClient,
    client: Client,
    issue: (session: ClientSession) => Promise<T>,
  ): Promise<T> {
    const { clientId } = holder;
    return rotate(token, holder, client, (row, refreshToken) => issue(clientSession(row, clientId, refreshToken)));
  }

  /** Revokes what the client holds of the user, and returns the number of sessions. */
  async function endOfClient(tx: Tx, userId: string, clientId: string, actor: Actor): Promise<number> {
    return await sessionRevocation.recordRevokedIn(
      tx,
      userId,
      await revokeSessionsOfClient(tx, userId, clientId),
      actor,
    );
  }
}

function created({ id, userId, clientId, scopes }: LoneGrant, client: Client): AuditFact {
  return {
    action: "session.created",
    actor_id: userId,
    oauth_client_id: clientId,
    client,
    subject: { type: "session", id },
    details: { kind: "client", scope: scopes.join(" ") },
  };
}

function clientSession(row: RefreshedRow, clientId: string, refreshToken: string): ClientSession {
  const { id, user_id, scope, resources, rp_sid, auth_time, amr, aal, roles, now, expires_at } = row;
  return {
    ...{ id, userId: user_id, clientId, scopes: scope ?? [], resources: resources ?? [], rpSid: rp_sid ?? id },
    ...{ authTime: auth_time, amr, aal, roles, now, expiresAt: expires_at, refreshToken },
  };
}
