import { SavedCheckpoint, SavedProof } from "../../audit/proofs/proof_check.ts";
import type { Io } from "../command.ts";

/** Reads a checkpoint from the file, or from standard input for `-`. */
export async function readCheckpoint(file: string, io: Io) {
  const text = await readText(
    file,
    io,
    "The checkpoint cannot be read. To read it from standard input, use --checkpoint -",
  );
  try {
    return SavedCheckpoint.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error('The file is not a checkpoint. Use the output of "sentinel audit checkpoint".', { cause });
  }
}

/** Reads the proof of an event from the file, or from standard input for `-`. */
export async function readProof(file: string, io: Io) {
  const text = await readText(file, io, "The proof cannot be read. To read it from standard input, use -");
  try {
    return SavedProof.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error("The file is not a complete proof. Download it from the console, or from the API.", { cause });
  }
}

/** The text, without the byte-order mark that some editors write. */
async function readText(file: string, io: Io, refusal: string): Promise<string> {
  if (file === "-") return (await io.stdin()).trim();
  try {
    return (await Deno.readTextFile(file)).trim();
  } catch (cause) {
    throw new Error(refusal, { cause });
  }
}
