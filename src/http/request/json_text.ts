import { Problem } from "../../vocabulary/problems.ts";

/** The deepest nesting of objects and lists in a body. No schema needs more than 6. */
export const nestingMax = 64;

const [quote, colon, openBracket, closeBracket, openBrace, closeBrace, backslash] = [...'":[]{}\\'].map((char) =>
  char.charCodeAt(0)
);

/**
 * Parses JSON. It rejects repeated member names, whose meaning RFC 8259 §4 leaves open, and nesting deeper than {@link
 * nestingMax}.
 *
 * @throws {Problem} `malformed_request`, `repeated_parameter`
 */
export function parseJson(text: string): unknown {
  const written = countMembers(text);
  const value = parse(text);
  if (written > 1 && membersOf(value) < written) {
    throw new Problem("repeated_parameter", { detail: "Send each member of an object only once." });
  }
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem("malformed_request", { detail: "The body is not valid JSON." }); // the parser's message would quote the body
  }
}

/** The number of members of all objects in the text. Each has one colon outside of strings, and nothing else does. */
function countMembers(text: string): number {
  let [members, depth] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === quote) at = endOfString(text, at);
    else if (char === colon) members++;
    else if (char === closeBrace || char === closeBracket) depth--;
    else if ((char === openBrace || char === openBracket) && ++depth > nestingMax) {
      throw new Problem("malformed_request", { detail: `The body is nested deeper than ${nestingMax} levels.` });
    }
  }
  return members;
}

/** The end of the string that starts here, or the end of the text. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end >= 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end < 0 ? text.length : end;
}

/** Whether an odd number of backslashes precedes this position. */
export function isEscaped(text: string, at: number): boolean {
  let before = at;
  while (text.charCodeAt(before - 1) === backslash) before--;
  return (at - before) % 2 === 1;
}

/** The number of members of all objects in the value, which is nested no deeper than {@link nestingMax}. */
function membersOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  let members = 0;
  if (Array.isArray(value)) { for (const each of value) members += membersOf(each); }
  else for (const name in value) members += 1 + membersOf((value as Record<string, unknown>)[name]);
  return members;
}
