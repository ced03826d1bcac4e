import { readableFolders } from "../compose/config.ts";
import type { Io } from "./command.ts";

/** The bytes of the file, or of standard input for `-`. @throws with a sentence that does not repeat the name. */
export async function readDataFile(file: string, io: Io): Promise<ReadableStream<Uint8Array>> {
  if (file === "-") return io.stdinStream();
  try {
    return (await Deno.open(file)).readable;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.name : "unknown";
    throw new Error(
      `The file cannot be read (${reason}). Sentinel may read ${readableFolders.join(", ")}; ` +
        "a file elsewhere may come by standard input, named -.",
      { cause },
    );
  }
}
