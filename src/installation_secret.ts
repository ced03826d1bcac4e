import { randomBytes } from "node:crypto";
import { join } from "node:path";

const secretSizeBytes = 32;

/** The secret of an embedded installation: made once, readable by its owner only (0600), kept beside the data. */
export async function installationSecret(dataDir: string): Promise<Uint8Array> {
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
