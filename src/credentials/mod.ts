import type { access } from "../access/mod.ts";
import type { delivery } from "../delivery/mod.ts";
import { feature, type ServicesOf } from "../http/contract/feature.ts";
import type { Foundation } from "../http/contract/foundation.ts";
import type { HashPolicy } from "../platform/hashing/hashing.ts";
import { countBy } from "../platform/metrics.ts";
import type { Settings } from "../vocabulary/dictionary.ts";
import { createApiKeys } from "./api_keys/api_keys.ts";
import { purgeApiKeys } from "./api_keys/ended_keys.ts";
import { createKeyAuthentication } from "./api_keys/key_authentication.ts";
import { createKeyCount } from "./api_keys/key_count.ts";
import { createKeyUses } from "./api_keys/key_uses.ts";
import { createLeakedKeys } from "./api_keys/leaked_keys.ts";
import { myApiKeysRoute } from "./api_keys/my_api_keys_route.ts";
import { myApiKeySecretsRoute } from "./api_keys/my_api_key_secrets_route.ts";
import { revokeLeakedRoute } from "./api_keys/revoke_leaked_route.ts";
import { userApiKeysRoute } from "./api_keys/user_api_keys_route.ts";
import { createFactorAdditions } from "./factors/factor_additions.ts";
import { createFactors } from "./factors/factors.ts";
import { createPasswordPolicy } from "./passwords/password_policy.ts";
import { createPasswords } from "./passwords/passwords.ts";
import { createPasskeys } from "./passkeys/passkeys.ts";
import { createSignInChallenges } from "./passkeys/sign_in_challenges.ts";
import { createMailedTickets } from "./tickets/mailed_tickets.ts";
import { purgeTickets } from "./tickets/tickets.ts";
import { createTotp } from "./totp/totp.ts";
import "./dictionary.ts";

type Needs = Foundation & ServicesOf<typeof access> & ServicesOf<typeof delivery>;

const minute = 60_000;

/** How users prove who they are: passwords, the API keys of their programs, and the tickets of flows. */
export const credentials = feature({
  name: "credentials",
  compose({ settings, db, clock, principals, clients, hashing, secrets, mails, instruments, monotonic }: Needs) {
    const keyUses = createKeyUses({ db });
    const totp = createTotp({ db, secrets, clock, issuer: settings.SENTINEL_BRAND_NAME });
    const passkeys = createPasskeys({
      mails,
      publicUrl: settings.SENTINEL_PUBLIC_URL,
      rpId: settings.SENTINEL_PASSKEY_RP_ID,
      name: settings.SENTINEL_BRAND_NAME,
      regressed: () => instruments.sentinel_passkey_counter_regressions_total.with({}).inc(),
    });
    const countFactor = instruments.sentinel_factor_checks_total;
    const factors = createFactors({
      totp,
      passkeys,
      principals,
      mails,
      counted: (kind, outcome) => countFactor.with({ kind, outcome }).inc(),
    });
    return {
      totp,
      passkeys,
      signInChallenges: createSignInChallenges({ secrets, clock }),
      factors,
      factorAdditions: createFactorAdditions({ totp, factors, mails }),
      passwords: createPasswords({ hashing, policy: hashPolicy(settings), monotonic }),
      policy: createPasswordPolicy({
        lengthMin: settings.SENTINEL_PASSWORD_MIN_LENGTH,
        blocklist: settings.SENTINEL_PASSWORD_BLOCKLIST,
        publicUrl: settings.SENTINEL_PUBLIC_URL,
      }),
      keyUses,
      keyCount: createKeyCount({ db, gauge: instruments.sentinel_api_keys }),
      keyAuthentication: createKeyAuthentication({
        principals,
        clock,
        uses: keyUses,
        counted: countBy(instruments.sentinel_api_key_uses_total, "outcome"),
      }),
      apiKeys: createApiKeys({
        db,
        principals,
        mails,
        clock,
        ttlMaxDays: settings.SENTINEL_API_KEY_TTL_MAX_DAYS,
        perUserMax: settings.SENTINEL_API_KEYS_PER_USER_MAX,
      }),
      leakedKeys: createLeakedKeys({
        db,
        principals,
        clients,
        mails,
        counted: countBy(instruments.sentinel_leaked_secrets_total, "kind"),
      }),
      mailedTickets: createMailedTickets({ secrets }),
    };
  },
  async start({ totp, passkeys, db, log, siblings }) {
    if (!siblings.isFirst) return;
    await totp.reseal();
    await passkeys.warnOfForeign(db, log);
  },
  jobs: [
    { name: "api key uses", everyMs: minute, everyWorker: true, run: ({ keyUses }) => keyUses.flush() },
    { name: "api key count", everyMs: 5 * minute, run: ({ keyCount }) => keyCount.take() },
    { name: "api key purge", everyMs: minute, run: ({ db }) => purgeApiKeys(db) },
    { name: "ticket purge", everyMs: minute, run: ({ db }) => purgeTickets(db) },
    { name: "factor purge", everyMs: minute, run: ({ totp }) => totp.purge() },
  ],
  resources: [myApiKeysRoute, myApiKeySecretsRoute, userApiKeysRoute, revokeLeakedRoute],
});

function hashPolicy({ SENTINEL_PASSWORD_HASH: kind, SENTINEL_BCRYPT_COST: cost }: Settings): HashPolicy {
  return kind === "bcrypt" ? { kind, cost } : { kind };
}
