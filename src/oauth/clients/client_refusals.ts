import type { Clock } from "../../platform/clock.ts";
import type { Database } from "../../platform/db/db.ts";
import type { ProblemCode } from "../../vocabulary/dictionary.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { cutText } from "../../platform/text/cut_text.ts";
import {
  deleteOldRefusals,
  listRefusals,
  listRefusedClients,
  type RefusalRow,
  upsertRefusals,
} from "./client_store.ts";
import { explainRefusal, type RefusalExplanation } from "../refusals/refusal_explanation.ts";
import type { ExplainedClient } from "../refusals/refusal_rules.ts";
import { listedApplication } from "../../vocabulary/clients/shown_client.ts";

/** A reason, and its explanation. */
export type ExplainedRefusal = RefusalRow & { explanation: RefusalExplanation };

/** A client whose requests fail, and when one did last. */
export type FailingClient = { id: string; name: string; last_at: Date };

/** Clients whose requests fail, the latest refused first, and whether there may be more of them. */
export type FailingClients = { clients: FailingClient[]; isMore: boolean };

export type ClientRefusals = ReturnType<typeof createClientRefusals>;

/** Reasons that are kept of one client, and that wait for the database. Further ones are not noted. */
const keptMax = 50, waitingMax = 1_000;

const reasonLengthMax = 500;

/** Refused clients that are looked at when those are asked for that fail. */
const refusedMax = 100;

/**
 * Notes why requests of clients were refused, for those who operate them. A refusal costs no statement: the notes are
 * stored now and then, one row for each reason, and only the latest are kept.
 */
export function createClientRefusals({ db, clock }: { db: Database; clock: Clock }) {
  let waiting = new Map<string, { id: string; reason: string; count: number; at: Date }>();

  return { note, refuse, list, explained, failing, flush };

  /** Notes a reason. It contains no secret; a client that does not exist is forgotten when the notes are stored. */
  function note(id: string, reason: string): void {
    const text = printable(reason);
    const key = `${id} ${text}`;
    const known = waiting.get(key);
    if (known) {
      known.count++;
      known.at = new Date(clock.now());
    } else if (waiting.size < waitingMax) waiting.set(key, { id, reason: text, count: 1, at: new Date(clock.now()) });
  }

  /** Notes the reason, and answers the problem that tells it to the client. */
  function refuse(id: string, code: ProblemCode, reason: string): Problem {
    note(id, reason);
    return new Problem(code, { detail: `${reason[0]!.toUpperCase()}${reason.slice(1)}.` });
  }

  /** The latest reasons of the client, the latest first. */
  function list(id: string): Promise<RefusalRow[]> {
    return listRefusals(db, id);
  }

  /** As {@link list}, with what each reason means for the client as it is now. */
  async function explained(client: ExplainedClient & { id: string }): Promise<ExplainedRefusal[]> {
    const rows = await listRefusals(db, client.id);
    return rows.map((row) => ({ ...row, explanation: explainRefusal(row.reason, client) }));
  }

  /** The clients that were refused within this time for a reason that was not mended since. */
  async function failing(withinMs: number): Promise<FailingClients> {
    const rows = await listRefusedClients(db, new Date(clock.now() - withinMs), refusedMax);
    const clients = rows.flatMap(({ refusals, ...client }): FailingClient[] => {
      const latest = refusals.find(({ reason }) => explainRefusal(reason, client).failing);
      return latest ? [{ id: client.id, name: listedApplication(client), last_at: new Date(latest.last_at) }] : [];
    });
    return { clients, isMore: rows.length === refusedMax };
  }

  /** Stores the notes. Those that cannot be stored are lost: they are no record of anything else. */
  async function flush(): Promise<void> {
    if (waiting.size === 0) return;
    const notes = [...waiting.values()];
    waiting = new Map();
    await db.transaction(async (tx) => {
      await upsertRefusals(tx, notes);
      await deleteOldRefusals(tx, [...new Set(notes.map(({ id }) => id))], keptMax);
    });
  }
}

/** The reason in ASCII, with an escape for any other character; its end is cut off if it is too long. */
function printable(reason: string): string {
  const escaped = cutText(reason, reasonLengthMax).replaceAll(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  const isWhole = reason.length <= reasonLengthMax && escaped.length <= reasonLengthMax;
  return isWhole ? escaped : `${escaped.slice(0, reasonLengthMax - 3)}...`;
}
