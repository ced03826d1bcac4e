import { randomInt } from "node:crypto";

/** Letters that make no words and are not mistaken for each other (RFC 8628 §6.1): 8 of them have 34 bits. */
const alphabet = "BCDFGHJKLMNPQRSTVWXZ";

const length = 8;

const form = new RegExp(`^[${alphabet}]{${length}}$`);

export function newUserCode(): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");
}

/** The code that a user typed, in either case and with dashes and spaces wherever; undefined for another form. */
export function readUserCode(text: string): string | undefined {
  const code = text.replaceAll(/[\s\p{Pd}]/gu, "").toUpperCase();
  return form.test(code) ? code : undefined;
}

/** As devices show it. */
export function shownUserCode(code: string): string {
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}
