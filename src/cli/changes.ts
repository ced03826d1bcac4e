import { UsageError } from "./command.ts";
import type { Output } from "./output.ts";

/** The flags of a command, as they were given. */
export type Given = { [name: string]: string | string[] | boolean | undefined };

/** The value of a member that one flag turns on and another one off. @throws {UsageError} when both are given. */
export function switchBy(flags: Given, { on, off }: { on: string; off: string }): boolean | undefined {
  if (flags[on] && flags[off]) throw new UsageError(`--${on} and --${off} exclude each other`);
  return flags[on] ? true : flags[off] ? false : undefined;
}

/** The values of a flag that replaces a list, without empty ones. */
export function listBy(flags: Given, name: string): string[] | undefined {
  return (flags[name] as string[] | undefined)?.filter((value) => value !== "");
}

/** @throws {UsageError} when no member is to be changed. */
export function requireChange(asked: object): void {
  if (Object.values(asked).some((value) => value !== undefined)) return;
  throw new UsageError("nothing to change: name a flag, such as --name");
}

/** Prints which members of `what` are different after a change, such as those of "the client shop". */
export function printChange<T extends object>(
  out: Output,
  { what, kind, before, after, shown = (state) => state }: {
    what: string;
    kind: string;
    before: T;
    after: T;
    shown?: (state: T) => Record<keyof T, unknown>;
  },
): void {
  const members = Object.keys(after) as (keyof T & string)[];
  const changed = members.filter((member) => JSON.stringify(before[member]) !== JSON.stringify(after[member]));
  const [old, now] = [shown(before), shown(after)];
  const lines = changed.map((member) => `${member}: ${textOf(old[member])} -> ${textOf(now[member])}`);
  const sentence = changed.length > 0 ? `Changed ${what}.` : `${capitalised(what)} is like that already.`;
  out.done([sentence, ...lines].join("\n"), { changed, [kind]: after });
}

/** A value on one line; a list is its words. */
function textOf(value: unknown): string {
  return (Array.isArray(value) ? value.join(",") : String(value ?? "")) || "-";
}

const capitalised = (text: string) => text[0]!.toUpperCase() + text.slice(1);
