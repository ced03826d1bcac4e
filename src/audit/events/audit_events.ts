import type { Db } from "../../platform/db/db.ts";
import { type AuditEventRow, type AuditFilter, type AuditSearch, listAuditEvents } from "./audit_store.ts";

export type { AuditEventRow, AuditFilter };

export type AuditEvents = ReturnType<typeof createAuditEvents>;

/** Reads the audit log, newest event first. */
export function createAuditEvents({ db }: { db: Db }) {
  return { page };

  /** A page of events, before the key `before`. A search that stops early says where to continue. */
  function page(filter: AuditFilter, before: string | null, limit: number): Promise<AuditSearch> {
    return listAuditEvents(db, filter, before, limit);
  }
}

/** The key of an event in the list. */
export function keyOfEvent({ occurred_at, id }: AuditEventRow): string {
  return `${occurred_at} ${id}`;
}
