import { once } from "../../platform/once.ts";

/** Scripts in modern use (UAX 31, table 5). The others are rarely used, and many of their letters look Latin. */
const recommended =
  ("Arabic Armenian Bengali Bopomofo Cyrillic Devanagari Ethiopic Georgian Greek Gujarati Gurmukhi Han Hangul " +
    "Hebrew Hiragana Kannada Katakana Khmer Lao Latin Malayalam Myanmar Oriya Sinhala Tamil Telugu Thaana Thai Tibetan")
    .split(" ");

/** Scripts that Japanese, Chinese and Korean combine with each other and with Latin. */
const combined = [["Han", "Hiragana", "Katakana", "Latin"], ["Han", "Bopomofo", "Latin"], ["Han", "Hangul", "Latin"]];

const restrictive = once(() =>
  [...recommended.map((script) => [script]), ...combined].map((scripts) => {
    const letters = scripts.map((script) => `\\p{scx=${script}}`).join("");
    return new RegExp(`^[${letters}\\p{scx=Common}\\p{scx=Inherited}]*$`, "v");
  })
);

/** Letters of no script and of phonetic alphabets, some of which look like others: `ǀ`, `ɑ` (UTS 39). */
const unusual = /[\p{scx=Common}&&\p{L}]|[\u01c0-\u01c3\u0251\u0261\u1d00-\u1dbf\ua720-\ua7ff\uab30-\uab6f]/v;

/** "Highly restrictive" (UTS 39 §5.2): no letter passes for one of another script, and no digit (§5.3). */
export function isHighlyRestrictive(text: string): boolean {
  const digitSystems = new Set(text.match(/\p{Nd}/gu)?.map((digit) => digit.codePointAt(0)! >> 4)); // 16 code points each
  return restrictive().some((scripts) => scripts.test(text)) && !unusual.test(text) && digitSystems.size <= 1;
}
