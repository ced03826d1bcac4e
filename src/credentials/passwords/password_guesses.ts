import { lazily } from "../../platform/once.ts";
import otherCommonPasswords from "./common_passwords.txt" with { type: "text" };

/** Why a password is easy to guess. */
export type Guess = "common" | "named" | "guessable";

/** The longest text that is judged, in UTF-16 code units. The time grows with its square, to 2 ms at this length. */
const windowSize = 24;

/** Passwords that need fewer guesses are within reach of an online attack (scores 0 and 1 of zxcvbn). */
const guessesMin = 1e6;

/** Each distinct symbol in a text multiplies the guesses that the text needs without its symbols by this. */
const guessesPerSymbol = 10;

/** Finds common words with small additions, repeats, sequences, keyboard walks and dates, by zxcvbn's matchers. */
export type PasswordGuesses = Awaited<ReturnType<typeof load>>;

/** Loads 49,000 words once, which takes about 70 ms and 20 MB: a server that sets no password does without them. */
export const passwordGuesses = lazily(load);

async function load() {
  const [{ ZxcvbnFactory }, { default: passwords }, { default: graphs }] = await Promise.all([
    import("@zxcvbn-ts/core"),
    import("@zxcvbn-ts/language-common/src/passwords.json", { with: { type: "json" } }),
    import("@zxcvbn-ts/language-common/src/adjacencyGraphs.json", { with: { type: "json" } }),
  ]);
  const dictionary = { passwords: [...passwords, ...otherCommonPasswords.trim().split("\n")] };
  const zxcvbn = new ZxcvbnFactory({ dictionary, graphs, maxLength: windowSize, l33tMaxSubstitutions: 4 });

  return { judge };

  /** A password longer than the window is easy if its start and its end are. An attacker tries `names` first. */
  function judge(plain: string, names: string[]): Guess | undefined {
    const head = judgeWindow(plain.slice(0, windowSize), names);
    return head && plain.length > windowSize ? judgeWindow(plain.slice(-windowSize), names) : head;
  }

  /** Also without symbols and a year at an end: zxcvbn takes a word, a year and `!` for independent parts. */
  function judgeWindow(text: string, names: string[]): Guess | undefined {
    const bare = text.replaceAll(/[^\p{L}\p{M}\p{N}]/gu, "");
    const symbolCount = new Set(text.replaceAll(/[\p{L}\p{M}\p{N}]/gu, "")).size;
    return judgePart(text, names, guessesMin) ??
      (bare !== "" && symbolCount > 0
        ? judgePart(bare, names, guessesMin / guessesPerSymbol ** symbolCount)
        : undefined) ??
      judgeWithoutYear(bare, names);
  }

  /** The year counts for nothing, so it makes no password strong whose rest is easy to guess. */
  function judgeWithoutYear(bare: string, names: string[]): Guess | undefined {
    const word = bare.replace(/^(?:19|20)\d\d|(?:19|20)\d\d$/, "");
    const guess = word !== "" && word !== bare ? judgePart(word, names, guessesMin) : undefined;
    return guess && "guessable";
  }

  function judgePart(text: string, names: string[], min: number): Guess | undefined {
    const { guesses, sequence: [first, ...rest] } = zxcvbn.check(text, names);
    if (guesses >= min) return undefined;
    if (first?.pattern !== "dictionary" || rest.length > 0) return "guessable";
    return first.dictionaryName === "userInputs" ? "named" : "common";
  }
}
