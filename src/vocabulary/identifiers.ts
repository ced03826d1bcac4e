import { domainToASCII, domainToUnicode } from "node:url";
import { normalForm, normalizedLengthMax } from "../platform/text/normal_form.ts";
import { type FieldError, Problem } from "./problems.ts";
import { isHighlyRestrictive } from "./scripts.ts";

/** What a person is called; null for what they do not have. One of the two they have. */
export type Names = { username: string | null; email: string | null };

/** A person's names, with both spellings of each. */
export type Identifiers = Names & { username_canonical: string | null; email_canonical: string | null };

/** A username or an e-mail address as it is sent: the 254 characters of the longest, each in two UTF-16 units. */
export const identifierLengthMax = 508;

/**
 * The one canonical form of a username or e-mail address: NFKC of the lower-, upper-, then lower-case of its NFKC, so
 * that `K` and the Kelvin sign, `ſ` and `s`, `ß` or `ẞ` and `ss`, `ﬁ` and `fi` name the same account; and of a domain in
 * Punycode what it stands for (RFC 3492). The database compares nothing else. Text that is longer than any identifier is
 * its own form.
 */
export function canonicalIdentifier(text: string): string {
  if (text.length > normalizedLengthMax) return text;
  const folded = fold(text);
  const at = folded.lastIndexOf("@") + 1;
  return at > 0 && folded.includes("xn--", at) ? folded.slice(0, at) + decoded(folded.slice(at)) : folded;
}

/** Punycode that stands for nothing stays as it is. */
function decoded(domain: string): string {
  const unicode = domainToUnicode(domain);
  return unicode === "" || unicode.includes("\ufffd") ? domain : fold(unicode);
}

function fold(text: string): string {
  return normalForm(normalForm(text, "NFKC").toLowerCase().toUpperCase().toLowerCase(), "NFKC");
}

/** What is stored of how somebody is called: the username as it was typed, the address in NFKC, and both to compare. */
export function identifiersOf({ username, email }: Names): Identifiers {
  return {
    username,
    username_canonical: username === null ? null : canonicalIdentifier(username),
    email: email === null ? null : normalForm(email, "NFKC"),
    email_canonical: email === null ? null : canonicalIdentifier(email),
  };
}

/** What a user is shown as: the username, without one the e-mail address, and without either the id. */
export function shownName({ id, username, email }: Names & { id: string }): string {
  return username ?? email ?? id;
}

/** What {@link isUsername} asks for, for people. */
export const usernameRule =
  "3 to 64 letters of one script with their marks, digits, dots, underscores or hyphens, and not a UUID";

/** What a username must be: of its shape, of one script, and no UUID, which would be taken for the id of a user. */
export function isUsername(text: string): boolean {
  if (text.length > identifierLengthMax) return false;
  const canonical = canonicalIdentifier(text);
  return isUsernameShaped(canonical) && isHighlyRestrictive(canonical) && !uuid.test(canonical);
}

/** With hyphens and without, as PostgreSQL reads it. */
const uuid = /^[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}$/;

/**
 * 3 to 64 letters, digits, `.`, `_` or `-`, in canonical form; so never an `@`: a username is no address. Marks count
 * too where their script writes words with them, as Devanagari and Thai do. Usernames from before a stricter rule have
 * this shape too.
 */
export function isUsernameShaped(text: string): boolean {
  if (text.length > identifierLengthMax) return false;
  const canonical = canonicalIdentifier(text);
  return /^[\p{L}\p{N}\p{M}._-]{3,64}$/u.test(canonical) && !strayMark.test(canonical) && !invisible.test(canonical);
}

/**
 * A mark without a letter of a script that needs it, the same one twice, or one of no script of its own: none writes a
 * name, and with one more of them "ada" would be somebody else.
 */
const strayMark =
  /(?<![\p{L}\p{M}])\p{M}|[\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}]\p{M}|(\p{M})\1|[[\p{sc=Inherited}\p{sc=Common}]&&\p{M}]/v;

/** Letters that nobody sees, such as the Hangul fillers: with one more of them "ada" would be somebody else. */
const invisible = /\p{Default_Ignorable_Code_Point}/u;

const localPart = /^[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;
/** The last label is no number: that would be an IPv4 address (RFC 3696 §2). */
const domain =
  /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+(?!\p{N}+$)[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])$/u;

/**
 * A `dot-atom@domain` address (RFC 5321 §4.1.2, RFC 6531 for other scripts) of at most 254 characters, 64 of them
 * local (RFC 5321 §4.5.3.1); no quoting, comments or address literals, and a domain that is one in ASCII too (RFC
 * 5890 §2.3.2.1). Judged on the canonical form (T069).
 */
export function isEmail(text: string): boolean {
  if (text.length > identifierLengthMax) return false;
  const canonical = canonicalIdentifier(text);
  const parts = canonical.split("@");
  const [local = "", host = ""] = parts;
  return parts.length === 2 && canonical.length <= 254 && local.length <= 64 && localPart.test(local) &&
    domain.test(host) && !invisible.test(canonical) && isDomainName(domainToASCII(host));
}

/** At most 253 characters, labels of at most 63 (RFC 1035 §2.3.4). */
function isDomainName(ascii: string): boolean {
  return ascii !== "" && ascii.length <= 253 && ascii.split(".").every(({ length }) => length <= 63);
}

/** Names that a person is to have: null to be without, and what is absent is not asked for. */
export type WantedNames = { [name in keyof Names]?: Names[name] | undefined };

/** What is wrong with these names. */
export function identifierErrors({ username, email }: WantedNames): FieldError[] {
  const errors: FieldError[] = [];
  if (typeof username === "string" && !isUsername(username)) {
    errors.push({ pointer: "#/username", code: "invalid_username", detail: `${usernameRule}.` });
  }
  if (typeof email === "string" && !isEmail(email)) {
    const detail = "A mailbox address: one @, no quotes or comments, at most 254 characters.";
    errors.push({ pointer: "#/email", code: "invalid_email", detail });
  }
  return errors;
}

/** What is wrong with having neither name. */
export function namelessErrors({ username, email }: Names): FieldError[] {
  if (username !== null || email !== null) return [];
  return [{ pointer: "#", code: "nameless", detail: "A person has a username, an e-mail address or both." }];
}

/** @throws {Problem} `invalid_request` */
export function requireNoErrors(errors: FieldError[]): void {
  if (errors.length > 0) throw new Problem("invalid_request", { errors });
}
