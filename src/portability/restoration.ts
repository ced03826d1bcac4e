import { localActor } from "../vocabulary/actor.ts";
import { recordAudit } from "../audit/events/audit.ts";
import type { Checkpoints } from "../audit/chain/checkpoints.ts";
import type { Sealer } from "../audit/chain/sealer.ts";
import type { Database } from "../platform/db/db.ts";
import type { SessionRevocation } from "../sessions/sessions/session_revocation.ts";
import { findLastEventTime } from "./table_store.ts";

/** The time of the last event in the restored database, and the number of revoked sessions. */
export type Restoration = { last_event_at: string | null; revoked: number };

/**
 * Records that the database was restored from a backup, first, so that it is on record even if the rest is interrupted;
 * then revokes every session and signs a checkpoint of the present chain.
 */
export async function recordRestoration({ db, sessionRevocation, sealer, checkpoints }: {
  db: Database;
  sessionRevocation: SessionRevocation;
  sealer: Sealer;
  checkpoints: Checkpoints;
}): Promise<Restoration> {
  const last_event_at = await findLastEventTime(db) ?? null;
  const subject = { type: "installation", id: null } as const;
  await recordAudit(db, { ...localActor, action: "data.restored", subject, details: { last_event_at } });
  const revoked = await sessionRevocation.revokeEverySession(localActor);
  await sealer.seal();
  await checkpoints.make();
  return { last_event_at, revoked };
}
