/** The system that Sentinel replaces, and files that were written for Sentinel: `seed`, `csv` and `jsonl`. */
import { z } from "zod";
import { orUndefined } from "../../platform/or_undefined.ts";
import { linesOf } from "../../platform/text/text_lines.ts";
import { type Arrival, type BrokenRow, flagOf, type Row, textOf, timeOf } from "./arrival.ts";
import type { Layout } from "./rows.ts";
import type { SeedRow } from "../user_import_store.ts";

const spellings = {
  "e_mail": "email",
  "mail": "email",
  "email_address": "email",
  "user_name": "username",
  "login": "username",
  "hash": "password_hash",
  "passwordhash": "password_hash",
  "role": "roles",
};

/** The columns of the old table. */
export const seedLayout: Layout = { paths: [], required: ["username", "email", "hashed_password"] };

/** The columns of a file for Sentinel. */
export const csvLayout: Layout = {
  paths: [],
  required: ["password_hash"],
  oneOf: ["username", "email"],
  spellings,
};

/** An array in place of lines. */
export const arrayLayout: Layout = { paths: ["*"] };

/** A user of the system that Sentinel replaces. A user whose `is_active` was not true could not log in there. */
export function fromSeed(at: string, { username, email, hashed_password, role, is_active = "true" }: SeedRow) {
  const active = flagOf(is_active ?? "");
  if (active === undefined) return { at, broken: "has an is_active that is neither true nor false" };
  return {
    at,
    username: username || null,
    email: email || null,
    password_hash: hashed_password ?? "",
    roles: words(role ?? ""),
    disabled: !active,
  };
}

/** A row for Sentinel. */
export function fromCsv(at: string, row: Row): Arrival | BrokenRow {
  const { username, email, password_hash, roles, disabled, email_verified, external_id, created_at } = row as Record<
    string,
    string | undefined
  >;
  const [isDisabled, isVerified] = [flagOf(disabled), flagOf(email_verified)];
  if (isDisabled === undefined) return { at, broken: "has a disabled that is neither true nor false" };
  if (isVerified === undefined) return { at, broken: "has an email_verified that is neither true nor false" };
  return {
    at,
    username: username || null,
    email: email || null,
    password_hash: password_hash ?? "",
    roles: words(roles ?? ""),
    disabled: isDisabled,
    ...(email_verified !== undefined && { email_verified: isVerified }),
    ...(external_id !== undefined && { external_id: textOf(external_id) }),
    ...(created_at !== undefined && { created_at: timeOf(created_at) }),
  };
}

const Line = z.object({
  username: z.string().nullable().default(null),
  email: z.string().nullable().default(null),
  password_hash: z.string(),
  roles: z.array(z.string()).default([]),
  disabled: z.boolean().default(false),
  email_verified: z.boolean().exactOptional(),
  external_id: z.string().nullable().exactOptional(),
  created_at: z.iso.datetime({ offset: true }).nullable().exactOptional(),
});

/** An object for Sentinel. */
export function fromObject(at: string, row: unknown): Arrival | BrokenRow {
  const person = Line.safeParse(row).data;
  return person
    ? { at, ...person, roles: person.roles.map((role) => role.toLowerCase()) }
    : { at, broken: "is no JSON object with password_hash and the names of a person" };
}

/** One object in each line. @throws {TextError} */
export async function* readJsonLines(text: AsyncIterable<string>): AsyncGenerator<Arrival | BrokenRow> {
  let number = 0;
  for await (const line of linesOf(text, 65_536)) {
    const at = `line ${++number}`;
    if (line.trim() === "") continue;
    yield fromObject(at, orUndefined(() => JSON.parse(line)));
  }
}

/** Splits role names, in lower case. */
function words(text: string): string[] {
  return text.toLowerCase().split(/[\s,;]+/).filter((word) => word !== "");
}
