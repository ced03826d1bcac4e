import { feature, type ServicesOf } from "../../http/contract/feature.ts";
import type { Foundation } from "../../http/contract/foundation.ts";
import { createFailedAttempts } from "../../platform/failed_attempts.ts";
import { countBy } from "../../platform/metrics.ts";
import type { tokens } from "../../tokens/mod.ts";
import { registerRoute } from "./register_route.ts";
import { registrationLimit } from "./registration_limit.ts";
import { createClientRegistrations } from "./registrations.ts";
import "./dictionary.ts";

type Needs = Foundation & ServicesOf<typeof tokens>;

/** Clients that register themselves. */
export const clientRegistration = feature({
  name: "client registration",
  compose({ settings, db, clock, keys, monotonic, instruments }: Needs) {
    return {
      clientRegistrations: createClientRegistrations({
        db,
        clock,
        keys,
        mode: settings.SENTINEL_CLIENT_REGISTRATION,
        clientsMax: settings.SENTINEL_CLIENT_REGISTRATION_MAX,
        attempts: createFailedAttempts({ limit: registrationLimit(settings), monotonic }),
        counted: countBy(instruments.sentinel_client_registrations_total, "outcome"),
      }),
    };
  },
  resources: [registerRoute],
  isServed: ({ SENTINEL_CLIENT_REGISTRATION }) => SENTINEL_CLIENT_REGISTRATION !== "off",
});
