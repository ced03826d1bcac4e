import { AsyncLocalStorage } from "node:async_hooks";
import otherCommonPasswords from "./common_passwords.txt" with { type: "text" };

/** Why a password is easy to guess. */
export type Guess = "common" | "named" | "guessable";

/** Code units that the matchers read at once. Their time grows with the square of the length, to 2 ms here. */
const windowSize = 24;

/** Passwords that need fewer guesses are within reach of an online attack (scores 0 and 1 of zxcvbn). */
const guessesMin = 1e6;

/** How many times more guesses each further sign at either end takes, except the common `!`. */
const guessesPerSign = 10;

/**
 * Finds common passwords, repeats, sequences, keyboard walks, dates and common words with small additions, by zxcvbn's
 * matchers.
 */
export type PasswordGuesses = Awaited<ReturnType<typeof load>>;

/** Runs outside of any request: the `import()` would otherwise keep the context of the request that started it. */
const outsideOfRequests = AsyncLocalStorage.snapshot();

let loading: Promise<PasswordGuesses> | undefined;

/**
 * Loads the matchers and their 49,000 words once, which takes about 70 ms and 20 MB. A server does it when it starts.
 */
export function passwordGuesses(): Promise<PasswordGuesses> {
  return loading ??= outsideOfRequests(load);
}

async function load() {
  const [{ ZxcvbnFactory }, { default: passwords }, { default: graphs }] = await Promise.all([
    import("@zxcvbn-ts/core"),
    import("@zxcvbn-ts/language-common/src/passwords.json", { with: { type: "json" } }),
    import("@zxcvbn-ts/language-common/src/adjacencyGraphs.json", { with: { type: "json" } }),
  ]);
  const dictionary = { passwords: [...passwords, ...otherCommonPasswords.trim().split("\n")] };
  const zxcvbn = new ZxcvbnFactory({ dictionary, graphs, maxLength: windowSize, l33tMaxSubstitutions: 4 });

  return { judge };

  /** Why the password is easy to guess; undefined if it is not. `names` are tried before other words. */
  function judge(plain: string, names: string[]): Guess | undefined {
    const head = judgeWindow(plain.slice(0, windowSize), names);
    return head && plain.length > windowSize ? judgeWindow(plain.slice(-windowSize), names) : head;
  }

  /**
   * To zxcvbn, a word, a year and `!` are three parts and strong. So signs and years are removed first, and two words
   * with a sign between them are judged as one.
   */
  function judgeWindow(text: string, names: string[]): Guess | undefined {
    const bare = text.replaceAll(/[^\p{L}\p{M}\p{N}]/gu, "");
    const signs = new Set(text.replaceAll(/[\p{L}\p{M}\p{N}]/gu, "")).size;
    return judgePart(text, names, guessesMin) ??
      (bare !== "" && signs > 0 ? judgePart(bare, names, guessesMin / guessesPerSign ** signs) : undefined) ??
      judgeWord(bare.replace(/^(?:19|20)\d\d|(?:19|20)\d\d$/, ""), bare, names);
  }

  /** Judges one word of the lists, at any rank, together with the year that was removed. */
  function judgeWord(word: string, bare: string, names: string[]): Guess | undefined {
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
