import { domainToASCII, domainToUnicode } from "node:url";
import { normalForm, normalizedLengthMax } from "../platform/text/normal_form.ts";
import { type FieldError, Problem } from "./problems.ts";
import { isHighlyRestrictive } from "./look_alikes/scripts.ts";

/** What a person is called; null for what they do not have. One of the two they have. */
export type Names = { username: string | null; email: string | null };

/** A person's names, with both spellings of each. */
export type Identifiers = Names & { username_canonical: string | null; email_canonical: string | null };

/** The longest username or e-mail address in requests: 254 characters of two UTF-16 units each. */
export const identifierLengthMax = 508;

/**
 * The lower case, upper case and again lower case of its NFKC, and NFKC again: `K` and the Kelvin sign, `ß` and `ss`,
 * `ﬁ` and `fi` name the same account. A Punycode domain is decoded (RFC 3492). Longer text stays unchanged.
 */
export function canonicalIdentifier(text: string): string {
  if (text.length > normalizedLengthMax) return text;
  const folded = fold(text);
  const at = folded.lastIndexOf("@") + 1;
  return at > 0 && folded.includes("xn--", at) ? folded.slice(0, at) + decoded(folded.slice(at)) : folded;
}

/** Punycode that cannot be decoded stays unchanged. */
function decoded(domain: string): string {
  const unicode = domainToUnicode(domain);
  return unicode === "" || unicode.includes("\ufffd") ? domain : fold(unicode);
}

function fold(text: string): string {
  return normalForm(normalForm(text, "NFKC").toLowerCase().toUpperCase().toLowerCase(), "NFKC");
}

/** The stored form of a user's names: the username as typed, the address in NFKC, and both in canonical form. */
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

/** The rule of {@link isUsername} in words. */
export const usernameRule =
  "3 to 64 letters of one script with their marks, digits, dots, underscores or hyphens, and not a UUID";

/** Whether it has the shape of a username, in one script, and is not a UUID, which would be read as an id. */
export function isUsername(text: string): boolean {
  if (text.length > identifierLengthMax) return false;
  const canonical = canonicalIdentifier(text);
  return isUsernameShaped(canonical) && isHighlyRestrictive(canonical) && !uuid.test(canonical);
}

/** With or without hyphens, as PostgreSQL accepts both. */
const uuid = /^[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}$/;

/**
 * 3 to 64 letters, digits, `.`, `_` or `-` in canonical form, with marks in scripts that need them. Usernames from
 * before a stricter rule have this shape too.
 */
export function isUsernameShaped(text: string): boolean {
  if (text.length > identifierLengthMax) return false;
  const canonical = canonicalIdentifier(text);
  return /^[\p{L}\p{N}\p{M}._-]{3,64}$/u.test(canonical) && !strayMark.test(canonical) && !invisible.test(canonical);
}

/** A mark without a letter that needs it, twice, or of no script: with it a name could look like "ada" and not be. */
const strayMark =
  /(?<![\p{L}\p{M}])\p{M}|[\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}]\p{M}|(\p{M})\1|[[\p{sc=Inherited}\p{sc=Common}]&&\p{M}]/v;

/** Invisible letters such as the Hangul fillers: with one of them a name would look like "ada" and be another. */
const invisible = /\p{Default_Ignorable_Code_Point}/u;

const localPart = /^[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;
/** The last label is not a number, as that would be an IPv4 address (RFC 3696 §2). */
const domain =
  /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+(?!\p{N}+$)[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])$/u;

/**
 * A `dot-atom@domain` address (RFC 5321 §4.1.2; RFC 6531) in canonical form, of at most 254 characters, 64 before the
 * @, without quotes and address literals. The domain must also be valid in ASCII (RFC 5890 §2.3.2.1).
 */
export function isEmail(text: string): boolean {
  if (text.length > identifierLengthMax) return false;
  const canonical = canonicalIdentifier(text);
  const parts = canonical.split("@");
  const [local = "", host = ""] = parts;
  return parts.length === 2 && canonical.length <= 254 && local.length <= 64 && localPart.test(local) &&
    domain.test(host) && !invisible.test(canonical) && isDomainName(domainToASCII(host));
}

/** At most 253 characters, with labels of at most 63 (RFC 1035 §2.3.4). */
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
    const detail = "Send a mailbox address: one @, no quotes or comments, at most 254 characters.";
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
