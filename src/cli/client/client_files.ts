import { writableFolders } from "../../compose/config.ts";

/** A new client; a public one has no secret. */
export type Issued = { client: { id: string }; secret: string | undefined };

/**
 * The credentials of a client as files, `client_id` and `client_secret`, for a program that reads its settings from
 * files. The owner and the group may read them.
 */
export function createClientFiles(folder: string) {
  return { id, write };

  /** The id, which is written last: where it is, the secret is too. Undefined: the folder has no client. */
  async function id(): Promise<string | undefined> {
    try {
      return (await Deno.readTextFile(`${folder}/client_id`)).trim();
    } catch (cause) {
      if (cause instanceof Deno.errors.NotFound) return undefined;
      return refused(cause);
    }
  }

  /** Writes what `create` answers, and returns the id. Nothing is created while the folder cannot be written. */
  async function write(create: () => Promise<Issued>): Promise<string> {
    await Deno.writeTextFile(`${folder}/client_secret`, "", { mode: 0o640 }).catch(refused);
    const { client, secret = "" } = await create();
    await Deno.writeTextFile(`${folder}/client_secret`, secret);
    await Deno.writeTextFile(`${folder}/client_id`, client.id, { mode: 0o640 });
    return client.id;
  }
}

function refused(cause: unknown): never {
  const reason = cause instanceof Error ? cause.name : "unknown";
  const where = writableFolders.join(", ");
  throw new Error(`The folder cannot be written (${reason}). Sentinel may write ${where}.`, { cause });
}
