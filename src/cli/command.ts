import type { Output } from "./output.ts";

/** Everything outside of the process that a command may use. Tests pass their own. */
export interface Io {
  out(line: string): void;
  err(line: string): void;
  /** Whether standard output is a terminal. If so, lists have headers and columns. */
  isTerminal?: boolean;
  stdin(): Promise<string>;
  /** Standard input as a stream, for input that may not fit into memory. */
  stdinStream(): ReadableStream<Uint8Array>;
  /** Asks for a line without an echo; undefined after Ctrl-C. Absent unless standard input is a terminal. */
  secretPrompt?(question: string): Promise<string | undefined>;
  env: Record<string, string>;
}

/** A flag. `value` names its value in the help; a flag without it takes none. */
export type Flag = { about: string; value?: string; required?: true; multiple?: true };
export type Flags = Record<string, Flag>;

type ValueOf<F extends Flag> = F extends { multiple: true } ? string[] : F extends { value: string } ? string : boolean;

export type FlagValues<F extends Flags> =
  & { [K in keyof F as F[K] extends { required: true } ? K : never]: ValueOf<F[K]> }
  & { [K in keyof F as F[K] extends { required: true } ? never : K]: ValueOf<F[K]> | undefined };

/** The values of the words. A word named `[FILE]` is optional. */
export type WordValues<W extends readonly string[]> = {
  [K in keyof W]: W[K] extends `[${string}]` ? string | undefined : string;
};

type Given<W extends readonly string[], F extends Flags> = {
  words: WordValues<W>;
  flags: FlagValues<F>;
  io: Io;
  out: Output;
};

/** Exit codes: 0 ok, 1 failed, 2 usage, 78 bad configuration (sysexits.h EX_CONFIG). */
type Declared<W extends readonly string[], F extends Flags> = {
  name: string;
  /** One sentence without its full stop, for lists of commands. */
  summary: string;
  words?: W;
  flags?: F;
  about?: string;
  /** The command prints nothing, so it has no `--json`. */
  silent?: true;
  /** Returns the exit code; undefined means 0. */
  run(given: Given<W, F>): Promise<number | void> | number | void;
};

export type Command = Declared<readonly string[], Flags>;

/** Commands on one kind of thing: `user list`, `user create`. */
export type Group = { name: string; summary: string; about?: string; commands: readonly Command[] };

/** Declares a command. The types of `run`'s arguments follow from the declared words and flags. */
export function command<const W extends readonly string[] = [], const F extends Flags = Record<never, never>>(
  declared: Declared<W, F>,
): Command {
  return declared as unknown as Command; // safe: the arguments are read by this same declaration
}

/** The arguments are wrong: one line says why, and the exit code is 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
