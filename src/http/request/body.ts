import { Buffer } from "node:buffer";
import type { z } from "@hono/zod-openapi";
import { Problem } from "../../vocabulary/problems.ts";
import type { BodySpec, BodyType } from "../contract/contract.ts";
import { parseJson } from "./json_text.ts";
import { queryOf } from "./target.ts";
import { validate } from "./validation.ts";

/** A request body may have this many bytes. */
export const bodySizeMax = 64 * 1024;
/** …and must be complete after this long. */
export const bodyTimeoutMs = 10_000;
/** A form or a query may have this many parameters. */
const parametersMax = 100;

/** Not all of the body arrived: the client broke it off, or the runtime did, which does so when it stops to listen. */
export class BodyBrokeOff extends Problem {
  constructor(cause: unknown) {
    super("malformed_request", { detail: "The body broke off.", cause });
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads the body as the type it declares, once: bounded in size and time, UTF-8, no parameter or member twice, strings
 * well-formed and without NUL.
 *
 * @throws {BodyBrokeOff} and {Problem} `unsupported_media_type`, `body_too_large`, `request_timeout`, `malformed_request`,
 * `repeated_parameter`, `invalid_request`.
 */
export async function readBody<B extends z.ZodType>(request: Request, spec: BodySpec<B>): Promise<z.output<B>> {
  const type = declaredType(request.headers, spec.types);
  return parse(await readBytes(request), type, spec);
}

/** As {@link readBody}; undefined where not a byte was sent, whatever type was declared for it. */
export async function readOptionalBody<B extends z.ZodType>(
  request: Request,
  spec: BodySpec<B>,
): Promise<z.output<B> | undefined> {
  const bytes = await readBytes(request);
  return bytes.length > 0 ? parse(bytes, declaredType(request.headers, spec.types), spec) : undefined;
}

function parse<B extends z.ZodType>(
  bytes: Uint8Array,
  type: BodyType,
  { schema, skipSchemaIf }: BodySpec<B>,
): z.output<B> {
  const text = decode(bytes);
  const value = type === "application/json" ? parseJson(text) : parseForm(text);
  const suspect = /\\u|%00|\0/.test(text); // other text that is UTF-8 holds nothing that no database can keep
  if (!suspect && skipSchemaIf?.(value)) return value as z.output<B>;
  return validate(schema, value, "#", suspect);
}

/** Query parameters, each at most once. */
export function readQuery<Q extends z.ZodType>(url: string, schema: Q): z.output<Q> {
  return validate(schema, parseForm(queryOf(url)), "#/query");
}

/** Path parameters, judged like any other input. */
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
    throw new Problem("unsupported_media_type", { detail: `Send ${types.join(" or ")} in UTF-8.` });
  }
  return declared;
}

/**
 * A body whose length is declared, and which the runtime cuts there, is read in one piece: as a stream it takes half as
 * long again, and now and then 10 ms. In chunks (RFC 9112 §6.3) any length that is declared besides counts for nothing.
 */
async function readBytes(request: Request): Promise<Uint8Array> {
  const { headers } = request;
  const declared = headers.get("content-length");
  if (Number(declared) > bodySizeMax) throw new Problem("body_too_large");
  if (declared !== null && !headers.has("transfer-encoding")) return await inTime(readWhole(request));
  const reader = request.body?.getReader();
  return reader ? await inTime(readAll(reader), () => reader.cancel().catch(() => {})) : new Uint8Array();
}

/** What arrives after its time nobody waits for. */
async function inTime(reading: Promise<Uint8Array>, cancel = () => {}): Promise<Uint8Array> {
  if (await isSettledSoon(reading)) return await reading;
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

async function readWhole(request: Request): Promise<Uint8Array> {
  const bytes = await request.bytes().catch((error) => {
    throw new BodyBrokeOff(error);
  });
  if (bytes.length > bodySizeMax) throw new Problem("body_too_large");
  return bytes;
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

/** Most bodies arrive together with their headers: they are there within a few turns of the queue and take no timer. */
async function isSettledSoon(work: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const settle = () => void (settled = true);
  work.then(settle, settle);
  for (let turn = 0; turn < turnsMax && !settled; turn++) await null;
  return settled;
}
const turnsMax = 16;

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new Problem("malformed_request", { detail: "The body is not UTF-8.", cause });
  }
}

/** `application/x-www-form-urlencoded`; RFC 6749 §3.2: a parameter must not be there more than once. */
function parseForm(text: string): Record<string, string> {
  if (text.split("&", parametersMax + 1).length > parametersMax) {
    throw new Problem("malformed_request", { detail: `At most ${parametersMax} parameters can be sent.` });
  }
  try {
    decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw new Problem("malformed_request", { detail: "A percent-encoding is broken." });
  }
  const form: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(text)) {
    if (name in form) throw new Problem("repeated_parameter", { detail: "Each parameter may be there once." });
    form[name] = value;
  }
  return { ...form };
}
