import { randomBytes } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import { clientTokenId } from "../../tokens/access_tokens/client_token_id.ts";
import type { NewClientClaims } from "../../tokens/access_tokens/access_token.ts";
import type { AccessTokenAlgorithm } from "../../vocabulary/algorithms.ts";
import { createSecrets } from "../../vocabulary/secrets.ts";
import { type Sentinel, testSecret } from "../harness.ts";

const secrets = createSecrets(testSecret);

/** A new session of this kind, without a sign-in; answers its id. A session of a client has its scopes. */
export async function newSession(
  { db }: Pick<Sentinel, "db">,
  { userId, kind, clientId = null, scopes = [], parentId = null }: {
    userId: string;
    kind: "api" | "browser" | "client";
    clientId?: string | null;
    scopes?: string[];
    parentId?: string | null;
  },
): Promise<string> {
  const id = uuidv7();
  const scope = kind === "client" ? scopes : null;
  const rpSid = kind === "client" ? crypto.randomUUID() : null;
  await db.query(
    "test",
    `insert into sessions (id, user_id, kind, client_id, scope, rp_sid, parent_id, refresh_seed, secret_id, auth_time, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, now(), now() + interval '1 hour')`,
    [id, userId, kind, clientId, scope, rpSid, parentId, randomBytes(32), secrets.id],
  );
  return id;
}

/** Claims of a token that a client got for its session, for Sentinel's own API. */
export function sessionClaims(
  { settings }: Pick<Sentinel, "settings">,
  { sub, sid, client_id, ...changed }:
    & Pick<NewClientClaims, "sub" | "client_id">
    & { sid: string }
    & Partial<NewClientClaims>,
): NewClientClaims & { sid: string } {
  const iat = Math.floor(Date.now() / 1000);
  const jti = clientTokenId(Date.now(), 0);
  const aud = settings.SENTINEL_PUBLIC_URL;
  return { sub, sid, client_id, jti, iat, exp: iat + 600, auth_time: iat, aud, scope: "", ...changed };
}

/** As {@link sessionClaims}, signed. */
export async function sessionToken(
  sentinel: Pick<Sentinel, "settings" | "tokens">,
  claims: Parameters<typeof sessionClaims>[1],
  alg: AccessTokenAlgorithm = "EdDSA",
): Promise<string> {
  return await sentinel.tokens.signForClient(sessionClaims(sentinel, claims), alg);
}
