import { feature } from "../http/contract/feature.ts";
import type { Foundation } from "../http/contract/foundation.ts";
import { createCheckpoints } from "./chain/checkpoints.ts";
import { createSealer } from "./chain/sealer.ts";
import { createVerification } from "./chain/verification.ts";
import { finishErasures } from "./erasure/erasures.ts";
import { createAuditEvents } from "./events/audit_events.ts";
import { auditEventsRoute } from "./events/audit_events_route.ts";
import { createExpiry } from "./expiry/expiry.ts";
import { eventProofRoute } from "./proofs/event_proof_route.ts";
import { createEventProofs } from "./proofs/event_proofs.ts";
import { createAuditState } from "./watch/audit_state.ts";
import { createChainWatch } from "./watch/chain_watch.ts";
import { verificationRoute } from "./watch/verification_route.ts";
import { auditActions } from "../vocabulary/dictionary.ts";
import "./dictionary.ts";

const second = 1_000;
const minute = 60 * second;

/**
 * The audit log after an event is recorded: sealing, signed checkpoints, verification, erasure and expiry of details.
 */
export const audit = feature({
  name: "audit",
  compose({ db, secrets, instruments, clock, monotonic, log, siblings }: Foundation) {
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
    const verified = instruments.sentinel_audit_verified_events_total.with({});
    const isBroken = instruments.sentinel_audit_chain_broken.with({});
    isBroken.set(0);
    const chainWatch = createChainWatch({
      ...{ db, checkpoints, sealer, clock, monotonic },
      onEvents: (count) => verified.inc(count),
      onVerdict: (broken) => {
        isBroken.set(broken ? 1 : 0);
        if (broken) log.error("the audit log was changed", { code: broken.code, seq: broken.seq });
      },
    });
    return {
      auditEvents: createAuditEvents({ db }),
      checkpoints,
      sealer,
      auditExpiry: createExpiry({ db, sealer }),
      auditVerification: createVerification({ db, checkpoints }),
      chainWatch,
      auditState: createAuditState({ db, chainWatch, siblings }),
      eventProofs: createEventProofs({ db, checkpoints }),
    };
  },
  jobs: [
    { name: "erasure", everyMs: minute, run: ({ db }) => finishErasures(db) },
    { name: "audit seal", everyMs: second, run: ({ sealer }) => sealer.seal() },
    { name: "audit checkpoint", everyMs: minute, run: ({ checkpoints }) => checkpoints.makeIfDue() },
    { name: "audit verification", everyMs: second, run: ({ chainWatch }) => chainWatch.work() },
  ],
  resources: [auditEventsRoute, eventProofRoute, verificationRoute],
});
