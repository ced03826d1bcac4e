import type { Db } from "../../platform/db/db.ts";
import { Problem } from "../../vocabulary/problems.ts";
import {
  type AuditEventRow,
  type AuditFilter,
  type AuditSearch,
  findAuditEvent,
  listAuditEvents,
} from "./audit_store.ts";

export type { AuditEventRow, AuditFilter };

export type AuditEvents = ReturnType<typeof createAuditEvents>;

/** Reads the audit log, newest event first. */
export function createAuditEvents({ db }: { db: Db }) {
  return { page, find };

  /** A page of events, before the key `before`. A search that stops early says where to continue. */
  function page(filter: AuditFilter, before: string | null, limit: number): Promise<AuditSearch> {
    return listAuditEvents(db, filter, before, limit);
  }

  /** @throws {Problem} `not_found` */
  async function find(id: string): Promise<AuditEventRow> {
    const row = await findAuditEvent(db, id);
    if (!row) throw new Problem("not_found", { detail: "There is no such event." });
    return row;
  }
}

/** The key of an event in the list. */
export function keyOfEvent({ occurred_at, id }: AuditEventRow): string {
  return `${occurred_at} ${id}`;
}
