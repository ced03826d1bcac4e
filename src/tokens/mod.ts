import { feature } from "../http/contract/feature.ts";
import type { CacheValidity } from "../platform/cache/cache_validity.ts";
import type { Clock } from "../platform/clock.ts";
import type { Database } from "../platform/db/db.ts";
import type { Log } from "../platform/logger.ts";
import type { Secrets } from "../vocabulary/secrets.ts";
import { createAccessTokens } from "./access_tokens/access_token.ts";
import { jwksRoute } from "./keys/jwks_route.ts";
import { createKeys } from "./keys/keys.ts";

interface Needs {
  config: { publicUrl: string; accessTokenTtlSeconds: number };
  db: Database;
  clock: Clock;
  cacheValidity: CacheValidity;
  secrets: Secrets;
  log: Log;
  counted: { tokenVerification(result: "valid" | "cached" | "invalid" | "revoked"): void };
}

/** Access tokens, and the keys that they are signed and verified with. */
export const tokens = feature({
  name: "tokens",
  compose({ config, db, clock, cacheValidity, secrets, log, counted }: Needs) {
    const sealed = (kid: string, cause: unknown) =>
      log.error("the active signing key cannot be opened here", { kid, cause: String(cause) });
    const keys = createKeys({ db, secrets, cacheValidity, sealed });
    return {
      keys,
      tokens: createAccessTokens({
        clock,
        counted: counted.tokenVerification,
        keys,
        issuer: config.publicUrl,
        ttlSeconds: config.accessTokenTtlSeconds,
      }),
    };
  },
  async start({ keys }) {
    await keys.ensure();
  },
  memory: ({ keys }) => ({ changed: { keys: keys.forget }, forgetAll: keys.forget }),
  resources: [jwksRoute],
});
