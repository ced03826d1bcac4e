import { isLoopback, isPlaintext } from "../vocabulary/postgres_url.ts";
import type { SettingValues } from "./settings.ts";

/** 32 random bytes have fewer values than this once in 10¹⁸ times. */
const distinctBytesMin = 16;

/** What works, and protects less than it seems to. */
export function weakSettings(values: SettingValues): string[] {
  const url = URL.parse(values.SENTINEL_PUBLIC_URL); // null where the setting has an issue of its own
  const isOpen = url?.protocol === "http:" && !isLoopback(url.hostname);
  const secrets = ["SENTINEL_SECRET", "SENTINEL_SECRET_PREVIOUS", "SENTINEL_RECIPIENT_SECRET"] as const;
  const databases = ["DATABASE_URL", "SENTINEL_IMPORT_DATABASE_URL"] as const;
  return [
    ...isOpen ? ["SENTINEL_PUBLIC_URL is http: passwords and tokens cross the network unencrypted"] : [],
    ...secrets.filter((name) => new Set(values[name]).size < distinctBytesMin && values[name] !== undefined)
      .map((name) => `${name} is not random: make one with: openssl rand -base64 32`),
    ...databases.filter((name) => values[name] !== undefined && isPlaintext(values[name]))
      .map((name) => `${name} leads to another machine without TLS: add sslmode=verify-full`),
  ];
}
