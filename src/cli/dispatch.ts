import { ConfigError, EX_CONFIG } from "../compose/config.ts";
import { quoted, readArguments, suggestName } from "./arguments.ts";
import { type Command, type Group, type Io, UsageError } from "./command.ts";
import { exitCodeOf, failureOf, sentencesOf } from "./failure.ts";
import { commandHelp, groupHelp, topHelp } from "./help.ts";
import { createOutput, type Output } from "./output.ts";

export type Entries = readonly (Command | Group)[];

/** Runs the command that `args` name and returns the exit code. */
export async function dispatch(entries: Entries, args: string[], io: Io): Promise<number> {
  const out = createOutput(io, { json: hasFlag(args, "--json") });
  const { path, group, command, rest, wrong } = find(entries, args);
  try {
    if (wrong !== undefined) throw new UsageError(wrong);
    if (hasFlag(args, "--help", "-h")) {
      io.out(command ? commandHelp(path, command) : group ? groupHelp(group) : topHelp(entries));
      return 0;
    }
    if (!command) throw new UsageError(`a command is missing: ${namesOf(group?.commands ?? entries)}`);
    return await command.run({ ...readArguments(command, rest), io, out }) ?? 0;
  } catch (error) {
    return failed(error, path, io, out);
  }
}

/** Arguments after `--` are words, never flags (POSIX.1-2024 §12.2, guideline 10). */
function hasFlag(args: string[], ...flags: string[]): boolean {
  const end = args.indexOf("--");
  return (end < 0 ? args : args.slice(0, end)).some((arg) => flags.includes(arg));
}

/** What `args` name, as far as it is known. `path` holds its words, `rest` the remaining arguments. */
type Found = { path: string; group?: Group; command?: Command; rest: string[]; wrong?: string };

function find(entries: Entries, args: string[]): Found {
  const [word, ...rest] = args;
  if (word === undefined || isForAll(word)) return { path: "", rest };
  const entry = entries.find(({ name }) => name === word);
  if (!entry) return { path: "", rest, wrong: unknownCommand(word, entries) };
  if (!("commands" in entry)) return { path: entry.name, command: entry, rest };
  const [second, ...others] = rest;
  const group = { path: entry.name, group: entry, rest: others };
  if (second === undefined || isForAll(second)) return group;
  const command = entry.commands.find(({ name }) => name === second);
  if (!command) return { ...group, wrong: unknownCommand(second, entry.commands) };
  return { ...group, path: `${entry.name} ${command.name}`, command };
}

function isForAll(word: string): boolean {
  return ["--help", "-h", "--json"].includes(word);
}

function unknownCommand(word: string, entries: Entries): string {
  if (word.startsWith("-")) return "the command comes first, then its flags";
  const suggestion = suggestName(word, entries.map(({ name }) => name)) || `; the commands are ${namesOf(entries)}`;
  return `no command ${quoted(word)}${suggestion}`;
}

function namesOf(entries: Entries): string {
  return entries.map(({ name }) => name).join(", ");
}

function failed(error: unknown, path: string, io: Io, out: Output): number {
  // The reader of the output has ended, as `head` does, so nothing can be reported.
  if (error instanceof Deno.errors.BrokenPipe) return 1;
  if (error instanceof UsageError) {
    const end = /[.?!]$/.test(error.message) ? "" : ".";
    io.err(`error: ${error.message}${end} See "${["sentinel", path, "--help"].filter(Boolean).join(" ")}".`);
    out.failed({ code: "usage", detail: error.message });
    return 2;
  }
  if (error instanceof ConfigError) {
    for (const warning of error.warnings) io.err(`warning: ${warning}`);
    for (const { setting, problem } of error.issues) io.err(`error: ${setting} ${problem}`);
    out.failed({ code: "configuration", detail: "The settings are wrong.", errors: error.issues });
    return EX_CONFIG;
  }
  for (const sentence of sentencesOf(error)) io.err(`error: ${sentence}`);
  out.failed(failureOf(error));
  return exitCodeOf(error);
}
