import { hash } from "node:crypto";
import { isId } from "../ids.ts";

/** The most characters of a client id that is the URL of a metadata document. */
export const clientUrlLengthMax = 255;

/**
 * The id under which a client is stored, of the `client_id` that requests and tokens carry; undefined for what names no
 * client. A client that describes itself has a URL as its `client_id` (Client ID Metadata Documents §3), and is stored
 * under a UUIDv8 that is derived from it (RFC 9562 §5.8), so no look-up goes by text.
 */
export function clientUuid(clientId: string | undefined): string | undefined {
  if (!clientId?.startsWith("https://")) return isId(clientId) ? clientId : undefined;
  return clientId.length > clientUrlLengthMax ? undefined : uuidOf(hash("sha256", `client_id ${clientId}`, "buffer"));
}

/** What requests and tokens carry: the URL of a client that describes itself, and the id of any other. */
export function publicClientId({ id, url }: { id: string; url: string | null }): string {
  return url ?? id;
}

/** The first 128 bits, with the version 8 and the variant of RFC 9562 §4. */
function uuidOf(digest: Uint8Array): string {
  const bytes = digest.slice(0, 16);
  bytes[6] = bytes[6]! & 0x0f | 0x80;
  bytes[8] = bytes[8]! & 0x3f | 0x80;
  return bytes.toHex().replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
