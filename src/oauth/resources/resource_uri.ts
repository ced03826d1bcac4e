/**
 * Why an absolute URI in ASCII cannot name an API; undefined when it can. `issuer` is the public URL of this
 * installation.
 */
export function refusedUri(uri: string, issuer: string): string | undefined {
  if (/["<>\\^`{|}#]/.test(uri)) return "No fragment (RFC 8707 section 2), and no character that a URI must escape.";
  if (!/^https?:/.test(uri)) return undefined;
  const url = URL.parse(uri);
  if (!url) return "This is not a URL.";
  if (url.username !== "" || url.password !== "") return "No user and no password.";
  const own = new URL(issuer);
  const isBelow = url.host === own.host && `${url.pathname}/`.startsWith(`${own.pathname.replace(/\/$/, "")}/`);
  return isBelow ? "Addresses of Sentinel itself cannot be registered: its own API needs no resource." : undefined;
}
