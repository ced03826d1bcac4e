import { parseArgs, type ParseArgsOptionsConfig } from "node:util";

/** What a verb may touch of the world: tests give their own. */
export interface Io {
  out(line: string): void;
  err(line: string): void;
  /** Reads all of standard input as text. */
  stdin(): Promise<string>;
  /** Standard input as it arrives, for what may be larger than memory. */
  stdinStream(): ReadableStream<Uint8Array>;
  /** Asks for a line that is not shown; undefined when the answer is refused (Ctrl-C). Absent where nobody can be asked. */
  secretPrompt?(question: string): Promise<string | undefined>;
  env: Record<string, string>;
}

/** One verb of the binary; `run` answers the exit code: 0 ok, 1 failed, 2 usage, 78 bad configuration (sysexits.h EX_CONFIG). */
export interface Verb {
  name: string;
  summary: string;
  /** Shown by `--help`. */
  usage: string;
  run(args: string[], io: Io): Promise<number>;
}

/** The arguments do not fit: its message, if any, and the verb's usage are shown, and the exit code is 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * Reads `args` as these flags and so many words, in any order.
 *
 * @throws {UsageError} unless they fit. It never says what did not: an argument may hold a secret (T306).
 */
export function readArguments<O extends ParseArgsOptionsConfig>(
  args: string[],
  options: O,
  wordCount = 0,
  wordsMax = wordCount,
) {
  const read = () => {
    try {
      return parseArgs({ args, options, allowPositionals: true, strict: true });
    } catch {
      throw new UsageError();
    }
  };
  const { values, positionals: words } = read();
  if (words.length < wordCount || words.length > wordsMax) throw new UsageError();
  return { values, words };
}

/** The flag of every verb that has data to give. */
export const jsonFlag = { json: { type: "boolean" } } as const;
