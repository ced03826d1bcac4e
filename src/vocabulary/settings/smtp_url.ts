import { z } from "zod";
import { isLoopback } from "../../platform/network.ts";
import { orUndefined } from "../../platform/or_undefined.ts";

/** A mail server, and how to reach it. */
export type SmtpServer = {
  host: string;
  port: number;
  /** TLS from the first byte, STARTTLS as a condition (RFC 3207), or none. */
  tls: "implicit" | "starttls" | "off";
  user: string | undefined;
  password: string | undefined;
  /** The file of a certificate authority that the server's certificate is checked by. */
  caFile: string | undefined;
};

const rule =
  "must be an smtp:// or smtps:// URL, its user and password percent-encoded, with no parameters but ca=PATH " +
  "and, for smtp://, tls=off";

/** The ports of submission with STARTTLS (RFC 6409 §3.1) and over TLS (RFC 8314 §7.3). */
const ports = { "smtp:": 587, "smtps:": 465 };

/** With `smtp://` the server must offer STARTTLS, unless it is on this machine or the URL says `?tls=off`. */
export const smtpUrl = z.string().transform((given, context): SmtpServer => {
  const server = parse(given);
  if (server) return server;
  context.addIssue({ code: "custom", message: rule });
  return z.NEVER;
});

function parse(given: string): SmtpServer | undefined {
  const url = URL.parse(given);
  if (!url || url.protocol !== "smtp:" && url.protocol !== "smtps:" || url.hostname === "") return undefined;
  const { searchParams: parameters } = url;
  const known = [...parameters.keys()].every((name) => name === "ca" || name === "tls");
  const tlsOff = parameters.get("tls");
  const isPlain = /^\/?$/.test(url.pathname) && url.hash === "" && known && parameters.getAll("ca").length <= 1;
  if (!isPlain || tlsOff !== null && (tlsOff !== "off" || url.protocol === "smtps:")) return undefined;
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const tls = url.protocol === "smtps:" ? "implicit" : tlsOff || isLoopback(host) ? "off" : "starttls";
  const [user, password] = [url.username, url.password].map((text) => orUndefined(() => decodeURIComponent(text)));
  if (user === undefined || password === undefined) return undefined;
  return {
    host,
    port: Number(url.port || ports[url.protocol]),
    tls,
    user: user || undefined,
    password: password || undefined,
    caFile: parameters.get("ca") ?? undefined,
  };
}
