/** Reads the users of other systems: tables, CSV and JSON lines. */
import { pipeline, Readable } from "node:stream";
import { type CsvError, parse } from "csv-parse";
import { z } from "zod";
import type { Names } from "../vocabulary/identifiers.ts";
import { linesOf, textOf } from "../platform/text/text_lines.ts";
import type { SeedRow } from "./user_import_store.ts";

/** The kinds of sources, which determine the columns and members. */
export type SourceKind = "seed" | "csv" | "jsonl";

/** One person of the source, as they were there, by one name or both; `at` says where in it. */
export type Arrival = Names & {
  at: string;
  password_hash: string;
  roles: string[];
  disabled: boolean;
};

/** An invalid row, and the reason. It never repeats the row, because a shifted column may contain a hash. */
export type BrokenRow = { at: string; broken: string };

/** The file is not of the expected kind. */
export class SourceError extends Error {
  override readonly name = "SourceError";
}

const columns = {
  seed: ["username", "email", "hashed_password"],
  csv: ["username", "email", "password_hash"],
} as const;

const lineSizeMax = 65_536;

/**
 * Reads the users of a file. @throws {SourceError}
 * {TextError} when a column is missing or the file is not text.
 */
export function readPeople(kind: SourceKind, file: ReadableStream<Uint8Array>): AsyncGenerator<Arrival | BrokenRow> {
  const text = textOf(file);
  return kind === "jsonl" ? readJsonLines(text) : readCsv(kind, text);
}

/** RFC 4180 with a header. */
async function* readCsv(kind: "seed" | "csv", text: AsyncIterable<string>): AsyncGenerator<Arrival | BrokenRow> {
  const broken: BrokenRow[] = [];
  const parser = parse({
    columns: (header: string[]) => checked(kind, header),
    bom: true,
    info: true,
    max_record_size: lineSizeMax,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: (error) =>
      void broken.push({ at: `line ${lineOf(error)}`, broken: "has another number of columns than the header" }),
  });
  pipeline(Readable.from(text), parser, () => {}); // a failure of the text becomes a failure of the parser
  for await (const { record, info } of parser) {
    yield* broken.splice(0);
    const at = `line ${info.lines}`;
    yield kind === "seed" ? fromSeed(at, record) : fromCsv(at, record);
  }
  yield* broken;
}

function lineOf(error: CsvError | undefined): number {
  return Number(error?.lines ?? 0);
}

function checked(kind: "seed" | "csv", header: string[]): string[] {
  const missing = columns[kind].filter((column) => !header.includes(column));
  if (missing.length > 0) throw new SourceError(`The first line must name the column ${missing.join(", ")}.`);
  return header;
}

/** A user of the system that Sentinel replaces. A user whose `is_active` was not true could not log in there. */
export function fromSeed(at: string, { username, email, hashed_password, role, is_active = "true" }: SeedRow) {
  const active = flag(is_active ?? "");
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

function fromCsv(at: string, row: Record<string, string>): Arrival | BrokenRow {
  const { username, email, password_hash = "", roles = "", disabled = "" } = row;
  const isDisabled = flag(disabled);
  if (isDisabled === undefined) return { at, broken: "has a disabled that is neither true nor false" };
  const names = { username: username || null, email: email || null };
  return { at, ...names, password_hash, roles: words(roles), disabled: isDisabled };
}

const Line = z.object({
  username: z.string().nullable().default(null),
  email: z.string().nullable().default(null),
  password_hash: z.string(),
  roles: z.array(z.string()).default([]),
  disabled: z.boolean().default(false),
});

async function* readJsonLines(text: AsyncIterable<string>): AsyncGenerator<Arrival | BrokenRow> {
  let number = 0;
  for await (const line of linesOf(text, lineSizeMax)) {
    const at = `line ${++number}`;
    if (line.trim() === "") continue;
    const person = Line.safeParse(json(line)).data;
    yield person
      ? { at, ...person, roles: person.roles.map((role) => role.toLowerCase()) }
      : { at, broken: "is no JSON object with password_hash and the names of a person" };
  }
}

function json(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** A boolean as PostgreSQL, Python and spreadsheets write it. Empty text is false. */
function flag(text: string): boolean | undefined {
  if (/^(?:t|true|1|yes|y)$/i.test(text)) return true;
  return /^(?:f|false|0|no|n|)$/i.test(text) ? false : undefined;
}

/** Splits role names, in lower case. */
function words(text: string): string[] {
  return text.toLowerCase().split(/[\s,;]+/).filter((word) => word !== "");
}
