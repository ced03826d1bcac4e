import { Problem } from "../../vocabulary/problems.ts";

/** A body may nest this many objects and lists: nothing that is read here nests more than 6. */
export const nestingMax = 64;

const [quote, colon, openBracket, closeBracket, openBrace, closeBrace, backslash] = [...'":[]{}\\'].map((char) =>
  char.charCodeAt(0)
);

/**
 * Parses JSON that has one meaning: no object has two members of one name (RFC 8259 §4 leaves open which would count),
 * and nothing nests deeper than {@link nestingMax}.
 *
 * @throws {Problem} `malformed_request`, `repeated_parameter`
 */
export function parseJson(text: string): unknown {
  const written = countMembers(text);
  const value = parse(text);
  if (written > 1 && membersOf(value) < written) {
    throw new Problem("repeated_parameter", { detail: "Each member of an object may be there once." });
  }
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem("malformed_request", { detail: "The body is not JSON." }); // the parser's words quote the body
  }
}

/** How many members all objects of the text have together: each has a colon, and no other stands outside a string. */
function countMembers(text: string): number {
  let [members, depth] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === quote) at = endOfString(text, at);
    else if (char === colon) members++;
    else if (char === closeBrace || char === closeBracket) depth--;
    else if ((char === openBrace || char === openBracket) && ++depth > nestingMax) {
      throw new Problem("malformed_request", { detail: `The body nests more than ${nestingMax} deep.` });
    }
  }
  return members;
}

/** Where the string that begins here ends; the end of the text if it does not. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end >= 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end < 0 ? text.length : end;
}

/** Whether an odd number of backslashes stands before this position. */
export function isEscaped(text: string, at: number): boolean {
  let before = at;
  while (text.charCodeAt(before - 1) === backslash) before--;
  return (at - before) % 2 === 1;
}

/** How many members the objects within the value have together. It nests no deeper than {@link nestingMax}. */
function membersOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  let members = 0;
  if (Array.isArray(value)) { for (const each of value) members += membersOf(each); }
  else for (const name in value) members += 1 + membersOf((value as Record<string, unknown>)[name]);
  return members;
}
