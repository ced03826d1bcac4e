import { feature } from "../http/contract/feature.ts";
import type { Foundation } from "../http/contract/foundation.ts";
import { createAccessTokens } from "./access_tokens/access_token.ts";
import { createDpopProofs } from "./dpop/dpop_proofs.ts";
import { createIdTokens } from "./id_tokens/id_token.ts";
import { createLogoutTokens } from "./id_tokens/logout_token.ts";
import { jwksRoute } from "./keys/jwks_route.ts";
import { createKeys } from "./keys/keys.ts";
import { createUsedOnce } from "./used_once/used_once.ts";
import { countBy } from "../platform/metrics.ts";
import "./dictionary.ts";

type Needs = Foundation;

/** Access tokens, and the keys that they are signed and verified with. */
export const tokens = feature({
  name: "tokens",
  compose({ settings, db, clock, cacheValidity, secrets, log, instruments }: Needs) {
    const sealed = (kid: string, cause: unknown) =>
      log.error("the active signing key cannot be opened here", { kid, cause: String(cause) });
    const keys = createKeys({ db, secrets, cacheValidity, sealed });
    const usedOnce = createUsedOnce({ db });
    return {
      keys,
      usedOnce,
      dpopProofs: createDpopProofs({
        clock,
        usedOnce,
        issuer: settings.SENTINEL_PUBLIC_URL,
        counted: countBy(instruments.sentinel_dpop_proofs_total, "outcome"),
      }),
      idTokens: createIdTokens({ keys, issuer: settings.SENTINEL_PUBLIC_URL }),
      logoutTokens: createLogoutTokens({ keys, clock, issuer: settings.SENTINEL_PUBLIC_URL }),
      tokens: createAccessTokens({
        clock,
        counted: countBy(instruments.sentinel_token_verifications_total, "result"),
        keys,
        issuer: settings.SENTINEL_PUBLIC_URL,
        ttlSeconds: settings.SENTINEL_ACCESS_TOKEN_TTL_SECONDS,
      }),
    };
  },
  async start({ keys }) {
    await keys.ensure();
  },
  jobs: [{ name: "used-once purge", everyMs: 60_000, run: ({ usedOnce }) => usedOnce.purge() }],
  memory: ({ keys }) => ({ changed: { keys: keys.forget }, forgetAll: keys.forget }),
  resources: [jwksRoute],
});
