import type { Db } from "../../platform/db/db.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { type ActivityRow, countActivity, countedMax } from "./activity_store.ts";
import {
  type AuditEventRow,
  type AuditFilter,
  type AuditSearch,
  findAuditEvent,
  listAuditEvents,
} from "./audit_store.ts";

export type { AuditEventRow, AuditFilter };

/** How often an action happened: in all, and in each part of the time, the oldest first. */
export type Activity = { count: number; isMore: boolean; parts: number[] };

export type AuditEvents = ReturnType<typeof createAuditEvents>;

/** Reads the audit log, newest event first. */
export function createAuditEvents({ db }: { db: Db }) {
  return { page, find, activity };

  /** A page of events, before the key `before`. A search that stops early says where to continue. */
  function page(filter: AuditFilter, before: string | null, limit: number): Promise<AuditSearch> {
    return listAuditEvents(db, filter, before, limit);
  }

  /** How often each action happened lately; of each at most its latest 20,000 events are counted. */
  async function activity<Action extends string>(
    actions: readonly Action[],
    { parts, partSeconds }: { parts: number; partSeconds: number },
  ): Promise<Record<Action, Activity>> {
    const rows = await countActivity(db, actions, { parts, partSeconds });
    return Object.fromEntries(actions.map((action) => [action, activityOf(rows, action, parts)])) as Record<
      Action,
      Activity
    >;
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

function activityOf(rows: ActivityRow[], action: string, count: number): Activity {
  const parts = Array.from({ length: count }, () => 0);
  for (const row of rows) if (row.action === action && row.part < count) parts[count - 1 - row.part] = row.count;
  const total = parts.reduce((sum, each) => sum + each, 0);
  return { count: total, isMore: total >= countedMax, parts };
}
