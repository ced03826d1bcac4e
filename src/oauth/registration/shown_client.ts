import type { PrincipalClient } from "../../vocabulary/actor.ts";

type Named = Pick<PrincipalClient, "name" | "source" | "url">;

/**
 * What users know an application by. The name of a client that no administrator created is what it calls itself, so it
 * is known by what is proven of it: the host of its document, or the place to which its users return.
 */
export function shownApplication(client: Named, redirectUri: string): string;
export function shownApplication(client: Named, redirectUri: string | undefined): string | undefined;
export function shownApplication({ source, name, url }: Named, redirectUri: string | undefined): string | undefined {
  if (source === "admin") return name;
  if (url !== null) return new URL(url).host;
  return redirectUri === undefined ? undefined : placeOf(redirectUri);
}

/** Where a redirection URI leads, as users know it: the host, or the scheme of an application on their device. */
export function placeOf(redirectUri: string): string {
  const { protocol, host } = new URL(redirectUri);
  return /^https?:$/.test(protocol) ? `${protocol}//${host}` : protocol.slice(0, -1);
}
