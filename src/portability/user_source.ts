/** Where people come from when they move in: tables, CSV and JSON lines of other systems. */
import { pipeline, Readable } from "node:stream";
import { type CsvError, parse } from "csv-parse";
import { z } from "zod";
import type { Names } from "../vocabulary/identifiers.ts";
import { linesOf, textOf } from "../platform/text/text_lines.ts";
import type { SeedRow } from "./user_import_store.ts";

/** Which columns and members a source has. */
export type SourceKind = "seed" | "csv" | "jsonl";

/** One person of the source, as they were there, by one name or both; `at` says where in it. */
export type Arrival = Names & {
  at: string;
  password_hash: string;
  roles: string[];
  disabled: boolean;
};

/** A row that is no person, and why. It never repeats the row: a shifted column may hold a hash. */
export type BrokenRow = { at: string; broken: string };

/** The file is not of its kind at all. */
export class SourceError extends Error {
  override readonly name = "SourceError";
}

const columns = {
  seed: ["username", "email", "hashed_password"],
  csv: ["username", "email", "password_hash"],
} as const;

const lineSizeMax = 65_536;

/** Reads the people of a file. @throws {SourceError} | {TextError} when it lacks a column or is no text. */
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
    on_skip: (error) => void broken.push({ at: `line ${lineOf(error)}`, broken: "is no row of as many columns" }),
  });
  pipeline(Readable.from(text), parser, () => {}); // a failure of the text becomes one of the parser
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
  if (missing.length > 0) throw new SourceError(`The first line does not name the column ${missing.join(", ")}.`);
  return header;
}

/** A person of the system that Sentinel replaces; whoever was not active, or neither, could not log in there. */
export function fromSeed(at: string, { username, email, hashed_password, role, is_active = "true" }: SeedRow) {
  const active = flag(is_active ?? "");
  if (active === undefined) return { at, broken: "is_active is neither true nor false" };
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
  if (isDisabled === undefined) return { at, broken: "disabled is neither true nor false" };
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

/** As PostgreSQL, Python and spreadsheets write it; nothing at all is false. */
function flag(text: string): boolean | undefined {
  if (/^(?:t|true|1|yes|y)$/i.test(text)) return true;
  return /^(?:f|false|0|no|n|)$/i.test(text) ? false : undefined;
}

/** Role names are lower-case here. */
function words(text: string): string[] {
  return text.toLowerCase().split(/[\s,;]+/).filter((word) => word !== "");
}
