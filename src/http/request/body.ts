import { Buffer } from "node:buffer";
import type { z } from "@hono/zod-openapi";
import { Problem } from "../../vocabulary/problems.ts";
import type { BodySpec, BodyType } from "../contract/contract.ts";
import { parseJson } from "../parsing/json_text.ts";
import { queryOf } from "./target.ts";
import { validate } from "../parsing/validation.ts";

/** The largest request body, in bytes. */
export const bodySizeMax = 64 * 1024;
/** How long a body may take to arrive, in milliseconds. */
export const bodyTimeoutMs = 10_000;
const parametersMax = 100;

/** The parameters of a form; those that may occur several times as lists. */
export type Form = Record<string, string | string[]>;

/** The body is incomplete: the client aborted the request, or the runtime did because it is stopping. */
export class BodyBrokeOff extends Problem {
  constructor(cause: unknown) {
    super("malformed_request", { detail: "The request ended before its body was complete.", cause });
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lenientUtf8 = new TextDecoder("utf-8", { ignoreBOM: true });
/** Turns of the event loop in which a body that has arrived is read. */
const turnsMax = 16;

/**
 * Reads a body of a declared media type within limits of size and time: in UTF-8, with unique parameters and members,
 * and well-formed strings without NUL. @throws {BodyBrokeOff} and {Problem} `unsupported_media_type`, `body_too_large`,
 * `request_timeout`, `malformed_request`, `repeated_parameter`, `invalid_request`.
 */
export async function readBody<B extends z.ZodType>(request: Request, spec: BodySpec<B>): Promise<z.output<B>> {
  const type = declaredType(request.headers, spec.types);
  return parse(await readBytes(request), type, spec);
}

/** As {@link readBody}, but undefined for an empty body of whatever media type. */
export async function readOptionalBody<B extends z.ZodType>(request: Request, spec: BodySpec<B>) {
  const bytes = await readBytes(request);
  return bytes.length > 0 ? parse(bytes, declaredType(request.headers, spec.types), spec) : undefined;
}

/** As {@link readBody}, for the form of a page: `accept` sees all that was sent, and returns what the schema is for. */
export async function readForm<B extends z.ZodType>(
  request: Request,
  { schema, types, repeatable = [] }: BodySpec<B>,
  accept: (form: Form) => Form,
): Promise<z.output<B>> {
  declaredType(request.headers, types);
  return validate(schema, accept(parseFormWith(decode(await readBytes(request)), repeatable)), "#");
}

/** Reads a form as the query that it would be in a GET, in the characters of a URL; repeated parameters stay so. */
export async function readFormAsQuery(request: Request, { types }: BodySpec): Promise<string> {
  declaredType(request.headers, types);
  return new URLSearchParams(decode(await readBytes(request))).toString();
}

function parse<B extends z.ZodType>(
  bytes: Uint8Array,
  type: BodyType,
  { schema, skipSchemaIf, repeatable }: BodySpec<B>,
): z.output<B> {
  const text = decode(bytes);
  const value = type === "application/json" ? parseJson(text) : parseFormWith(text, repeatable ?? []);
  const suspect = /\\u|%00|\0/.test(text); // any other valid UTF-8 can be stored in the database
  if (!suspect && skipSchemaIf?.(value)) return value as z.output<B>;
  return validate(schema, value, "#", suspect);
}

/** Reads query parameters. Each may occur once. */
export function readQuery<Q extends z.ZodType>(url: string, schema: Q): z.output<Q> {
  return validate(schema, parseForm(queryOf(url)), "#/query");
}

export function readParams<P extends z.ZodType>(params: Record<string, string>, schema: P): z.output<P> {
  return validate(schema, params, "#/path");
}

function declaredType(headers: Headers, types: readonly BodyType[]): BodyType {
  if (headers.get("content-encoding")) {
    throw new Problem("unsupported_media_type", { detail: "Send the body uncompressed." });
  }
  const [type = "", ...parameters] = (headers.get("content-type") ?? "").toLowerCase().split(";").map((part) =>
    part.trim()
  );
  const declared = types.find((candidate) => candidate === type);
  if (!declared || parameters.some((parameter) => /^charset=(?!"?utf-8"?$)/.test(parameter))) {
    throw new Problem("unsupported_media_type", { detail: `Send ${types.join(" or ")}, encoded as UTF-8.` });
  }
  return declared;
}

/**
 * Reads a body of declared length at once: as a stream it takes 50 % longer, and sometimes 10 ms. The runtime limits it
 * to that length. A chunked body (RFC 9112 §6.3) is a stream, whatever length is declared.
 */
function readBytes(request: Request): Uint8Array | Promise<Uint8Array> {
  const { headers } = request;
  const declared = headers.get("content-length");
  if (Number(declared) > bodySizeMax) throw new Problem("body_too_large");
  if (declared !== null && headers.get("transfer-encoding") === null) return inTime(readWhole(request));
  const reader = request.body?.getReader();
  return reader ? inTime(readAll(reader), () => reader.cancel().catch(() => {})) : new Uint8Array();
}

/**
 * Stops waiting when the time limit of the body is over. Most bodies arrive with their headers: they are read within a
 * few turns of the event loop and need no timer.
 */
async function inTime(reading: Promise<Uint8Array>, cancel = () => {}): Promise<Uint8Array> {
  let isSettled = false;
  const settle = () => void (isSettled = true);
  reading.then(settle, settle);
  for (let turn = 0; turn < turnsMax && !isSettled; turn++) await null;
  if (isSettled) return await reading;
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new Problem("request_timeout"));
    cancel();
  }, bodyTimeoutMs);
  try {
    return await Promise.race([reading, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function readWhole(request: Request): Promise<Uint8Array> {
  return request.bytes().then((bytes) => {
    if (bytes.length > bodySizeMax) throw new Problem("body_too_large");
    return bytes;
  }, (error) => {
    throw new BodyBrokeOff(error);
  });
}

async function readAll(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Uint8Array> {
  try {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      size += next.value.length;
      if (size > bodySizeMax) throw new Problem("body_too_large");
      chunks.push(next.value);
    }
    return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  } catch (error) {
    reader.cancel().catch(() => {});
    throw error instanceof Problem ? error : new BodyBrokeOff(error);
  }
}

/** The lenient decoder takes a quarter of the time (body_bench.ts). Only a text with its U+FFFD is decoded again. */
function decode(bytes: Uint8Array): string {
  const text = lenientUtf8.decode(bytes);
  if (!text.includes("\ufffd")) return text;
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new Problem("malformed_request", { detail: "The body is not UTF-8.", cause });
  }
}

/** Parses `application/x-www-form-urlencoded`. A repeated parameter is an error (RFC 6749 §3.2). */
function parseForm(text: string): Record<string, string> {
  return parseFormWith(text, []) as Record<string, string>;
}

/** As {@link parseForm}, but the values of the `repeatable` parameters become lists. */
function parseFormWith(text: string, repeatable: readonly string[]): Form {
  const pairs = text.split("&", parametersMax + 1);
  if (pairs.length > parametersMax) {
    throw new Problem("malformed_request", { detail: `Send at most ${parametersMax} parameters.` });
  }
  const form = new Map<string, string | string[]>();
  for (const [name, value] of /[%+]/.test(text) ? decodedPairs(text) : plainPairs(pairs)) {
    const known = form.get(name);
    if (repeatable.includes(name)) form.set(name, [...known ?? [], value]);
    else if (known === undefined) form.set(name, value);
    else throw new Problem("repeated_parameter", { detail: "Send each parameter only once." });
  }
  return Object.fromEntries(form);
}

function decodedPairs(text: string): Iterable<[string, string]> {
  try {
    decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw new Problem("malformed_request", { detail: "A percent-encoding is malformed." });
  }
  return new URLSearchParams(text);
}

/** As {@link URLSearchParams} reads it, in a third of the time, where nothing is encoded. */
function plainPairs(pairs: string[]): [string, string][] {
  return pairs.filter(Boolean).map((pair) => {
    const end = pair.indexOf("=");
    return end < 0 ? [pair, ""] : [pair.slice(0, end), pair.slice(end + 1)];
  });
}
