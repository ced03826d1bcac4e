/** In what a sent URI differs. */
export const differenceKinds = [
  "slash_more",
  "slash_less",
  "scheme",
  "host",
  "port",
  "case",
  "query",
  "path",
  "other",
] as const;

/** What a sent value has in another way than the registered one that is most like it. */
export type UriDifference = {
  registered: string;
  /** What both begin and end with, and what stands between in each. */
  before: string;
  sent_part: string;
  registered_part: string;
  after: string;
  kind: (typeof differenceKinds)[number];
  /** Whether the sent one is probably meant to be the registered one: same origin, and a few characters differ. */
  typing_error: boolean;
};

/** Where the value differs from the candidate that has most in common with it; null without candidates. */
export function differenceOf(sent: string, candidates: readonly string[]): UriDifference | null {
  const compared = candidates.map((registered) => compare(sent, registered));
  const [nearest] = compared.toSorted((a, b) => differing(a) - differing(b));
  if (!nearest) return null;
  const { before, after, registered } = nearest;
  const middleOf = (text: string) => text.slice(before.length, text.length - after.length);
  const parts = { sent_part: middleOf(sent), registered_part: middleOf(registered) };
  return {
    registered,
    kind: kindOf(sent, registered),
    before,
    ...parts,
    after,
    typing_error: isTypingError(sent, registered),
  };
}

/** Characters that a typing error changes at most. */
const typedMax = 2;

function isTypingError(sent: string, registered: string): boolean {
  const [one, other] = [URL.parse(sent), URL.parse(registered)];
  if (!one || !other || one.protocol !== other.protocol || one.host !== other.host) return false;
  return isWithin(sent, registered, typedMax);
}

/** Whether one text becomes the other when at most so many characters are inserted, removed or replaced. */
function isWithin(one: string, other: string, edits: number): boolean {
  let start = 0;
  while (start < one.length && one[start] === other[start]) start++;
  const [left, right] = [one.slice(start), other.slice(start)];
  if (left === "" || right === "") return left.length + right.length <= edits;
  if (edits === 0) return false;
  const [leftRest, rightRest] = [left.slice(1), right.slice(1)];
  return isWithin(leftRest, rightRest, edits - 1) || isWithin(leftRest, right, edits - 1) ||
    isWithin(left, rightRest, edits - 1);
}

type Compared = { sent: string; registered: string; before: string; after: string };

/** The longest common beginning, and the longest common end of what is left. */
function compare(sent: string, registered: string): Compared {
  const lengthMax = Math.min(sent.length, registered.length);
  let start = 0, end = 0;
  while (start < lengthMax && sent[start] === registered[start]) start++;
  while (end < lengthMax - start && sent.at(-1 - end) === registered.at(-1 - end)) end++;
  return { sent, registered, before: sent.slice(0, start), after: end === 0 ? "" : sent.slice(-end) };
}

/** How many characters both do not share. A host that differs weighs most: another host is another application. */
function differing({ sent, registered, before, after }: Compared): number {
  const isSameHost = URL.parse(sent)?.host === URL.parse(registered)?.host;
  return sent.length + registered.length - 2 * (before.length + after.length) + (isSameHost ? 0 : 1_000);
}

function kindOf(sent: string, registered: string): UriDifference["kind"] {
  if (sent === `${registered}/`) return "slash_more";
  if (`${sent}/` === registered) return "slash_less";
  const [one, other] = [URL.parse(sent), URL.parse(registered)];
  if (!one || !other) return "other";
  const is = (part: (url: URL) => string) => part(one) === part(other);
  const rest = (url: URL) => url.pathname + url.search;
  if (!is((url) => url.protocol) && is((url) => url.host) && is(rest)) return "scheme";
  if (!is((url) => url.hostname)) return "host";
  if (!is((url) => url.port)) return "port";
  if (sent.toLowerCase() === registered.toLowerCase()) return "case";
  return is((url) => url.pathname) ? "query" : "path";
}
