/**
 * Exports are JSON lines: a row, and a MAC over this line and all before it, so that a changed, moved, missing or
 * foreign line is detected at its place. Without the recipient's secret no valid file can be written.
 */
import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";

/** The version of this format. A reader refuses a newer one. */
export const formatVersion = 1;

/** The first line. */
export const Header = z.object({
  format: z.literal("sentinel-export"),
  version: z.int(),
  /** Identifies the export, so that it is imported only once. */
  id: z.uuid(),
  /** The version of Sentinel that wrote the file. */
  sentinel: z.string(),
  /** The last migration of the exported database. */
  schema: z.string(),
  /** Identifies the recipient's secret. */
  secret_id: z.string(),
});
export type Header = z.infer<typeof Header>;

/** The last line: the number of rows of each kind. */
export const End = z.object({ counts: z.record(z.string(), z.int()) });

/** The file cannot be imported. The message names the line. */
export class ExportFileError extends Error {
  override readonly name = "ExportFileError";

  constructor(line: number, problem: string, options?: ErrorOptions) {
    super(`Line ${line} ${problem}`, options);
  }
}

const macSize = 43; // 32 bytes in base64url
const shape = /^\{"([a-z_]+)":(\{.*\}),"mac":"([A-Za-z0-9_-]{43})"\}$/s;
const tailSize = `,"mac":"${"-".repeat(macSize)}"}`.length;

/** The name of a line and its JSON text; undefined if the line has another form. */
export function partsOf(line: string): { name: string; json: string; mac: string } | undefined {
  const [, name, json, mac] = shape.exec(line) ?? [];
  return name && json && mac ? { name, json, mac } : undefined;
}

/** Seals lines in sequence, or checks whether a line is the next one of a sealed file. */
export function createLineSeal(key: Uint8Array) {
  let last: Uint8Array = new Uint8Array(0);
  const next = (body: string) => last = createHmac("sha256", key).update(last).update(body).digest();

  return {
    seal(name: string, json: string): string {
      const body = `{"${name}":${json}`;
      return `${body},"mac":"${spelled(next(body))}"}`;
    },
    isNext(line: string, mac: string): boolean {
      const expected = Buffer.from(spelled(next(line.slice(0, -tailSize))));
      const given = Buffer.from(mac); // compared as text, because different text can encode the same bytes
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
}

const spelled = (mac: Uint8Array) => Buffer.from(mac).toString("base64url");
