import { flagsOf } from "./arguments.ts";
import type { Command, Flag, Group } from "./command.ts";

const lineLengthMax = 120;

/** What `sentinel --help` prints. */
export function topHelp(entries: readonly (Command | Group)[]): string {
  return [
    "sentinel [COMMAND] [--help]",
    table(entries.map(({ name, summary }) => [name, summary])),
    indented(conventions),
  ].join("\n\n");
}

/** The help on what all commands have in common. */
export const conventions =
  `--help after a command explains it. --json makes a command print one JSON document: {"items": […]} for a list, an object
for anything else, {"error": {"code", "detail"}} for a failure. A command that opens a database prints its name to
standard error.

Exit codes: 0 ok, 1 failed, 2 usage, 78 bad configuration.`;

/** What `--help` prints of a group of commands. */
export function groupHelp({ name, summary, about, commands }: Group): string {
  return [
    `sentinel ${name} COMMAND [--help]`,
    `  ${summary}.`,
    table(commands.map((command) => [command.name, command.summary])),
    ...(about === undefined ? [] : [indented(about)]),
  ].join("\n\n");
}

/** What `--help` prints of a command. `path` holds the words that call it. */
export function commandHelp(path: string, command: Command): string {
  const { summary, about } = command;
  const flags = Object.entries(flagsOf(command)).map((
    [name, flag],
  ): [string, string] => [withValue(name, flag), flag.about]);
  return [
    usageOf(path, command),
    `  ${summary}.`,
    ...(flags.length === 0 ? [] : [table(flags)]),
    ...(about === undefined ? [] : [indented(about)]),
  ].join("\n\n");
}

/** The command, its words and flags: `sentinel role grant NAME ROLE [--until TIME] [--json]`. */
function usageOf(path: string, command: Command): string {
  const flags = Object.entries(flagsOf(command)).map(([name, flag]) => {
    const shown = withValue(name, flag);
    return flag.required ? shown : `[${shown}]${flag.multiple ? "…" : ""}`;
  });
  return wrapped(["sentinel", path, ...command.words ?? [], ...flags]);
}

/** The parts in as many lines as they need, each after the first one indented. */
function wrapped(parts: string[]): string {
  const lines = [""];
  for (const part of parts) {
    const line = `${lines.at(-1)} ${part}`;
    if (line.length <= lineLengthMax) lines[lines.length - 1] = line;
    else lines.push(`      ${part}`);
  }
  return lines.join("\n").trimStart();
}

function withValue(name: string, { value }: Flag): string {
  return value === undefined ? `--${name}` : `--${name} ${value}`;
}

function table(rows: [string, string][]): string {
  const width = Math.max(...rows.map(([first]) => first.length));
  return rows.map(([first, second]) => `  ${first.padEnd(width)}   ${second}`).join("\n");
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, "  ");
}
