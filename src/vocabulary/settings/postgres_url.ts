import { isLoopback } from "../../platform/network.ts";
import { nearestName } from "../../platform/text/nearest_name.ts";

/** The driver treats `prefer`, `require` and `verify-ca` as `verify-full`, and never falls back to plain text. */
const sslModes = ["disable", "no-verify", "prefer", "require", "verify-ca", "verify-full"];

const anyText = (text: string) => text !== "";
const oneOf = (...words: string[]) => Object.assign((text: string) => words.includes(text), { words });
const port = (text: string) => /^\d{1,5}$/.test(text) && +text >= 1 && +text <= 65_535;

type Rule = ((text: string) => boolean) & { words?: string[] };

/** Every parameter of a PostgreSQL URL that the driver reads. It ignores any other, such as a misspelled `sslmode`. */
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
  port,
  user: anyText,
  password: anyText,
};

/** What is wrong with it, as the end of a sentence. It repeats known names, but no value, which may be secret. */
export function parameterProblem({ searchParams, hostname, hash }: URL): string | undefined {
  if (hash !== "") return "has a #, and everything after it would be ignored: percent-encode it as %23";
  if (/,|%2c/i.test(searchParams.get("host") ?? hostname)) {
    return "names several hosts, which the driver does not support: name one that always leads to the primary";
  }
  const names = [...searchParams.keys()];
  for (const [name, value] of searchParams) {
    const rule = Object.hasOwn(parameters, name) ? parameters[name]! : undefined;
    if (!rule) return `has an unknown parameter${named(name, Object.keys(parameters))}`;
    if (names.indexOf(name) !== names.lastIndexOf(name)) return `has the parameter ${name} more than once`;
    if (rule(value)) continue;
    const nearest = rule.words && nearestName(value.toLowerCase(), rule.words);
    const allowed = rule.words ? `: it can be ${rule.words.join(", ")}` : "";
    return `has a wrong value for ${name}${allowed}${nearest ? `; did you mean ${nearest}?` : ""}`;
  }
  return undefined;
}

/** The unknown name with the most similar known one; empty if the name may be a part of a password. */
function named(name: string, known: string[]): string {
  const nearest = nearestName(name.toLowerCase(), known);
  const shown = /^[a-z_]{1,40}$/i.test(name) ? ` ${name}` : "";
  return `${shown}${nearest ? `; did you mean ${nearest}?` : ""}`;
}

const certificates = ["sslrootcert", "sslcert", "sslkey"];
/** Each of them requires TLS, if `sslmode` is absent. */
const tlsParameters = ["ssl", ...certificates];

/** Whether the URL leads to another machine without TLS. */
export function isPlaintext(postgresUrl: string): boolean {
  const { searchParams } = new URL(postgresUrl);
  if (isOfThisMachine(postgresUrl)) return false;
  const mode = searchParams.get("sslmode");
  if (mode !== null) return mode === "disable";
  return searchParams.get("sslnegotiation") !== "direct" && !tlsParameters.some((name) => searchParams.has(name));
}

/** TLS to another machine without a check of its certificate: an attacker between the two could read everything. */
export function isUnverified(postgresUrl: string): boolean {
  const { searchParams } = new URL(postgresUrl);
  if (isOfThisMachine(postgresUrl)) return false;
  const mode = searchParams.get("sslmode");
  const hasCertificate = certificates.some((name) => searchParams.has(name)); // the driver then ignores `ssl`
  if (mode === null) return searchParams.get("ssl") === "no-verify" && !hasCertificate;
  if (mode === "no-verify") return true;
  if (searchParams.get("uselibpqcompat") !== "true") return false;
  return mode === "prefer" || mode === "require" && !searchParams.has("sslrootcert");
}

function isOfThisMachine(postgresUrl: string): boolean {
  const { hostname, searchParams } = new URL(postgresUrl);
  const host = searchParams.get("host") ?? decodeURIComponent(hostname);
  return host === "" || host.startsWith("/") || isLoopback(host);
}
