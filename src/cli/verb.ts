/** What a verb may touch of the world: tests give their own. */
export interface Io {
  out(line: string): void;
  err(line: string): void;
  /** Reads all of standard input as text. */
  stdin(): Promise<string>;
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
