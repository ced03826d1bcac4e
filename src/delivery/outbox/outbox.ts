import { recordAudit } from "../../audit/events/audit.ts";
import type { Actor } from "../../vocabulary/actor.ts";
import { v7 as uuidv7 } from "uuid";
import type { Database, Db, Tx } from "../../platform/db/db.ts";
import type { Log } from "../../platform/logger.ts";
import {
  claimOutboxRows,
  countOutbox,
  type DeadRow,
  deleteEnded,
  insertOutboxRow,
  insertOutboxRows,
  insertOutboxRowsTo,
  listDead,
  listWaiting,
  type OutboxCounts,
  type OutboxKind,
  type OutboxRow,
  updateDead,
  updateDone,
  updateRetry,
  updateRevived,
  type WaitingRow,
} from "./outbox_store.ts";
import { SendFailure } from "./send_failure.ts";

export type { DeadRow, OutboxCounts, OutboxRow, WaitingRow };
export { SendFailure };

/** How rows of one kind become messages, and how these are sent. */
export interface Delivery<Message> {
  /** The message of a row, the same at each retry. Undefined when it is no longer worth sending. */
  render(row: OutboxRow, tx: Tx): Promise<Message | undefined>;
  /** Sends outside of any transaction. @throws {SendFailure} */
  send(message: Message, row: OutboxRow): Promise<void>;
}

export type OutboxOutcome = "sent" | "dropped" | "retried" | "dead";

export type Outbox = ReturnType<typeof createOutbox>;

/** Rows that one replica sends at the same time. */
export const parallelMax = 5;

/** Longer than an attempt takes; see `sendTimeoutMs` of the mailer. */
export const leaseSeconds = 60;

/** Attempts before a row is given up: the waits between them add up to about 14 hours. */
export const attemptsMax = 10;

const firstWaitSeconds = 5;
const keptDays = { sentDays: 1, deadDays: 7 };
const purgeBatch = 500;

/**
 * Sends what changes announce: a row exists exactly if its change does. A replica claims rows with a lease, commits the
 * claim, and sends. If it dies, another one sends after the lease, so a row is sent twice only if a replica dies
 * between sending and marking.
 */
export function createOutbox({ db, log, random = Math.random, counted = () => {}, countedRows = () => {} }: {
  db: Database;
  log: Log;
  random?: () => number;
  counted?: (kind: OutboxKind, outcome: OutboxOutcome, errorClass?: string) => void;
  countedRows?: (counts: OutboxCounts) => void;
}) {
  const deliveries = new Map<OutboxKind, Delivery<unknown>>();
  return { register, enqueue, enqueueAll, enqueueTo, deliver, countRows, counts, purge, dead, overview, revive };

  /** Says how rows of this kind are sent. Others wait. */
  function register<Message>(kind: OutboxKind, delivery: Delivery<Message>): void {
    deliveries.set(kind, delivery as Delivery<unknown>);
  }

  /** Inserts a row and returns its id, a UUIDv7 unless given. */
  async function enqueue(tx: Db, kind: OutboxKind, payload: Record<string, unknown>, id: string = uuidv7()) {
    await insertOutboxRow(tx, { id, kind, payload });
    return id;
  }

  /** Inserts several rows in one statement. */
  async function enqueueAll(tx: Db, kind: OutboxKind, payloads: Record<string, unknown>[]): Promise<void> {
    await insertOutboxRows(tx, kind, payloads.map((payload) => ({ id: uuidv7(), payload })));
  }

  /** Inserts rows in one statement, each to the address that its user has at this point of the transaction. */
  async function enqueueTo(
    tx: Db,
    kind: OutboxKind,
    messages: { userId: string; payload: Record<string, unknown> }[],
  ): Promise<void> {
    const rows = messages.map(({ userId, payload }) => ({ id: uuidv7(), user_id: userId, payload }));
    await insertOutboxRowsTo(tx, kind, rows);
  }

  /** Sends everything of one kind that is due, until `stopping` is aborted. Never rejects because of a message. */
  async function deliver(kind: OutboxKind = "mail", stopping?: AbortSignal): Promise<void> {
    for (;;) {
      const rows = deliveries.has(kind) ? await claimOutboxRows(db, kind, parallelMax, leaseSeconds) : [];
      await Promise.all(rows.map(attempt));
      if (rows.length < parallelMax || stopping?.aborted) return;
    }
  }

  async function attempt(row: OutboxRow): Promise<void> {
    const { render, send } = deliveries.get(row.kind)!;
    let message: unknown;
    try {
      message = await db.transaction((tx) => render(row, tx));
      if (message !== undefined) await send(message, row);
    } catch (error) {
      return await fail(row, error);
    }
    await updateDone(db, row);
    counted(row.kind, message === undefined ? "dropped" : "sent");
  }

  async function fail(row: OutboxRow, error: unknown): Promise<void> {
    const errorClass = error instanceof SendFailure ? error.errorClass : "internal";
    const isDead = error instanceof SendFailure && error.isPermanent || row.attempts >= attemptsMax;
    const cause = error instanceof SendFailure ? error.message : error instanceof Error ? error.stack : String(error);
    log.warn(isDead ? "message given up" : "message not sent", {
      kind: row.kind,
      id: row.id,
      attempts: row.attempts,
      error_class: errorClass,
      cause,
    });
    if (isDead) await updateDead(db, row, errorClass);
    else await updateRetry(db, row, errorClass, waitSeconds(row.attempts));
    counted(row.kind, isDead ? "dead" : "retried", errorClass);
  }

  /** Three times as long after each attempt, ± 20 %, so that replicas and rows do not come back at one time. */
  function waitSeconds(attempts: number): number {
    return firstWaitSeconds * 3 ** (attempts - 1) * (0.8 + 0.4 * random());
  }

  async function countRows(): Promise<void> {
    for (const counts of await countOutbox(db, ["mail", "http"])) countedRows(counts);
  }

  /** How many rows of each kind wait, and how many were given up. */
  function counts(...kinds: OutboxKind[]): Promise<OutboxCounts[]> {
    return countOutbox(db, kinds);
  }

  /** Deletes rows that were sent a day ago, or given up a week ago, batch by batch. */
  async function purge(): Promise<void> {
    while (await deleteEnded(db, purgeBatch, keptDays) === purgeBatch);
  }

  function dead(kind: OutboxKind, limit: number) {
    return listDead(db, kind, limit);
  }

  /** How many rows there are, and the first of those that wait and of those that were given up. */
  async function overview(
    kind: OutboxKind,
    limit: number,
  ): Promise<{ counts: OutboxCounts; waiting: WaitingRow[]; dead: DeadRow[] }> {
    const [counts] = await countOutbox(db, [kind]) as [OutboxCounts];
    return { counts, waiting: await listWaiting(db, kind, limit), dead: await listDead(db, kind, limit) };
  }

  /** Lets one row of a kind that was given up, or every one, be tried again; returns their number. */
  async function revive(kind: OutboxKind, id: string | null, actor: Actor): Promise<number> {
    return await db.transaction(async (tx) => {
      const count = await updateRevived(tx, kind, id);
      if (count === 0) return 0;
      const subject = kind === "mail" ? { type: "mail", id } as const : { type: "logout_token", id } as const;
      const action = kind === "mail" ? "mail.retried" : "logout_token.retried";
      await recordAudit(tx, { action, ...actor, subject, details: { count } });
      return count;
    });
  }
}
