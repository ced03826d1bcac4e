import { Buffer } from "node:buffer";
import type { Clock } from "../../platform/clock.ts";
import type { IdTokenAlgorithm } from "../../vocabulary/algorithms.ts";
import { encodeJson } from "../keys/key_ring.ts";
import type { Keys } from "../keys/keys.ts";

/** Who is signed out where: `aud` is the client, `sid` that of its id_tokens. */
export type NewLogoutTokenClaims = { sub: string; aud: string; sid: string };

export type LogoutTokens = ReturnType<typeof createLogoutTokens>;

/** Time enough for the way to the receiver (OpenID Connect Back-Channel Logout 1.0 §2.4 recommends two minutes). */
const ttlSeconds = 120;

const events = { "http://schemas.openid.net/event/backchannel-logout": {} };

/**
 * Signs logout tokens (OpenID Connect Back-Channel Logout 1.0 §2.4). Their type keeps them apart from id_tokens, and
 * they have no nonce. Do not call it in a transaction: it may create keys.
 */
export function createLogoutTokens({ keys, clock, issuer }: { keys: Keys; clock: Clock; issuer: string }) {
  return { sign };

  async function sign({ sub, aud, sid }: NewLogoutTokenClaims, alg: IdTokenAlgorithm): Promise<string> {
    const { kid, sign } = (await keys.ring()).signing.get(alg) ?? await keys.ensureAlgorithm(alg);
    const iat = Math.floor(clock.now() / 1_000);
    const times = { iat, exp: iat + ttlSeconds, jti: crypto.randomUUID() };
    const header = encodeJson({ alg, typ: "logout+jwt", kid });
    const input = `${header}.${encodeJson({ iss: issuer, aud, sub, sid, ...times, events })}`;
    return `${input}.${Buffer.from(await sign(input)).toString("base64url")}`;
  }
}
