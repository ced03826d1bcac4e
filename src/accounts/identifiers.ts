/**
 * The one canonical form of a username or e-mail address: NFKC of the lower-, upper-, then lower-case of its NFKC, so
 * that `K` and the Kelvin sign, `ſ` and `s`, `ß` or `ẞ` and `ss`, `ﬁ` and `fi` name the same account. The database
 * compares nothing else.
 */
export function canonicalIdentifier(text: string): string {
  return text.normalize("NFKC").toLowerCase().toUpperCase().toLowerCase().normalize("NFKC");
}

/** 3 to 64 letters, digits, `.`, `_` or `-`, in canonical form; so never an `@`: a username is no address. */
export function isUsername(text: string): boolean {
  const canonical = canonicalIdentifier(text);
  return /^[\p{L}\p{N}._-]{3,64}$/u.test(canonical) && !invisible.test(canonical);
}

/** Letters that nobody sees, such as the Hangul fillers: with one more of them "ada" would be somebody else. */
const invisible = /\p{Default_Ignorable_Code_Point}/u;

const localPart = /^[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;
const domain =
  /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])$/u;

/**
 * A `dot-atom@domain` address (RFC 5321 §4.1.2, RFC 6531 for other scripts) of at most 254 characters, 64 of them
 * local (RFC 5321 §4.5.3.1); no quoting, comments or address literals. Judged on the canonical form (T069).
 */
export function isEmail(text: string): boolean {
  const canonical = canonicalIdentifier(text);
  const parts = canonical.split("@");
  const [local = "", host = ""] = parts;
  return parts.length === 2 && canonical.length <= 254 && local.length <= 64 && localPart.test(local) &&
    domain.test(host) && !invisible.test(canonical);
}
