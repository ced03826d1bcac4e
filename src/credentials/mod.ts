import { feature } from "../http/contract/feature.ts";
import type { Hashing, HashPolicy } from "../platform/hashing/hashing.ts";
import { createPasswordPolicy } from "./passwords/password_policy.ts";
import { createPasswords } from "./passwords/passwords.ts";

interface Needs {
  config: Parameters<typeof createPasswordPolicy>[0] & { passwordPolicy: HashPolicy };
  hashing: Hashing;
  /** Milliseconds from any origin, never going back. */
  monotonic: () => number;
}

/** How users prove who they are. */
export const credentials = feature({
  name: "credentials",
  compose: ({ config, hashing, monotonic }: Needs) => ({
    passwords: createPasswords({ hashing, policy: config.passwordPolicy, monotonic }),
    policy: createPasswordPolicy(config),
  }),
  resources: [],
});
