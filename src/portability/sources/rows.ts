/** Reads the rows of a file: CSV, JSON, JSON lines, or the COPY text of pg_dump, whichever it is. */
import { pipeline, Readable } from "node:stream";
import { type CsvError, parse } from "csv-parse";
import { orUndefined } from "../../platform/or_undefined.ts";
import { linesOf } from "../../platform/text/text_lines.ts";
import { type BrokenRow, type Row, SourceError } from "./arrival.ts";
import { jsonItems } from "./json_items.ts";

export type Located = { at: string; row: Row };

/** Where a system's rows are. */
export type Layout = {
  /** Paths of the users in JSON (see {@link jsonItems}). */
  paths: readonly string[];
  /** What to do about a file without any user. With it, only JSON is read. */
  none?: string;
  /** The columns of a CSV file that has no header. */
  columns?: readonly string[];
  /** The table in a dump of PostgreSQL; `isTable` knows it by another name, too. */
  table?: string;
  isTable?: (name: string, columns: string[]) => boolean;
  /** Other spellings of columns in a CSV file, and those that it must have. */
  spellings?: Record<string, string>;
  required?: readonly string[];
  /** Columns of which it must have one. */
  oneOf?: readonly string[];
};

const lineSizeMax = 1_048_576;

/** The rows of the text. @throws {SourceError} when a column is missing; {TextError} */
export async function* rowsOf(text: AsyncIterable<string>, layout: Layout): AsyncGenerator<Located | BrokenRow> {
  const { first, all } = await peeked(text);
  if (/^[[{]/.test(first)) return yield* readJson(all, layout);
  if (layout.table !== undefined && /^(?:--|SET |COPY |\/\*|\\)/.test(first)) {
    return yield* readCopy(all, layout.table, layout.isTable);
  }
  if (layout.none !== undefined) throw new SourceError(`The file is not JSON.${layout.none}`);
  yield* readCsv(all, first, layout);
}

/**
 * The beginning of the text, which tells its form: its first line, unless it is JSON; and the whole text. A byte-order
 * mark is left out.
 */
export async function peeked(text: AsyncIterable<string>): Promise<{ first: string; all: AsyncIterable<string> }> {
  const pieces = text[Symbol.asyncIterator]();
  let first = "", done = false;
  const isEnough = () => /^\s*[[{]/.test(first) || first.trimStart().includes("\n") || first.length > lineSizeMax;
  while (!done && !isEnough()) {
    const next = await pieces.next();
    done = next.done === true;
    if (!done) first = (first + next.value).replace(/^\ufeff/, "");
  }
  async function* all() {
    yield first;
    for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield next.value;
  }
  return { first: first.trimStart(), all: all() };
}

async function* readJson(
  text: AsyncIterable<string>,
  { paths, none = "" }: Layout,
): AsyncGenerator<Located | BrokenRow> {
  let number = 0;
  for await (const item of jsonItems(text, paths)) {
    const at = `user ${++number}`;
    const row = jsonOf(item);
    yield row ? { at, row } : { at, broken: "is no valid JSON" };
  }
  if (number === 0) throw new SourceError(`The file has no users where this system writes them.${none}`);
}

function jsonOf(text: string): Row | undefined {
  const value = orUndefined(() => JSON.parse(text));
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
}

/** RFC 4180 with a header, separated by commas, semicolons or tabs. */
async function* readCsv(
  text: AsyncIterable<string>,
  first: string,
  layout: Layout,
): AsyncGenerator<Located | BrokenRow> {
  const { columns, spellings = {} } = layout;
  const header = first.split("\n")[0]!;
  const broken: BrokenRow[] = [];
  const parser = parse({
    columns: columns
      ? [...columns]
      : (names: string[]) => checked(names.map((name) => spelled(name, spellings)), layout),
    delimiter: [";", "\t", ","].find((mark) => header.includes(mark) && (mark === "\t" || !header.includes(","))) ??
      ",",
    bom: true,
    info: true,
    relax_quotes: columns !== undefined,
    relax_column_count: columns !== undefined,
    max_record_size: lineSizeMax,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: (error) =>
      void broken.push({ at: `line ${lineOf(error)}`, broken: "has another number of columns than the header" }),
  });
  pipeline(Readable.from(text), parser, () => {}); // a failure of the text becomes a failure of the parser
  for await (const { record, info } of parser) {
    yield* broken.splice(0);
    yield { at: `line ${info.lines}`, row: record };
  }
  yield* broken;
}

function lineOf(error: CsvError | undefined): number {
  return Number(error?.lines ?? 0);
}

/** Spreadsheets write `Password Hash` for `password_hash`. */
function spelled(name: string, spellings: Record<string, string>): string {
  const plain = name.trim().toLowerCase().replace(/[\s-]+/g, "_");
  return Object.hasOwn(spellings, plain) ? spellings[plain]! : plain;
}

function checked(header: string[], { required = [], oneOf = [] }: Layout): string[] {
  const missing = required.filter((column) => !header.includes(column));
  if (oneOf.length > 0 && !oneOf.some((column) => header.includes(column))) missing.push(oneOf.join(" or "));
  if (missing.length === 0) return header;
  throw new SourceError(`The first line must name the column ${missing.join(", ")}.`);
}

/** https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS */
async function* readCopy(
  text: AsyncIterable<string>,
  table: string,
  isTable: Layout["isTable"] = (name) => name === table,
): AsyncGenerator<Located> {
  let columns: string[] | undefined, number = 0, seen = false;
  for await (const line of linesOf(text, lineSizeMax)) {
    number++;
    if (!columns) {
      const [, name, list] = /^COPY (\S+) \((.+)\) FROM stdin;\r?$/.exec(line) ?? [];
      const found = list?.split(", ").map((column) => column.replaceAll('"', "")) ?? [];
      if (name === undefined || !isTable(name.replaceAll('"', ""), found)) continue;
      seen = true;
      columns = found;
    } else if (/^\\\.\r?$/.test(line)) columns = undefined;
    else {
      const values = line.split("\t").map(unescaped);
      yield { at: `line ${number}`, row: Object.fromEntries(columns.map((column, index) => [column, values[index]])) };
    }
  }
  if (!seen) throw new SourceError(`The dump has no data of ${table}: make it with pg_dump --data-only -t ${table}.`);
}

const escapes: Record<string, string> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" };

function unescaped(value: string): string | null {
  return value === "\\N" ? null : value.replace(/\\(.)/g, (_, char) => escapes[char] ?? char);
}
