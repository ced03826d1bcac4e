import { Buffer } from "node:buffer";
import { canonicalIdentifier } from "../accounts/identifiers.ts";
import type { FieldError } from "../problems.ts";
import { passwordSizeBytesMax } from "./passwords.ts";

/** The names of whoever sets the password, which are no password for them. */
export type Names = { username: string; email: string };

export type PasswordPolicy = ReturnType<typeof createPasswordPolicy>;

/** Names shorter than this are found in too many good passwords. */
const nameLengthMin = 4;

/**
 * What a password must be (SP 800-63B-4 §3.1.1.2): long enough in code points of its NFC, at most 1024 bytes, none of
 * the 49,233 most common ones, and neither after taking away one's own names. There are no rules of composition.
 */
export function createPasswordPolicy({ lengthMin, blocklist }: { lengthMin: number; blocklist: boolean }) {
  let common: Promise<Set<string>> | undefined;
  return { errors };

  /** The first rule that the password breaks, at `pointer`; none if it is good. */
  async function errors(password: string, names: Names, pointer = "#/password"): Promise<FieldError[]> {
    const found = await broken(password, names);
    return found ? [{ pointer, ...found }] : [];
  }

  async function broken(password: string, names: Names): Promise<Omit<FieldError, "pointer"> | undefined> {
    if (password.includes("\0")) return { code: "invalid_text", detail: "A password cannot contain NUL." };
    if (isShort(password)) {
      return { code: "password_too_short", detail: `A password has at least ${lengthMin} characters.` };
    }
    if (Buffer.byteLength(password) > passwordSizeBytesMax) {
      return { code: "password_too_long", detail: `A password has at most ${passwordSizeBytesMax} bytes.` };
    }
    if (!blocklist) return undefined;
    const plain = canonicalIdentifier(password);
    const list = await (common ??= commonPasswords());
    if (list.has(plain)) return { code: "password_common", detail: "This is among the most common passwords." };
    const rest = withoutNames(plain, names);
    if (rest !== plain && (isShort(rest) || list.has(rest))) {
      return { code: "password_is_name", detail: "A password must be more than one's own name or e-mail address." };
    }
    return undefined;
  }

  function isShort(text: string): boolean {
    return [...text.normalize("NFC")].length < lengthMin;
  }
}

/** Loaded at first need: a replica that only answers tokens never holds them. */
async function commonPasswords(): Promise<Set<string>> {
  const { default: list } = await import("@zxcvbn-ts/language-common/src/passwords.json", { with: { type: "json" } });
  return new Set(list);
}

function withoutNames(plain: string, { username, email }: Names): string {
  const address = canonicalIdentifier(email);
  const names = [address, canonicalIdentifier(username), address.split("@")[0]!];
  return names.filter(({ length }) => length >= nameLengthMin).reduce((rest, name) => rest.replaceAll(name, ""), plain);
}
