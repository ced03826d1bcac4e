import { parseArgs } from "node:util";
import { nearestName } from "../platform/text/nearest_name.ts";
import { type Command, type Flags, type FlagValues, UsageError } from "./command.ts";

const jsonFlag = { json: { about: "print one JSON document instead of text" } } as const;

/** Returns the flags of the command, including those that every command has. */
export function flagsOf({ flags = {}, silent }: Command): Flags {
  return silent ? flags : { ...flags, ...jsonFlag };
}

/** @throws {UsageError} without values of flags and, where a password is expected, words: each may hold a secret. */
export function readArguments(command: Command, args: string[]): { words: string[]; flags: FlagValues<Flags> } {
  const declared = flagsOf(command);
  const options = Object.fromEntries(
    Object.entries(declared).map(([name, { value, multiple = false }]) => {
      return [name, { type: value === undefined ? "boolean" : "string", multiple } as const];
    }),
  );
  const { tokens, values, positionals: words } = parseArgs({
    args,
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const seen = new Set<string>();
  for (const token of tokens) if (token.kind === "option") checkFlag(token, command, seen);
  for (const [name, { required, value }] of Object.entries(declared)) {
    if (required && !seen.has(name)) throw new UsageError(`--${name} ${value} is missing`);
  }
  checkWords(command, words);
  return { words, flags: values as FlagValues<Flags> };
}

type OptionToken = { name: string; rawName: string; value?: string | undefined; inlineValue?: boolean | undefined };

function checkFlag({ name, rawName, value, inlineValue }: OptionToken, command: Command, seen: Set<string>): void {
  const declared = flagsOf(command);
  const flag = Object.hasOwn(declared, name) ? declared[name] : undefined;
  if (!flag) throw new UsageError(`no flag ${quoted(rawName)}${suggestInstead(name, command)}`);
  if (flag.value === undefined && value !== undefined) throw new UsageError(`--${name} takes no value`);
  const isFlag = !inlineValue && /^-./.test(value ?? "");
  if (flag.value !== undefined && (value === undefined || isFlag)) {
    throw new UsageError(`--${name} needs a value: --${name} ${flag.value}`);
  }
  if (seen.has(name) && !flag.multiple) throw new UsageError(`--${name} is given more than once`);
  seen.add(name);
}

/** No flag has a single letter, but an id may begin with a dash. */
function suggestInstead(name: string, command: Command): string {
  const isWord = name.length === 1 && command.words !== undefined;
  return isWord
    ? '; put "--" before a word that begins with a dash'
    : suggestName(name, Object.keys(flagsOf(command)), "--");
}

function checkWords({ words: named = [], flags = {} }: Command, words: string[]): void {
  const missing = named[words.length];
  if (missing !== undefined && !missing.startsWith("[")) throw new UsageError(`${missing} is missing`);
  const extra = words[named.length];
  if (extra === undefined) return;
  const after = named.length === 0 ? "" : ` after ${named.at(-1)!.replace(/[[\]]/g, "")}`;
  const takesPassword = "password-stdin" in flags;
  const shown = takesPassword ? notShown : quoted(extra);
  const hint = takesPassword ? ": no argument takes a password" : "";
  throw new UsageError(`unexpected word ${shown}${after}${hint}`);
}

const notShown = "(not shown)";

/** Quotes the argument for a message. Text that may be a URL with a password, a key or a token is not shown. */
export function quoted(argument: string): string {
  const isName = /^[\p{L}\p{N}._@:/-]{1,36}$/u.test(argument) && !argument.includes("://");
  return isName ? `"${argument}"` : notShown;
}

/** Returns `; did you mean "--json"?` when a similar name exists, else nothing. */
export function suggestName(name: string, known: readonly string[], before = ""): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? "" : `; did you mean "${before}${nearest}"?`;
}
