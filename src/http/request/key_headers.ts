import { Buffer } from "node:buffer";

/** What an API key looks like; no password of a user does. */
const keyShape = /^snt_(?:pat|svc)_[0-9A-Za-z]{71}$/;

/** The API key in `x-api-key`, which counts only without `Authorization`, or as the password of HTTP Basic. */
export function keyOf(authorization: string | null, headers: Headers, takesBasic: boolean): string | undefined {
  if (authorization === null) return keyOfHeader(headers.get("x-api-key"));
  return takesBasic ? keyOfBasic(authorization, headers) : undefined;
}

/** The header's key; anything else in it, such as an access token or two keys, is a bad credential. */
function keyOfHeader(header: string | null): string | undefined {
  if (header === null) return undefined;
  return keyShape.test(header) ? header : "";
}

/**
 * The password of HTTP Basic (RFC 7617 §2), if it has the form of a key. Browsers repeat what they once learned, so it
 * does not authenticate a request that a page may have caused.
 */
function keyOfBasic(authorization: string, headers: Headers): string | undefined {
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization)?.[1];
  if (encoded === undefined || headers.has("origin")) return undefined;
  if ((headers.get("sec-fetch-site") ?? "none") !== "none") return undefined;
  const pair = Buffer.from(encoded, "base64").toString("latin1");
  const password = pair.slice(pair.indexOf(":") + 1);
  return keyShape.test(password) && pair.includes(":") ? password : undefined;
}
