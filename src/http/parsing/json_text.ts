import { Problem } from "../../vocabulary/problems.ts";

/** The deepest nesting of objects and lists in a body. No schema needs more than 6. */
export const nestingMax = 64;

const [quote, colon, backslash] = [...'":\\'].map((char) => char.charCodeAt(0));

/** No repeated members (RFC 8259 §4), no deep nesting. @throws {Problem} `malformed_request`, `repeated_parameter` */
export function parseJson(text: string): unknown {
  const value = parse(text);
  const members = countMembers(value);
  if (members < countColons(text) && members < countWritten(text)) {
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

/**
 * The number of members of all objects in the value. @throws {Problem} `malformed_request` when it is nested too deep.
 */
function countMembers(value: unknown, depth = 1): number {
  if (typeof value !== "object" || value === null) return 0;
  if (depth > nestingMax) {
    throw new Problem("malformed_request", { detail: `The body is nested deeper than ${nestingMax} levels.` });
  }
  let members = 0;
  if (Array.isArray(value)) { for (const each of value) members += countMembers(each, depth + 1); }
  else for (const name in value) members += 1 + countMembers((value as Record<string, unknown>)[name], depth + 1);
  return members;
}

/** At least as many as the members that were written, and found in half the time: most texts have no other colons. */
function countColons(text: string): number {
  let colons = 0;
  for (let at = text.indexOf(":"); at >= 0; at = text.indexOf(":", at + 1)) colons++;
  return colons;
}

/** The number of members that were written. Each has one colon outside of strings, and nothing else does. */
function countWritten(text: string): number {
  let members = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === quote) at = endOfString(text, at);
    else if (char === colon) members++;
  }
  return members;
}

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
