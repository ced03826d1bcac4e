import type { Output } from "./output.ts";

/** What a command may touch of the world: tests give their own. */
export interface Io {
  out(line: string): void;
  err(line: string): void;
  /** Whether standard output is a terminal: then lists have headers and columns. */
  isTerminal?: boolean;
  /** Reads all of standard input as text. */
  stdin(): Promise<string>;
  /** Standard input as it arrives, for what may be larger than memory. */
  stdinStream(): ReadableStream<Uint8Array>;
  /** Asks for a line that is not shown; undefined when the answer is refused (Ctrl-C). Absent where no user can be asked. */
  secretPrompt?(question: string): Promise<string | undefined>;
  env: Record<string, string>;
}

/** A flag; `value` names what it takes, if it takes something. */
export type Flag = { about: string; value?: string; required?: true; multiple?: true };
export type Flags = Record<string, Flag>;

type ValueOf<F extends Flag> = F extends { multiple: true } ? string[] : F extends { value: string } ? string : boolean;

/** What was given for the flags. */
export type FlagValues<F extends Flags> =
  & { [K in keyof F as F[K] extends { required: true } ? K : never]: ValueOf<F[K]> }
  & { [K in keyof F as F[K] extends { required: true } ? never : K]: ValueOf<F[K]> | undefined };

/** What was given for the words: a word named as `[FILE]` may be missing. */
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
  /** The words that it takes, in order. */
  words?: W;
  flags?: F;
  /** What `--help` says beyond the summary. */
  about?: string;
  /** Without `--json`: it prints nothing. */
  silent?: true;
  /** Returns the exit code; nothing means 0. */
  run(given: Given<W, F>): Promise<number | void> | number | void;
};

/** One command of the binary. */
export type Command = Declared<readonly string[], Flags>;

/** Commands about one thing: `user list`, `user create`. */
export type Group = { name: string; summary: string; about?: string; commands: readonly Command[] };

/** Declares a command; `run` gets its words and flags by their types. */
export function command<const W extends readonly string[] = [], const F extends Flags = Record<never, never>>(
  declared: Declared<W, F>,
): Command {
  return declared as unknown as Command; // the arguments are read by this very declaration
}

/** The arguments do not fit: one line says what is wrong, and the exit code is 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
