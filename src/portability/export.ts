import { localActor } from "../vocabulary/actor.ts";
import { v7 as uuidv7 } from "uuid";
import { recordAudit } from "../audit/events/audit.ts";
import type { Checkpoint, Checkpoints } from "../audit/chain/checkpoints.ts";
import type { Sealer } from "../audit/chain/sealer.ts";
import { withDeadline } from "../platform/db/deadline.ts";
import type { Database, Tx } from "../platform/db/db.ts";
import type { Secrets } from "../vocabulary/secrets.ts";
import { openText, sealText } from "../platform/text/sealed_text.ts";
import { createLineSeal, formatVersion, type Header } from "./export_format.ts";
import { beginSnapshot, closeRows, fetchRows, type Kind, openRows, tables } from "./table_store.ts";

/** The number of rows of each kind. */
export type Counts = Record<Kind, number>;

/** How long an export or an import may wait for the database in total. */
export const movingBudgetMs = 12 * 3_600_000;

const batchSize = 500;

/** Exports an installation, for import into another one. */
export function createExport({ db, secrets, sealer, checkpoints, schema, version }: {
  db: Database;
  secrets: Secrets;
  sealer: Sealer;
  checkpoints: Checkpoints;
  /** The last applied migration. */
  schema: string;
  version: string;
}) {
  const handovers: Partial<Record<Kind, typeof handOverKey>> = {
    signing_key: handOverKey,
    totp_factor: handOverTotp,
  };
  return { write };

  /** Passes a consistent snapshot of all but sessions to `sink`, in batches of lines, for the recipient's secret. */
  async function write(recipient: Secrets, sink: (lines: string) => void | Promise<void>): Promise<Counts> {
    const id = uuidv7();
    const subject = { type: "export" as const, id };
    await recordAudit(db, { action: "data.exported", ...localActor, subject });
    await sealer.seal();
    const header: Header = {
      format: "sentinel-export",
      version: formatVersion,
      id,
      sentinel: version,
      schema,
      secret_id: recipient.id,
    };
    const once = onlyOnce();
    return await withDeadline(movingBudgetMs, () =>
      db.transaction((tx) => {
        once();
        return writeAll(tx, header, { recipient, sink });
      }));
  }

  async function writeAll(
    tx: Tx,
    header: Header,
    { recipient, sink }: { recipient: Secrets; sink: (lines: string) => void | Promise<void> },
  ): Promise<Counts> {
    const lines = createLineSeal(recipient.subkey("export"));
    const write = (name: string, rows: string[]) => sink(rows.map((row) => lines.seal(name, row) + "\n").join(""));
    await beginSnapshot(tx);
    await write("header", [JSON.stringify(header)]);
    const counts = {} as Counts;
    for (const kind of Object.keys(tables) as Kind[]) {
      counts[kind] = 0;
      for await (const rows of rowsOf(tx, kind)) {
        counts[kind] += rows.length;
        const handOver = handovers[kind];
        await write(kind, handOver ? rows.map((row) => handOver(row, recipient)) : rows);
      }
    }
    const handover = await checkpoints.handOver(tx, recipient);
    if (handover) {
      counts.audit_checkpoint++;
      await write("audit_checkpoint", [rowOf(handover)]);
    }
    await write("end", [JSON.stringify({ counts })]);
    return counts;
  }

  /** The signing key, encrypted for the recipient. The private part of a retired key is left out. */
  function handOverKey(row: string, recipient: Secrets): string {
    const key = JSON.parse(row);
    const { kid, state, private_key, secret_id } = key;
    const again = state === "retired" ? "\\x" : resealed("keys", kid, { sealed: private_key, secret_id }, recipient);
    return JSON.stringify({ ...key, private_key: again, secret_id: recipient.id });
  }

  /** The factor, its secret encrypted for the recipient. */
  function handOverTotp(row: string, recipient: Secrets): string {
    const factor = JSON.parse(row);
    const { id, secret_sealed: sealed, secret_id } = factor;
    const again = resealed("factors", id, { sealed, secret_id }, recipient);
    return JSON.stringify({ ...factor, secret_sealed: again, secret_id: recipient.id });
  }

  /** What this installation encrypted, encrypted for the recipient, in the hex form of the database. */
  function resealed(
    use: "keys" | "factors",
    name: string,
    { sealed, secret_id }: { sealed: string; secret_id: string },
    recipient: Secrets,
  ): string {
    const plain = openText(secrets.subkey(use, secret_id), name, Uint8Array.fromHex(sealed.slice("\\x".length)));
    return `\\x${sealText(recipient.subkey(use), name, plain).toHex()}`;
  }
}

/** The checkpoint in the form of its table. */
function rowOf({ hash, previous, public_key, signature, ...rest }: Checkpoint): string {
  const bytes = (hex: string) => `\\x${hex}`;
  return JSON.stringify({
    ...rest,
    hash: bytes(hash),
    previous: previous && bytes(previous),
    public_key: bytes(public_key),
    signature: bytes(signature),
  });
}

async function* rowsOf(tx: Tx, kind: Kind): AsyncGenerator<string[]> {
  await openRows(tx, kind);
  for (let rows = await fetchRows(tx, batchSize); rows.length > 0; rows = await fetchRows(tx, batchSize)) yield rows;
  await closeRows(tx);
}

/** Throws on the second call: for work that cannot be repeated when the server asks to repeat the transaction. */
export function onlyOnce(): () => void {
  let begun = false;
  return () => {
    if (begun) throw new Error("The database aborted the transaction. Nothing was changed; run the command again.");
    begun = true;
  };
}
