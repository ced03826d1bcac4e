import { german } from "./letters_de.ts";
import { english } from "./letters_en.ts";

/** What each letter needs. Every value is text that may come from a user, and none is trusted. */
export type LetterValues = {
  email_verification: { link: string; code: string };
  email_change_new: { link: string; code: string };
  email_change_old: { link: string; code: string; address: string };
  password_reset: { link: string };
  invitation: { link: string; inviter: string };
  registration_attempted: Record<never, never>;
  new_sign_in: Where;
  password_changed: Where;
  email_changed: Where;
  account_deleted: Where;
  session_reused: Where;
  api_key_created: Where & { key: string };
  api_key_leaked: Where & { key: string };
  factor_added: Where & { factor: string };
  factor_removed: Where & { factor: string };
  factors_reset: Where;
  factor_rested: Where;
  passkey_added: Where & { factor: string };
  passkey_counter_regressed: Where & { factor: string };
  recovery_codes_created: Where;
  recovery_code_used: Where;
  test: Record<never, never>;
};
export type LetterName = keyof LetterValues;

/** When something happened, and from where. */
export type Where = { time: string; address: string; device: string };

/** A letter in words. Each text is one paragraph; `action` is the button of its link. */
export type LetterText = { subject: string; texts: string[]; action?: string; after?: string[] };

/** The words of one language. */
export type LetterTexts = {
  greeting: (name: string) => string;
  code: string;
  unknownDevice: string;
  unknownAddress: string;
  footer: (brand: string, url: string) => string;
  letters: { [L in LetterName]: (values: LetterValues[L] & { brand: string }) => LetterText };
};

export const languages = { en: english, de: german } as const satisfies Record<string, LetterTexts>;
export type Language = keyof typeof languages;
