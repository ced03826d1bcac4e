import type { PrincipalClient } from "../actor.ts";

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

/** The most places that {@link listedApplication} names. */
const placesMax = 3;

/**
 * What an application is called in lists, where no redirection URI is at hand: as {@link shownApplication}, by the
 * places to which its users may return, and then what it calls itself.
 */
export function listedApplication(client: Named & Pick<PrincipalClient, "redirect_uris">): string {
  const { source, name, url, redirect_uris } = client;
  if (source === "admin") return name;
  const places = url === null ? [...new Set(redirect_uris.map(placeOf))] : [new URL(url).host];
  return `${places.slice(0, placesMax).join(", ")}${places.length > placesMax ? ", …" : ""} (${name})`;
}

/** Where a redirection URI leads, as users know it: the host, or the scheme of an application on their device. */
export function placeOf(redirectUri: string): string {
  const { protocol, host } = new URL(redirectUri);
  return /^https?:$/.test(protocol) ? `${protocol}//${host}` : protocol.slice(0, -1);
}
