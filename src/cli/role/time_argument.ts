import { z } from "zod";
import { UsageError } from "../command.ts";

const Time = z.iso.datetime({ offset: true });

/** The time in a flag, as RFC 3339 defines it. @throws {UsageError} that says what is missing or wrong. */
export function timeArgument(flag: string, text: string): Date {
  if (Time.safeParse(text).success) return new Date(text);
  throw new UsageError(`--${flag} ${problemOf(text)}`);
}

function problemOf(text: string): string {
  const { date, time, offset } =
    /^(?<date>\d{4}-\d\d-\d\d)(?<time>T\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?(?<offset>Z|[+-]\d\d:\d\d)?$/
      .exec(text)?.groups ?? {};
  if (date === undefined) return "must be a time such as 2027-01-31T18:00:00Z";
  if (!z.iso.date().safeParse(date).success) return `names a day that does not exist: ${date}`;
  if (time === undefined) return `needs a time of day, such as ${date}T00:00:00Z`;
  if (!/:\d\d:/.test(time)) return `needs seconds, such as ${date}${time}:00${offset ?? "Z"}`;
  if (offset === undefined) return `needs an offset from UTC, such as ${text}Z or ${text}+01:00`;
  return `names a time of day that does not exist: ${time.slice(1)}${offset}`;
}
