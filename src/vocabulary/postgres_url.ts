import { nearestName } from "../platform/nearest_name.ts";

/** How the driver spells each mode. It takes `prefer`, `require` and `verify-ca` for `verify-full`, and never falls back. */
const sslModes = ["disable", "no-verify", "prefer", "require", "verify-ca", "verify-full"];

const anyText = (text: string) => text !== "";
const oneOf = (...words: string[]) => Object.assign((text: string) => words.includes(text), { words });
const number = (text: string) => /^\d{1,9}$/.test(text);

type Rule = ((text: string) => boolean) & { words?: string[] };

/** Every parameter of a PostgreSQL URL that the driver heeds: it passes over any other, as it would a misspelled `sslmode`. */
const parameters: Record<string, Rule> = {
  sslmode: oneOf(...sslModes),
  sslrootcert: anyText,
  sslcert: anyText,
  sslkey: anyText,
  sslnegotiation: oneOf("postgres", "direct"),
  uselibpqcompat: oneOf("true", "false"),
  ssl: oneOf("true", "1", "no-verify"),
  channel_binding: oneOf("disable", "prefer"),
  application_name: anyText,
  client_encoding: oneOf("utf8", "UTF8", "UTF-8"),
  options: anyText,
  host: anyText,
  port: number,
  user: anyText,
  password: anyText,
};

/**
 * What is wrong with the parameters of a PostgreSQL URL, to follow a setting's name; undefined if nothing is. It repeats
 * names and words that are near a known one, and never a value that may be a secret.
 */
export function parameterProblem({ searchParams }: URL): string | undefined {
  const names = [...searchParams.keys()];
  for (const [name, value] of searchParams) {
    const rule = Object.hasOwn(parameters, name) ? parameters[name]! : undefined;
    if (!rule) return `has an unknown parameter${named(name, Object.keys(parameters))}`;
    if (names.indexOf(name) !== names.lastIndexOf(name)) return `has the parameter ${name} twice`;
    if (rule(value)) continue;
    const nearest = rule.words && nearestName(value.toLowerCase(), rule.words);
    const allowed = rule.words ? `: it can be ${rule.words.join(", ")}` : "";
    return `has a wrong value for ${name}${allowed}${nearest ? `; did you mean ${nearest}?` : ""}`;
  }
  return undefined;
}

/** The unknown name, if it is one and no stray part of a password, and the one that was probably meant. */
function named(name: string, known: string[]): string {
  const nearest = nearestName(name.toLowerCase(), known);
  const shown = /^[a-z_]{1,40}$/i.test(name) ? ` ${name}` : "";
  return `${shown}${nearest ? `; did you mean ${nearest}?` : ""}`;
}

/** Whether the URL leads to another machine without TLS. */
export function isPlaintext(postgresUrl: string): boolean {
  const { hostname, searchParams } = new URL(postgresUrl);
  const host = searchParams.get("host") ?? decodeURIComponent(hostname);
  if (host === "" || host.startsWith("/") || isLoopback(host)) return false;
  const mode = searchParams.get("sslmode");
  return mode === null ? !searchParams.has("ssl") && !searchParams.has("sslrootcert") : mode === "disable";
}

/** Whether the name or address is of this machine alone (RFC 6761 §6.3, RFC 1122 §3.2.1.3, RFC 4291 §2.5.3). */
export function isLoopback(host: string): boolean {
  return /^(?:(?:.+\.)?localhost\.?|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}
