import { AsyncLocalStorage } from "node:async_hooks";
import otherCommonPasswords from "./common_passwords.txt" with { type: "text" };

/** What a password is to a program that guesses. */
export type Guess = "common" | "named" | "guessable";

/** Code units that the matchers read at once: their time grows with the square of it, to 2 ms here. */
const windowSize = 24;

/** Passwords that fall in fewer guesses than this are what an attacker tries online (the scores 0 and 1 of zxcvbn). */
const guessesMin = 1e6;

/** How many guesses each other sign at either end adds; `!` is the usual one. */
const guessesPerSign = 10;

/** Passwords repeated, sequences, keyboard walks, dates and common words, with little added, by zxcvbn's matchers. */
export type PasswordGuesses = Awaited<ReturnType<typeof load>>;

/** The context of this module: what an `import()` awaits inside a request would keep that request's. */
const outsideOfRequests = AsyncLocalStorage.snapshot();

let loading: Promise<PasswordGuesses> | undefined;

/** Loads the matchers and their 49,000 words once, in about 70 ms and 20 MB: for a server, when it starts. */
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

  /** What makes the password easy to guess; undefined if nothing does. `names` are tried before any word. */
  function judge(plain: string, names: string[]): Guess | undefined {
    const head = judgeWindow(plain.slice(0, windowSize), names);
    return head && plain.length > windowSize ? judgeWindow(plain.slice(-windowSize), names) : head;
  }

  /**
   * A word, a year and `!` are three parts to zxcvbn, and strong; without signs and years the word is what it is, and two
   * words with a sign between them are what they are together.
   */
  function judgeWindow(text: string, names: string[]): Guess | undefined {
    const bare = text.replaceAll(/[^\p{L}\p{M}\p{N}]/gu, "");
    const signs = new Set(text.replaceAll(/[\p{L}\p{M}\p{N}]/gu, "")).size;
    return judgePart(text, names, guessesMin) ??
      (bare !== "" && signs > 0 ? judgePart(bare, names, guessesMin / guessesPerSign ** signs) : undefined) ??
      judgeWord(bare.replace(/^(?:19|20)\d\d|(?:19|20)\d\d$/, ""), bare, names);
  }

  /** One word of the lists, in whatever place of them, with a year that was taken away. */
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
