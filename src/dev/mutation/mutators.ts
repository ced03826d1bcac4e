/** One change at one place in a source. */
export type Mutant = { line: number; what: string; from: string; to: string; source: string };

/** The position of a change, the text that it removes, and the text that it inserts. */
type Change = { at: number; from: string; to: string };

/** The kinds of changes, by their effect. */
const mutators: Record<string, (source: string) => Change[]> = {
  "never enter the branch of a condition": (source) =>
    conditions(source).map(({ at, from }) => ({ at, from, to: "false" })),
  "negate a condition": (source) => conditions(source).map(({ at, from }) => ({ at, from, to: `!(${from})` })),
  "swap and, or": swapped([[" && ", " || "]]),
  "move a bound": swapped([[" < ", " <= "], [" > ", " >= "]]),
  "swap equal, unequal": swapped([[" === ", " !== "]]),
  "swap true, false": swapped([["true", "false"]], String.raw`\b`),
  "drop a lock": dropped(/ for (?:no key )?(?:update|share)(?: of \w+)?(?: skip locked| nowait)?\b/g),
  "drop an order": dropped(/ order by [\w., ()$]+?(?=\n|`|"| limit| for )/g),
  "drop a limit": dropped(/ limit (?:\$?\d+|\$\{\w+\})|\.(?:max|min|slice)\([\w.,+ -]*\)/g),
  "drop a call": calls,
  "return at once": (source) =>
    [...source.matchAll(/^ *(?:export )?(?:async )?function \w.*\).* \{$/gm)]
      .map(({ index, 0: head }) => ({ at: index + head.length, from: "", to: " return;" })),
};

/** All mutants of a source. Comments, imports and types are not changed. */
export function mutantsOf(source: string): Mutant[] {
  const code = blanked(source);
  return Object.entries(mutators).flatMap(([what, changes]) =>
    changes(code).map(({ at, from, to }) => ({
      line: source.slice(0, at).split("\n").length,
      what,
      from: source.slice(at, at + from.length),
      to,
      source: source.slice(0, at) + to + source.slice(at + from.length),
    }))
  );
}

/** The source with blanks where nothing should be changed. */
function blanked(source: string): string {
  const apart =
    /\/\*[^]*?\*\/|(?<=^|\s)\/\/.*|^import [^]*?;$|^(?:export )?type \w+(?:<.*>)? = [^]*?;$|^(?:export )?interface [^]*?^\}/gm;
  return source.replaceAll(apart, (text) => text.replaceAll(/[^\n]/g, " "));
}

/** The condition of each `if`. */
function conditions(source: string): Change[] {
  return [...source.matchAll(/\bif \(/g)].flatMap(({ index, 0: head }) => {
    const at = index + head.length;
    const end = closing(source, at - 1);
    return end === undefined ? [] : [{ at, from: source.slice(at, end), to: "" }];
  });
}

/** Statements that are a single call whose result is unused. */
function calls(source: string): Change[] {
  return [...source.matchAll(/^ +(?:void )?(?:await )?[a-z][\w.!?]*\(/gm)].flatMap(({ index, 0: head }) => {
    if (/^ +(?:if|for|while|switch|return|super|function)\b/.test(head)) return [];
    const end = closing(source, index + head.length - 1);
    return end === undefined || source[end + 1] !== ";"
      ? []
      : [{ at: index, from: source.slice(index, end + 2), to: "" }];
  });
}

/** Swaps the two texts of each pair. */
function swapped(pairs: [string, string][], edge = "") {
  return (source: string): Change[] =>
    pairs.flatMap(([one, other]) =>
      [[one, other], [other, one]].flatMap(([from, to]) =>
        [...source.matchAll(new RegExp(edge + RegExp.escape(from!) + edge, "g"))]
          .map(({ index }) => ({ at: index, from: from!, to: to! }))
      )
    );
}

function dropped(pattern: RegExp) {
  return (source: string): Change[] =>
    [...source.matchAll(pattern)].map(({ index, 0: from }) => ({ at: index, from, to: "" }));
}

/**
 * The position of the bracket that closes the one at `open`. Brackets in strings count, so a call with an odd number of
 * them is skipped.
 */
function closing(source: string, open: number): number | undefined {
  let depth = 0;
  for (let at = open; at < source.length; at++) {
    if (source[at] === "(") depth++;
    else if (source[at] === ")" && --depth === 0) return at;
  }
  return undefined;
}
