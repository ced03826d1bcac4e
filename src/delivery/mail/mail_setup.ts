import type { Settings } from "../../vocabulary/dictionary.ts";
import type { LetterFrame } from "./letter_rendering.ts";
import { mailModeOf } from "./mail_mode.ts";
import { createMailer, type Mailer } from "./mailer.ts";

/** The mailer of these settings, which `config check` has found complete; undefined without a mail server. */
export function openMailer(settings: Settings): Mailer | undefined {
  const { SENTINEL_SMTP_URL: server, SENTINEL_SMTP_PASSWORD: password, SENTINEL_MAIL_FROM: address } = settings;
  if (mailModeOf(settings) !== "smtp" || !server || !address) return undefined;
  return createMailer({
    server: { ...server, password: password ?? server.password },
    ca: server.caFile === undefined ? undefined : Deno.readTextFileSync(server.caFile),
    from: { name: settings.SENTINEL_BRAND_NAME, address },
    host: new URL(settings.SENTINEL_PUBLIC_URL).hostname,
  });
}

/** What appears in every letter under these settings. */
export function frameOf(settings: Settings): LetterFrame {
  return {
    brand: settings.SENTINEL_BRAND_NAME,
    language: settings.SENTINEL_LANGUAGE,
    publicUrl: settings.SENTINEL_PUBLIC_URL,
  };
}
