import { z } from "zod";
import type { Io } from "../command.ts";

const hex = (sizeBytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${2 * sizeBytes}}$`));

const CheckpointFile = z.strictObject({
  number: z.int().min(1),
  seq: z.int().min(1),
  hash: hex(32),
  created_at: z.string(),
  previous: hex(32).nullable(),
  public_key: hex(32),
  signature: hex(64),
});

/** Reads a checkpoint from the file, or from standard input for `-`. */
export async function readCheckpoint(file: string, io: Io) {
  const text = file === "-" ? await io.stdin() : await readText(file);
  try {
    return CheckpointFile.parse(JSON.parse(text.trim())); // also removes a byte-order mark, which some editors write
  } catch (cause) {
    throw new Error('The file is not a checkpoint. Use the output of "sentinel audit checkpoint".', { cause });
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await Deno.readTextFile(file);
  } catch (cause) {
    throw new Error("The checkpoint cannot be read. To read it from standard input, use --checkpoint -", { cause });
  }
}
