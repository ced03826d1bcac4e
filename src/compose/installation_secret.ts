import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Settings } from "../vocabulary/dictionary.ts";
import { type InstallationDatabase, openPool } from "./installation_database.ts";
import type { Log } from "../platform/logger.ts";
import { orUndefined } from "../platform/or_undefined.ts";
import { lostSecret, UnknownSecret } from "../vocabulary/secrets.ts";
import { hasKeys } from "../tokens/keys/key_store.ts";

const secretSizeBytes = 32;

/**
 * The root of every derived key: `SENTINEL_SECRET` or, where that is unset, one beside the data. It is created where
 * nothing was sealed with another, or where the operator starts `anew`. @throws {UnknownSecret} when the file has
 * changed.
 */
export async function installationSecret(
  settings: Settings,
  database: InstallationDatabase,
  log: Log,
  { anew = false }: { anew?: boolean } = {},
): Promise<Uint8Array> {
  if (settings.SENTINEL_SECRET) return settings.SENTINEL_SECRET;
  const path = join(settings.SENTINEL_DATA_DIR, "secret");
  const found = await readSecret(path);
  if (found) return found;
  await using db = openPool(database, settings, { log });
  if (!anew && await hasKeys(db)) {
    throw new UnknownSecret(
      `${path} is missing, and the database beside it needs it: restore the file; ${lostSecret}.`,
    );
  }
  return await createSecret(path);
}

async function readSecret(path: string): Promise<Uint8Array | undefined> {
  try {
    const text = await Deno.readTextFile(path);
    const secret = orUndefined(() => Uint8Array.fromBase64(text.trim()));
    if (secret?.length === secretSizeBytes) return secret;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  throw new UnknownSecret(`${path} does not hold 32 bytes in base64: restore the file; ${lostSecret}.`);
}

/** Readable by its owner only (0600), and there as a whole or not at all: the folder is locked to this process. */
async function createSecret(path: string): Promise<Uint8Array> {
  const secret = new Uint8Array(randomBytes(secretSizeBytes));
  const unfinished = `${path}.new`;
  await Deno.writeTextFile(unfinished, secret.toBase64() + "\n", { mode: 0o600 });
  await Deno.rename(unfinished, path);
  return secret;
}
