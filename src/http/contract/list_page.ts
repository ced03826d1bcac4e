import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "@hono/zod-openapi";
import { Problem } from "../../vocabulary/problems.ts";
import { pathOf, queryOf } from "../request/target.ts";

/** How many items a page may have. */
export const pageSizeMax = 200;
const pageSizeDefault = 50;
/** A page token ends with a key of the list, the longest of which is an e-mail address: 254 UTF-16 units, 3 bytes each. */
const pageTokenLengthMax = 1_040;

/** Query parameters of every list. */
export const PageQuery = z.strictObject({
  page_size: z.string().regex(/^\d{1,3}$/, `A number of items, 1 to ${pageSizeMax}.`).transform(Number).pipe(
    z.int().min(1).max(pageSizeMax),
  ).optional()
    .openapi({
      type: "integer",
      minimum: 1,
      maximum: pageSizeMax,
      description: `Items per page, ${pageSizeDefault} if unsaid`,
    }),
  page_token: z.string().optional().openapi({
    description: "`next_page_token` of the page before",
  }),
});

/** A page of a list. */
export type Page<I = unknown> = { items: I[]; next_page_token?: string };

/** A page of items on the wire; there is a next one while `next_page_token` is there. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.strictObject({
    items: z.array(item),
    next_page_token: z.string().optional().openapi({
      description: "Opaque; ask for the next page with it",
      example: "q0XxWm8Lr1cYtq7bZ3HnDGFkYQ",
    }),
  });
}

/** Whether answers of this schema are pages, as {@link pageOf} makes them. */
export function isPage(schema: z.ZodType): boolean {
  return schema instanceof z.ZodObject && "next_page_token" in schema.shape;
}

/** `Link` to the page after this one, relative to this host (RFC 8288 §3); undefined after the last. */
export function nextLink(url: string, { next_page_token }: Page): string | undefined {
  if (next_page_token === undefined) return undefined;
  const query = new URLSearchParams(queryOf(url)); // never of `new URL(url)`, which throws for some of the Hosts we serve
  query.set("page_token", next_page_token);
  return `<${pathOf(url)}?${query}>; rel="next"`;
}

/** Makes and reads page tokens: signed, and good for one list only (T077). */
export type Pages = ReturnType<typeof createPages>;

const macSizeBytes = 16;

export function createPages(subkey: Uint8Array) {
  return { read };

  /**
   * Reads a page of `list` with a keyset query: `fetch` gets the key to begin after (null for the first page) and a
   * limit, `keyOf` names an item's key. A search that ends before it has found enough gives the key to go on after: its
   * page is short, or empty, and has a next one.
   *
   * @throws {Problem} `malformed_request` for a page token that this list did not give.
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
      throw new Problem("malformed_request", { detail: "This page token is not of this list." });
    }
    return key.toString();
  }

  function mac(list: string, key: Uint8Array): Buffer {
    return createHmac("sha256", subkey).update(`${list}\n`).update(key).digest().subarray(0, macSizeBytes);
  }
}
