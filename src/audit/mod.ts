import { feature } from "../http/contract/feature.ts";
import type { Foundation } from "../http/contract/foundation.ts";
import { createCheckpoints } from "./chain/checkpoints.ts";
import { createSealer } from "./chain/sealer.ts";
import { createVerification } from "./chain/verification.ts";
import { finishErasures } from "./erasure/erasures.ts";
import { auditEventsRoute } from "./events/audit_events_route.ts";
import { createExpiry } from "./expiry/expiry.ts";
import { auditActions } from "../vocabulary/dictionary.ts";
import "./dictionary.ts";

const second = 1_000;
const minute = 60 * second;

/** The audit log after an event is recorded: sealing, signed checkpoints, verification, erasure and expiry of details. */
export const audit = feature({
  name: "audit",
  compose({ db, secrets, instruments }: Foundation) {
    const checkpoints = createCheckpoints({ db, secrets });
    const events = instruments.sentinel_audit_events_total;
    for (const action of Object.keys(auditActions)) { // every series exists at 0, so that rate() sees its first event
      for (const outcome of ["success", "failure"] as const) events.with({ action, outcome });
    }
    const lag = instruments.sentinel_audit_seal_lag_seconds.with({});
    const sealer = createSealer({
      db,
      onLag: (seconds) => lag.set(seconds),
      onSealed: ({ action, outcome }) => events.with({ action, outcome }).inc(),
    });
    return {
      checkpoints,
      sealer,
      auditExpiry: createExpiry({ db, sealer }),
      auditVerification: createVerification({ db, checkpoints }),
    };
  },
  jobs: [
    { name: "erasure", everyMs: minute, run: ({ db }) => finishErasures(db) },
    { name: "audit seal", everyMs: second, run: ({ sealer }) => sealer.seal() },
    { name: "audit checkpoint", everyMs: minute, run: ({ checkpoints }) => checkpoints.makeIfDue() },
  ],
  resources: [auditEventsRoute],
});
