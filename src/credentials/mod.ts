import { feature } from "../http/contract/feature.ts";
import type { Hashing, HashPolicy } from "../platform/hashing/hashing.ts";
import type { Settings } from "../vocabulary/dictionary.ts";
import { createPasswordPolicy } from "./passwords/password_policy.ts";
import { createPasswords } from "./passwords/passwords.ts";
import "./dictionary.ts";

interface Needs {
  settings: Settings;
  hashing: Hashing;
  /** Milliseconds from any origin, never going back. */
  monotonic: () => number;
}

/** How users prove who they are. */
export const credentials = feature({
  name: "credentials",
  compose: ({ settings, hashing, monotonic }: Needs) => ({
    passwords: createPasswords({ hashing, policy: hashPolicy(settings), monotonic }),
    policy: createPasswordPolicy({
      lengthMin: settings.SENTINEL_PASSWORD_MIN_LENGTH,
      blocklist: settings.SENTINEL_PASSWORD_BLOCKLIST,
      publicUrl: settings.SENTINEL_PUBLIC_URL,
    }),
  }),
  resources: [],
});

function hashPolicy({ SENTINEL_PASSWORD_HASH: kind, SENTINEL_BCRYPT_COST: cost }: Settings): HashPolicy {
  return kind === "bcrypt" ? { kind, cost } : { kind };
}
