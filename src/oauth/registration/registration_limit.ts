import type { Settings } from "../../vocabulary/dictionary.ts";
import "./dictionary.ts";

/** How often one address may register clients, and have documents of clients fetched. */
export function registrationLimit(settings: Settings) {
  return settings.SENTINEL_RATE_LIMIT ? settings.SENTINEL_RATE_LIMIT_CLIENT_REGISTRATION : undefined;
}
