import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "@hono/zod-openapi";
import { Problem } from "../../vocabulary/problems.ts";
import { pathOf, queryOf } from "../request/target.ts";

export const pageSizeMax = 200;
const pageSizeDefault = 50;
/**
 * A page token ends with a key of the list, the longest of which is an e-mail address: 254 UTF-16 units, 3 bytes each.
 */
const pageTokenLengthMax = 1_040;

/** The query parameters of every list. */
export const PageQuery = z.strictObject({
  page_size: z.string().regex(/^\d{1,3}$/, `A number of items, 1 to ${pageSizeMax}.`).transform(Number).pipe(
    z.int().min(1).max(pageSizeMax),
  ).optional()
    .openapi({
      type: "integer",
      minimum: 1,
      maximum: pageSizeMax,
      description: `Items per page; ${pageSizeDefault} by default`,
    }),
  page_token: z.string().optional().openapi({
    description: "`next_page_token` of the previous page",
  }),
});

export type Page<I = unknown> = { items: I[]; next_page_token?: string };

/** The schema of a page. Without `next_page_token` it is the last one. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.strictObject({
    items: z.array(item),
    next_page_token: z.string().optional().openapi({
      description: "Opaque; send it as `page_token` to get the next page",
      example: "q0XxWm8Lr1cYtq7bZ3HnDGFkYQ",
    }),
  });
}

export function isPage(schema: z.ZodType): boolean {
  return schema instanceof z.ZodObject && "next_page_token" in schema.shape;
}

/** The `Link` header to the next page, relative to the host (RFC 8288 §3); undefined on the last page. */
export function nextLink(url: string, { next_page_token }: Page): string | undefined {
  if (next_page_token === undefined) return undefined;
  const query = new URLSearchParams(queryOf(url)); // not `new URL(url)`, which throws for some valid Hosts
  query.set("page_token", next_page_token);
  return `<${pathOf(url)}?${query}>; rel="next"`;
}

/** Creates and reads page tokens. A token is signed, and valid for one list only. */
export type Pages = ReturnType<typeof createPages>;

const macSizeBytes = 16;

export function createPages(subkey: Uint8Array) {
  return { read };

  /**
   * Reads a page of `list`. `fetch` is a keyset query, from the key to start after (null at first) and a limit; `keyOf`
   * returns an item's key. A search that stops early returns the key to continue after: its page is short, but not the
   * last. @throws {Problem} `malformed_request` for a page token of another list.
   */
  async function read<T>(
    list: string,
    { page_size = pageSizeDefault, page_token }: { page_size?: number | undefined; page_token?: string | undefined },
    fetch: (after: string | null, limit: number) => Promise<T[] | { rows: T[]; goOn: string | null }>,
    keyOf: (row: T) => string,
  ): Promise<Page<T>> {
    const found = await fetch(page_token === undefined ? null : open(list, page_token), page_size + 1);
    const { rows, goOn } = Array.isArray(found) ? { rows: found, goOn: null } : found;
    const items = rows.slice(0, page_size);
    const next = rows.length > page_size ? keyOf(items.at(-1)!) : goOn;
    return next === null ? { items } : { items, next_page_token: seal(list, next) };
  }

  function seal(list: string, key: string): string {
    const bytes = Buffer.from(key);
    return Buffer.concat([mac(list, bytes), bytes]).toString("base64url");
  }

  function open(list: string, token: string): string {
    const bytes = Buffer.from(token, "base64url");
    const key = bytes.subarray(macSizeBytes);
    const canonical = token.length <= pageTokenLengthMax && bytes.length > macSizeBytes &&
      bytes.toString("base64url") === token;
    if (!canonical || !timingSafeEqual(bytes.subarray(0, macSizeBytes), mac(list, key))) {
      throw new Problem("malformed_request", { detail: "The page token does not belong to this list." });
    }
    return key.toString();
  }

  function mac(list: string, key: Uint8Array): Buffer {
    return createHmac("sha256", subkey).update(`${list}\n`).update(key).digest().subarray(0, macSizeBytes);
  }
}
