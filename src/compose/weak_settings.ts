import { isLoopback } from "../platform/network.ts";
import { isPlaintext, isUnverified } from "../vocabulary/settings/postgres_url.ts";
import type { Settings } from "../vocabulary/dictionary.ts";

/** 32 random bytes have fewer values than this once in 10¹⁸ times. */
const distinctBytesMin = 16;

const databases = ["DATABASE_URL", "SENTINEL_IMPORT_DATABASE_URL"] as const;

/** Who sets PGSSLMODE expects a connection with TLS, but the URL alone decides on that. */
export function withoutSslMode(values: Settings): { setting: string; problem: string }[] {
  const problem = "has no sslmode: PGSSLMODE is set, which Sentinel does not read, so add sslmode to the URL";
  return databases.filter((name) => values[name] && !new URL(values[name]).searchParams.has("sslmode"))
    .map((setting) => ({ setting, problem }));
}

/** What works, and protects less than it seems to. */
export function weakSettings(values: Settings): string[] {
  const url = URL.parse(values.SENTINEL_PUBLIC_URL); // null where the setting has an issue of its own
  const isOpen = url?.protocol === "http:" && !isLoopback(url.hostname);
  const secrets = ["SENTINEL_SECRET", "SENTINEL_SECRET_PREVIOUS", "SENTINEL_RECIPIENT_SECRET"] as const;
  return [
    ...isOpen ? ["SENTINEL_PUBLIC_URL is http: passwords and tokens cross the network unencrypted"] : [],
    ...secrets.filter((name) => new Set(values[name]).size < distinctBytesMin && values[name] !== undefined)
      .map((name) => `${name} is not random: make one with: openssl rand -base64 32`),
    ...databases.filter((name) => values[name] !== undefined && isPlaintext(values[name]))
      .map((name) => `${name} leads to another machine without TLS: add sslmode=verify-full`),
    ...databases.filter((name) => values[name] !== undefined && isUnverified(values[name]))
      .map((name) => `${name} takes any certificate of its server: set sslmode=verify-full`),
  ];
}
