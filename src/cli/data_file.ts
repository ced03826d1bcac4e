import { readableFolders } from "../compose/config.ts";
import type { Io } from "./command.ts";

/** Reads the file, or standard input for `-`. @throws with a message that does not repeat the file's name. */
export async function readDataFile(file: string, io: Io): Promise<ReadableStream<Uint8Array>> {
  if (file === "-") return io.stdinStream();
  try {
    return (await Deno.open(file)).readable;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.name : "unknown";
    throw new Error(
      `The file cannot be read (${reason}). Sentinel may read ${readableFolders.join(", ")}; ` +
        "to read any other file, pass it to standard input and name it -.",
      { cause },
    );
  }
}
