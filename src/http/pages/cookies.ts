/** The longest `Cookie` header that is read, in characters. */
const headerLengthMax = 8_192;

/** What a cookie holds (RFC 6265 §4.1.1), of the characters that ours are made of. */
const value = /^[\w.~-]{1,512}$/;

/** Browsers keep no cookie for longer than 400 days (RFC 6265bis §5.5). */
export type CookieLife = { maxAgeSeconds?: number };

/** The cookies of an installation. */
export type Cookies = ReturnType<typeof createCookies>;

/**
 * Cookies that only this host can set and that no script can read (RFC 6265bis §4.1.3.2). Over plain HTTP, which is for
 * loopback, browsers refuse the prefix `__Host-` and the attribute `Secure`.
 */
export function createCookies(publicUrl: string) {
  const isSecure = publicUrl.startsWith("https:");
  const nameOf = (name: string) => isSecure ? `__Host-${name}` : name;
  const attributes = `Path=/; HttpOnly; SameSite=Lax${isSecure ? "; Secure" : ""}`;
  return { read, set, expire };

  /** The cookie's value. Undefined unless its name is exactly this, and its value of characters that ours have. */
  function read(headers: Headers, name: string): string | undefined {
    const header = headers.get("cookie");
    if (header === null || header.length > headerLengthMax) return undefined;
    for (const pair of header.split(";")) {
      const [, found, text] = /^[ \t]*([^=]+)=(.*?)[ \t]*$/.exec(pair) ?? [];
      if (found === nameOf(name)) return value.test(text!) ? text : undefined;
    }
    return undefined;
  }

  /** The `Set-Cookie` header; without `maxAgeSeconds` the browser keeps the cookie until it is closed. */
  function set(name: string, text: string, { maxAgeSeconds }: CookieLife = {}): string {
    if (!value.test(text)) throw new Error(`the cookie ${name} has a value that it cannot have`);
    const life = maxAgeSeconds === undefined ? "" : `; Max-Age=${maxAgeSeconds}`;
    return `${nameOf(name)}=${text}; ${attributes}${life}`;
  }

  /** The `Set-Cookie` header that removes the cookie. */
  function expire(name: string): string {
    return `${nameOf(name)}=; ${attributes}; Max-Age=0`;
  }
}
