import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Config } from "./config.ts";

const secretSizeBytes = 32;

/** The root of every derived key: `SENTINEL_SECRET`, or where that is unset the one that is kept beside the data. */
export async function installationSecret({ secret, dataDir }: Pick<Config, "secret" | "dataDir">): Promise<Uint8Array> {
  return secret ?? await embeddedSecret(dataDir);
}

/** The secret of an embedded installation: made once, readable by its owner only (0600). */
async function embeddedSecret(dataDir: string): Promise<Uint8Array> {
  const path = join(dataDir, "secret");
  try {
    await Deno.writeTextFile(path, randomBytes(secretSizeBytes).toString("base64") + "\n", {
      createNew: true,
      mode: 0o600,
    });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
  const secret = Uint8Array.fromBase64((await Deno.readTextFile(path)).trim());
  if (secret.length !== secretSizeBytes) throw new Error(`${path} does not hold 32 bytes in base64`);
  return secret;
}
