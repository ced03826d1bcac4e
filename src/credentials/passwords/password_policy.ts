import { Buffer } from "node:buffer";
import { normalForm } from "../../platform/text/normal_form.ts";
import { canonicalIdentifier, type Names } from "../../vocabulary/identifiers.ts";
import type { FieldError } from "../../vocabulary/problems.ts";
import { type Guess, passwordGuesses } from "./password_guesses.ts";
import { passwordSizeBytesMax } from "./passwords.ts";

export type PasswordPolicy = ReturnType<typeof createPasswordPolicy>;

/** Names shorter than this are found in too many good passwords. */
const nameLengthMin = 4;

const refusals = {
  common: { code: "password_common", detail: "This is among the most common passwords." },
  named: {
    code: "password_is_name",
    detail: "A password must be more than the name or e-mail address of the user or of this service.",
  },
  guessable: {
    code: "password_guessable",
    detail: "This password is easy to guess: it repeats, follows the alphabet or the keyboard, is a date, or adds " +
      "little to a common word.",
  },
} as const satisfies Record<Guess, Omit<FieldError, "pointer">>;

/**
 * What a new password must be (SP 800-63B-4 §3.1.1.2, ASVS 6.2.4): long enough in code points of its NFC, at most 1024
 * bytes, hard to guess, also after taking away the names of the user and of the service. There are no rules of composition. `publicUrl` names
 * the operator's host, whose words count as names.
 */
export function createPasswordPolicy(
  { lengthMin, blocklist, publicUrl }: {
    lengthMin: number;
    blocklist: boolean;
    publicUrl: string;
  },
) {
  const serviceNames = ["sentinel", "admin", ...wordsOfHost(new URL(publicUrl).hostname)];
  return { errors };

  /** The first rule that the password breaks, at `pointer`; none if it is good. */
  async function errors(password: string, names: Names, pointer = "#/password"): Promise<FieldError[]> {
    const found = await broken(password, names);
    return found ? [{ pointer, ...found }] : [];
  }

  /** The length in bytes comes first: normalising takes time that grows with its square. */
  async function broken(password: string, names: Names): Promise<Omit<FieldError, "pointer"> | undefined> {
    if (password.includes("\0")) return { code: "invalid_text", detail: "A password cannot contain NUL." };
    if (Buffer.byteLength(password) > passwordSizeBytesMax) {
      return { code: "password_too_long", detail: `A password has at most ${passwordSizeBytesMax} bytes.` };
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

/** The longest first, so that taking one away leaves nothing of another; then the words that they are made of. */
function namesOf({ username, email }: Names): string[] {
  const address = canonicalIdentifier(email ?? "");
  const [local = "", host = ""] = address.split("@");
  const names = [canonicalIdentifier(username ?? ""), local];
  return [address, ...names, ...wordsOfHost(host), ...names.flatMap(wordsOf)].filter(isTelling);
}

/** The host, its labels but for the last, which is a country or the like, and their words. */
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
