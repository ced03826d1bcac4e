import ipaddr from "ipaddr.js";
import { z } from "zod";
import type { Cidr } from "../../platform/network.ts";
import { parameterProblem } from "./postgres_url.ts";

/** Text that `parse` converts. If it returns undefined, the message is `rule`, which does not repeat the text. */
function text<Value>(rule: string, parse: (text: string) => Value | undefined) {
  return z.string().transform((given, context) => {
    const value = parse(given);
    if (value !== undefined) return value;
    context.addIssue({ code: "custom", message: rule });
    return z.NEVER;
  });
}

/** Text that matches `shape`. */
export const matching = (shape: RegExp, rule: string) => text(rule, (given) => shape.test(given) ? given : undefined);

/** Any text. */
export const anything = z.string();

/** A whole decimal number within both bounds. */
export const integer = (min: number, max: number) =>
  text(
    `must be a whole number from ${min} to ${max}`,
    (given) => /^\d{1,15}$/.test(given) && +given >= min && +given <= max ? +given : undefined,
  );

/** The word, or a whole decimal number within both bounds. */
export const integerOr = <const Word extends string>(word: Word, min: number, max: number) =>
  text(
    `must be ${word} or a whole number from ${min} to ${max}`,
    (input): number | Word | undefined => input === word ? word : integer(min, max).safeParse(input).data,
  );

/** A decimal number from 0 to 1. */
export const fraction = text(
  "must be a number from 0 to 1",
  (given) => /^\d+(\.\d+)?$/.test(given) && +given <= 1 ? +given : undefined,
);

/** One of a few words. */
export const oneOf = <const Word extends string>(...words: Word[]) =>
  z.enum(words, { error: `must be ${words.join(" or ")}` });

/** `on` or `off`. */
export const onOff = oneOf("on", "off").transform((word) => word === "on");

/** Exactly 32 bytes in base64 or base64url (RFC 4648 §4, §5), padded or not. */
export const secret32 = text(
  "must be 32 random bytes in base64 (make one with: openssl rand -base64 32)",
  (given) =>
    /^[A-Za-z0-9+/_-]{42}[AEIMQUYcgkosw048]=?$/.test(given)
      ? Uint8Array.fromBase64(given.replaceAll("-", "+").replaceAll("_", "/"))
      : undefined,
);

/**
 * An issuer identifier without query, fragment (RFC 8414 §2), trailing slash and path, beside which its metadata would
 * have to be (RFC 8414 §3.1); links are relative to the host.
 */
export const issuerUrl = text("must be an http:// or https:// URL without user, path, query or fragment", (given) => {
  const url = URL.parse(given);
  const plain = url && /^https?:$/.test(url.protocol) && url.pathname === "/" && !/[?#@\s]/.test(given);
  return plain ? url.origin : undefined;
});

/** A PostgreSQL connection URI. An `@` after the host shows that the password is not percent-encoded. */
export const postgresUrl = text(
  "must be a postgres:// or postgresql:// URL, its user and password percent-encoded",
  (given) => {
    const url = URL.parse(given);
    const plain = url && /^postgres(ql)?:$/.test(url.protocol) && !(url.pathname + url.search + url.hash).includes("@");
    return plain ? given : undefined;
  },
).superRefine((given, context) => {
  const problem = parameterProblem(new URL(given));
  if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
});

/** The {@link postgresUrl} with `***` in place of its password, which pg reads from two places. */
export function withoutPassword(postgresUrl: string): string {
  const url = new URL(postgresUrl);
  if (url.password) url.password = "***";
  for (const key of [...url.searchParams.keys()]) if (/password/i.test(key)) url.searchParams.set(key, "***");
  return url.href;
}

/** Entries separated by commas. Empty entries are dropped. */
export const list = <Value>(entry: z.ZodType<Value, string>) =>
  z.string()
    .transform((given) => given.split(",").map((part) => part.trim()).filter((part) => part !== ""))
    .pipe(z.array(entry));

/** `off`, `open`, or host names separated by commas, each of which may begin with `*.`. */
export const documentHosts = text(
  "must be off, open, or hosts such as app.example.com,*.example.org",
  (given): "off" | "open" | string[] | undefined => {
    if (given === "off" || given === "open") return given;
    const hosts = given.split(",").map((host) => host.trim());
    return hosts.every((host) => /^(\*\.)?([a-z0-9-]+\.)+[a-z0-9-]+(:\d{1,5})?$/.test(host)) ? hosts : undefined;
  },
);

/** An origin as browsers send it (RFC 6454 §6.2), so that it can be compared as text. */
export const origin = text(
  "must be an exact origin such as https://app.example.com (no path, no *)",
  (given) => /^https?:\/\/[^*]+$/.test(given) && URL.parse(given)?.origin === given ? given : undefined,
);

/** The widest networks that an organisation can own: 10.0.0.0/8 (RFC 1918), fc00::/7 (RFC 4193). */
const prefixMin = { ipv4: 8, ipv6: 7 };

/** An address or a CIDR. Abbreviations such as `127.1`, host names and networks as wide as the internet are refused. */
export const cidr = text(
  "must be an IP address, or a CIDR of at least /8 for IPv4 and /7 for IPv6",
  (given): Cidr | undefined => {
    const network = given.includes("/") ? given : `${given}/${given.includes(":") ? 128 : 32}`;
    const valid = ipaddr.IPv4.isValidCIDRFourPartDecimal(network) || ipaddr.IPv6.isValidCIDR(network);
    if (!valid || network.includes("%")) return undefined;
    const [address, bits] = ipaddr.parseCIDR(network);
    const mapped = address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && bits >= 96;
    const narrowed: Cidr = mapped ? [address.toIPv4Address(), bits - 96] : [address, bits];
    return narrowed[1] < prefixMin[narrowed[0].kind()] ? undefined : narrowed;
  },
);

/** `count/seconds`, such as 50/900. */
export const rate = text("must be count/seconds, such as 50/900, both from 1 to 1000000", (given) => {
  const [, count, seconds] = /^([1-9]\d{0,5}|1000000)\/([1-9]\d{0,5}|1000000)$/.exec(given) ?? [];
  return count && seconds ? { count: Number(count), seconds: Number(seconds) } : undefined;
});
