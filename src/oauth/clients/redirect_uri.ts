import type { PrincipalClient } from "../../vocabulary/actor.ts";
import { Problem } from "../../vocabulary/problems.ts";

/** The most URIs that a client may register in one list, and their length. */
export const redirectUrisMax = 50, redirectUriLengthMax = 2_048;

type ApplicationType = PrincipalClient["application_type"];

/** `http` on this machine, with its port if it names one (RFC 8252 §7.3). */
const loopbackForm = /^(http:\/\/(127\.0\.0\.1|\[::1\]|localhost))(?::([1-9]\d{0,4}))?(?=[/?]|$)/;

/** A private scheme that an application derives from a domain of its own, and a path (RFC 8252 §7.1). */
const privateSchemeForm = /^[a-z][a-z0-9+-]*(?:\.[a-z0-9+-]+)+:\//;

/**
 * Checks redirection URIs that a client registers. They are stored as they are, because they are compared so.
 *
 * @throws {Problem} `invalid_request` for the first URI that is refused; `pointer` leads to the list.
 */
export function requireRedirectUris(uris: string[], applicationType: ApplicationType, pointer: string): void {
  for (const [place, uri] of uris.entries()) {
    const detail = refusedRedirectUri(uri, applicationType);
    if (detail === undefined) continue;
    throw new Problem("invalid_request", {
      errors: [{ pointer: `${pointer}/${place}`, code: "invalid_value", detail }],
    });
  }
}

/** Checks the address of a server: the rules of a web application's. @throws {Problem} `invalid_request` */
export function requireWebUri(uri: string, pointer: string): void {
  const detail = refusedRedirectUri(uri, "web");
  if (detail === undefined) return;
  throw new Problem("invalid_request", { errors: [{ pointer, code: "invalid_value", detail }] });
}

/** Why a client of this type cannot register the URI; undefined when it can. */
function refusedRedirectUri(uri: string, applicationType: ApplicationType): string | undefined {
  if (uri.length > redirectUriLengthMax) return `At most ${redirectUriLengthMax} characters.`;
  if (!/^[\x21-\x7e]+$/.test(uri) || /["<>\\^`{|}]/.test(uri)) {
    return "Only ASCII characters of a URI; escape all others (RFC 3986).";
  }
  if (uri.includes("#")) return "No fragment (RFC 6749 section 3.1.2).";
  if (uri.includes("*")) return "No wildcard: register each URI.";
  return refusedScheme(uri, applicationType) ?? refusedParts(uri);
}

function refusedScheme(uri: string, applicationType: ApplicationType): string | undefined {
  if (uri.startsWith("https://") || portOfLoopback(uri) !== undefined) return undefined;
  if (applicationType === "web") {
    return "A web application needs https; http only for localhost, 127.0.0.1 and [::1], during development.";
  }
  if (privateSchemeForm.test(uri)) return undefined;
  return "A native application needs https, http on localhost, 127.0.0.1 or [::1], or a scheme with the domain of its " +
    "maker in reverse, such as com.example.app:/callback (RFC 8252 section 7).";
}

/** The comparison is exact, so a URI that browsers write in another way would never match. */
function refusedParts(uri: string): string | undefined {
  const url = URL.parse(uri);
  if (!url) return "This is not a URL.";
  if (url.username !== "" || url.password !== "" || /^[^/?]+\/\/[^/?]*@/.test(uri)) return "No user and no password.";
  if (url.hostname.endsWith(".")) return "No dot at the end of the host.";
  if (url.pathname.split("/").some((segment) => /^\.\.?(;|$)/.test(segment))) return "No dot segments in the path.";
  if (url.href === uri || url.href === `${uri}/`) return undefined;
  return `Write it as browsers do: ${url.href}`;
}

/**
 * Whether the client may have users sent to this URI. The strings must be equal. Native public clients listen on any
 * port of a loopback address that they registered (RFC 8252 §7.3), and of `localhost` if they are allowed to.
 */
export function matchesRedirectUri(client: PrincipalClient, uri: string): boolean {
  if (client.redirect_uris.includes(uri)) return true;
  if (client.application_type !== "native" || client.token_endpoint_auth_method !== "none") return false;
  if (portOfLoopback(uri) === undefined) return false;
  if (uri.startsWith("http://localhost") && !client.native_localhost) return false;
  const wanted = withoutPort(uri);
  return client.redirect_uris.some((known) => portOfLoopback(known) !== undefined && withoutPort(known) === wanted);
}

/**
 * The origins whose pages may read answers for the client: those of a public client's redirection URIs, where it runs
 * in browsers. A client with a secret does not.
 */
export function originsOf(
  { token_endpoint_auth_method, redirect_uris }: Pick<PrincipalClient, "token_endpoint_auth_method" | "redirect_uris">,
): (origin: string) => boolean {
  if (token_endpoint_auth_method !== "none") return () => false;
  return (origin) => /^https?:/.test(origin) && redirect_uris.some((uri) => URL.parse(uri)?.origin === origin);
}

/** Whether the URI is `http` on the user's device. */
export function isLoopbackUri(uri: string): boolean {
  return portOfLoopback(uri) !== undefined;
}

/** The port of a loopback URI, empty where it names none; undefined for any other URI. */
function portOfLoopback(uri: string): string | undefined {
  const parts = loopbackForm.exec(uri);
  const port = parts?.[3] ?? "";
  return parts && Number(port) <= 65_535 ? port : undefined;
}

function withoutPort(uri: string): string {
  return uri.replace(loopbackForm, "$1");
}
