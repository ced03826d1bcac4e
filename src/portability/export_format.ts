/**
 * The file that an installation moves in: JSON lines, each an object of one row and of a MAC over it and all lines
 * before it, so that a changed, moved, missing or foreign line is seen where it stands. The key comes from the
 * recipient's secret: nobody without it writes a file that is imported.
 */
import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";

/** The version of what is written here; a reader refuses a newer one. */
export const formatVersion = 1;

/** The first line. */
export const Header = z.object({
  format: z.literal("sentinel-export"),
  version: z.int(),
  /** Names the export, so that it is imported once. */
  id: z.uuid(),
  /** The version of Sentinel that wrote it. */
  sentinel: z.string(),
  /** The last migration of its database. */
  schema: z.string(),
  /** Names the recipient's secret. */
  secret_id: z.string(),
});
export type Header = z.infer<typeof Header>;

/** The last line: how many rows there are of each kind. */
export const End = z.object({ counts: z.record(z.string(), z.int()) });

/** The file is not one that can be imported. Its message names the line. */
export class ExportFileError extends Error {
  override readonly name = "ExportFileError";

  constructor(line: number, problem: string, options?: ErrorOptions) {
    super(`Line ${line} ${problem}`, options);
  }
}

const macSize = 43; // of 32 bytes in base64url
const shape = /^\{"([a-z_]+)":(\{.*\}),"mac":"([A-Za-z0-9_-]{43})"\}$/s;
const tailSize = `,"mac":"${"-".repeat(macSize)}"}`.length;

/** The name of a line and the JSON text that stands under it; undefined for what is no such line. */
export function partsOf(line: string): { name: string; json: string; mac: string } | undefined {
  const [, name, json, mac] = shape.exec(line) ?? [];
  return name && json && mac ? { name, json, mac } : undefined;
}

/** Seals lines one after the other, or tells whether one is the next that was sealed. */
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
      const given = Buffer.from(mac); // compared as it is spelled: other text may stand for the same bytes
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
}

const spelled = (mac: Uint8Array) => Buffer.from(mac).toString("base64url");
