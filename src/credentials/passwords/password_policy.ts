import { Buffer } from "node:buffer";
import { normalForm } from "../../platform/text/normal_form.ts";
import { canonicalIdentifier, type Names } from "../../vocabulary/identifiers.ts";
import type { FieldError } from "../../vocabulary/problems.ts";
import { type Guess, passwordGuesses } from "./password_guesses.ts";
import { passwordSizeBytesMax } from "./passwords.ts";

export type PasswordPolicy = ReturnType<typeof createPasswordPolicy>;

/** Shorter names occur in too many good passwords. */
const nameLengthMin = 4;

const refusals = {
  common: { code: "password_common", detail: "This is one of the most common passwords. Choose another one." },
  named: {
    code: "password_is_name",
    detail: "The password is little more than a name or e-mail address of the user or of this service. Choose " +
      "another one.",
  },
  guessable: {
    code: "password_guessable",
    detail:
      "This password is easy to guess: it is a repetition, a sequence, a keyboard pattern, a date, or a common word with " +
      "small additions. Choose another one.",
  },
} as const satisfies Record<Guess, Omit<FieldError, "pointer">>;

/**
 * The rules for new passwords (SP 800-63B-4 §3.1.1.2, ASVS 6.2.4): a minimum of code points after NFC, at most 1024
 * bytes, and hard to guess, even without names of the user and of the service (from `publicUrl`).
 */
export function createPasswordPolicy(
  { lengthMin, blocklist, publicUrl }: { lengthMin: number; blocklist: boolean; publicUrl: string },
) {
  const serviceNames = ["sentinel", "admin", ...wordsOfHost(new URL(publicUrl).hostname)];
  return { errors };

  /** The first rule that the password breaks, at `pointer`; empty if it is acceptable. */
  async function errors(password: string, names: Names, pointer = "#/password"): Promise<FieldError[]> {
    const found = await broken(password, names);
    return found ? [{ pointer, ...found }] : [];
  }

  /** Checks the length in bytes first, because the time to normalise grows with its square. */
  async function broken(password: string, names: Names): Promise<Omit<FieldError, "pointer"> | undefined> {
    if (password.includes("\0")) return { code: "invalid_text", detail: "A password cannot contain a NUL character." };
    if (Buffer.byteLength(password) > passwordSizeBytesMax) {
      return { code: "password_too_long", detail: `A password has at most ${passwordSizeBytesMax} bytes in UTF-8.` };
    }
    if (isShort(password)) {
      return { code: "password_too_short", detail: `A password has at least ${lengthMin} characters.` };
    }
    if (!blocklist) return undefined;
    const { judge } = await passwordGuesses();
    const plain = canonicalIdentifier(password);
    const known = [...namesOf(names), ...serviceNames];
    const guess = judge(plain, known);
    if (guess) return refusals[guess];
    const rest = known.reduce((text, name) => text.replaceAll(name, ""), plain);
    return rest !== plain && (isShort(rest) || judge(rest, [])) ? refusals.named : undefined;
  }

  function isShort(text: string): boolean {
    return [...normalForm(text, "NFC")].length < lengthMin;
  }
}

/** The longest names first, so that removing one leaves no part of another; then the words in them. */
function namesOf({ username, email }: Names): string[] {
  const address = canonicalIdentifier(email ?? "");
  const [local = "", host = ""] = address.split("@");
  const names = [canonicalIdentifier(username ?? ""), local];
  return [address, ...names, ...wordsOfHost(host), ...names.flatMap(wordsOf)].filter(isTelling);
}

/** The host, its labels except the last one (such as a country), and the words in them. */
function wordsOfHost(host: string): string[] {
  const labels = host.split(".").slice(0, -1);
  return [host, ...labels, ...labels.flatMap(wordsOf)].filter(isTelling);
}

function wordsOf(name: string): string[] {
  return name.split(/[^\p{L}\p{M}]+/u);
}

function isTelling({ length }: string): boolean {
  return length >= nameLengthMin;
}
