import { localActor } from "../vocabulary/actor.ts";
import { recordAudit } from "../audit/events/audit.ts";
import { withDeadline } from "../platform/db/deadline.ts";
import type { Database, Tx } from "../platform/db/db.ts";
import { ConstraintViolation } from "../platform/db/db_errors.ts";
import { orUndefined } from "../platform/or_undefined.ts";
import { linesOf, textOf } from "../platform/text/text_lines.ts";
import type { Secrets } from "../vocabulary/secrets.ts";
import { type Counts, movingBudgetMs, onlyOnce } from "./export.ts";
import { createLineSeal, End, ExportFileError, formatVersion, Header, partsOf } from "./export_format.ts";
import { findImported, findOccupied, insertRows, type Kind, lockImport, tables, takeTime } from "./table_store.ts";

/** The result: `imported`, or `known` if the export was imported before. */
export type Outcome = { kind: "imported" | "known"; counts: Counts };

/** The database is not empty. */
export class DatabaseOccupied extends Error {
  override readonly name = "DatabaseOccupied";
}

/** Rows per statement, and characters per line. One batch is in memory at a time. */
const batchSize = 500, lineSizeMax = 1_048_576;

export type Import = ReturnType<typeof createImport>;

/** Fills an empty installation from an export. */
export function createImport({ db, secrets, schemas }: {
  db: Database;
  secrets: Secrets;
  schemas: string[];
}) {
  return { read };

  /**
   * Imports the whole file in one transaction, or nothing; a known export changes nothing. @throws {ExportFileError}
   * that names the line that was changed or is missing. @throws {DatabaseOccupied} when the database is not empty.
   */
  async function read(file: ReadableStream<Uint8Array>): Promise<Outcome> {
    const once = onlyOnce();
    return await withDeadline(movingBudgetMs, () =>
      db.transaction((tx) => {
        once();
        return readAll(tx, linesOf(textOf(file), lineSizeMax));
      }));
  }

  async function readAll(tx: Tx, lines: AsyncGenerator<string>): Promise<Outcome> {
    const { value: first = "" } = await lines.next();
    const header = headerOf(first);
    const seal = createLineSeal(secrets.subkey("export", header.secret_id));
    if (!seal.isNext(first, partsOf(first)!.mac)) throw new ExportFileError(1, notAsWritten);
    const counts = Object.fromEntries(Object.keys(tables).map((kind) => [kind, 0])) as Counts;
    await takeTime(tx);
    await lockImport(tx);
    if (await findImported(tx, header.id)) return { kind: "known", counts };
    if (await findOccupied(tx)) throw new DatabaseOccupied(occupied);
    await insertAll(tx, rowsOf(lines, seal.isNext), counts);
    const subject = { type: "export" as const, id: header.id };
    await recordAudit(tx, { action: "data.imported", ...localActor, subject, details: { counts } });
    return { kind: "imported", counts };
  }

  /** Checks the recipient before the seal, so that a file for another installation is reported as such. */
  function headerOf(line: string): Header {
    const { name, json = "" } = partsOf(line) ?? {};
    const header = name === "header" ? Header.safeParse(orUndefined(() => JSON.parse(json))).data : undefined;
    if (!header) throw new ExportFileError(1, "is not the first line of an export.");
    if (header.version > formatVersion || !schemas.includes(header.schema)) {
      throw new ExportFileError(
        1,
        `says that Sentinel ${header.sentinel} wrote it, which is newer than this version: upgrade Sentinel first.`,
      );
    }
    if (!secrets.ids.includes(header.secret_id)) {
      throw new ExportFileError(
        1,
        "names another secret than this installation's: export again with this installation's secret in " +
          "SENTINEL_RECIPIENT_SECRET.",
      );
    }
    return header;
  }
}

const notAsWritten = "is not what was exported: the file was changed, or ends too early.";
const occupied = "The database is not empty: import into a database that was migrated but never used. Nothing was " +
  "changed.";

type Row = { line: number; kind: Kind; json: string };

/** The rows up to the last line, which must be the end marker. */
async function* rowsOf(lines: AsyncGenerator<string>, isNext: (line: string, mac: string) => boolean) {
  let number = 1, ended = false;
  const counts: Record<string, number> = {};
  for await (const line of lines) {
    number++;
    if (ended) throw new ExportFileError(number, "follows the end marker.");
    const { name, json, mac } = partsOf(line) ?? {};
    if (!name || !json || !mac || !isNext(line, mac)) throw new ExportFileError(number, notAsWritten);
    if (name === "end") ended = isEnd(json, counts, number);
    else {
      if (!Object.hasOwn(tables, name)) {
        throw new ExportFileError(number, "is of a kind that this version of Sentinel does not know.");
      }
      counts[name] = (counts[name] ?? 0) + 1;
      yield { line: number, kind: name as Kind, json } satisfies Row;
    }
  }
  if (!ended) throw new ExportFileError(number + 1, "is missing: the file ends too early.");
}

function isEnd(json: string, counts: Record<string, number>, line: number): true {
  const told = End.parse(JSON.parse(json)).counts;
  if (Object.entries(told).every(([kind, count]) => count === (counts[kind] ?? 0))) return true;
  throw new ExportFileError(line, "states other numbers of rows than the file has.");
}

async function insertAll(tx: Tx, rows: AsyncIterable<Row>, counts: Counts): Promise<void> {
  let batch: Row[] = [];
  const flush = async () => {
    const [first, last] = [batch[0], batch.at(-1)];
    if (!first || !last) return;
    await insertRows(tx, first.kind, batch.map(({ json }) => json)).catch((cause) => {
      if (!(cause instanceof ConstraintViolation)) throw cause;
      throw new ExportFileError(first.line, `to line ${last.line}: the database refused these rows.`, { cause });
    });
    counts[first.kind] += batch.length;
    batch = [];
  };
  for await (const row of rows) {
    if (batch.length === batchSize || (batch[0] && batch[0].kind !== row.kind)) await flush();
    batch.push(row);
  }
  await flush();
}
