import { isEmail, isUsername, type Names } from "../../vocabulary/identifiers.ts";

/**
 * One person of the source, as they were there, by one name or both; `at` says where in it. The password hash is in any
 * format; null of a person without a password. `dropped` names the fields of the row that have a value and no place
 * here.
 */
export type Arrival = Names & {
  at: string;
  password_hash: string | null;
  roles: string[];
  disabled: boolean;
  email_verified?: boolean;
  external_id?: string | null;
  created_at?: string | null;
  dropped?: string[];
  /** Of two names, one that is impossible here may be left behind, as the person logs in by the other. */
  mayLoseName?: boolean;
};

/** An invalid row, and the reason. It never repeats the row, because a shifted column may contain a hash. */
export type BrokenRow = { at: string; broken: string };

/** A row of the source by its columns or members. */
export type Row = Record<string, unknown>;

/** The file is not of the expected kind. */
export class SourceError extends Error {
  override readonly name = "SourceError";
}

/** The text of a value; null for none. */
export function textOf(value: unknown): string | null {
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  return typeof value === "string" && value.trim() !== "" ? value.trim() : null;
}

/** A boolean as JSON, PostgreSQL, Python and spreadsheets write it; undefined for anything else. No value is false. */
export function flagOf(value: unknown): boolean | undefined {
  if (typeof value === "boolean") return value;
  const text = value === null || value === undefined ? "" : String(value);
  if (/^(?:t|true|1|yes|y)$/i.test(text)) return true;
  return /^(?:f|false|0|no|n|)$/i.test(text) ? false : undefined;
}

/** The time in RFC 3339, from that, from PostgreSQL's text, or from seconds or milliseconds since the epoch. */
export function timeOf(value: unknown): string | null {
  const text = textOf(value);
  if (text === null) return null;
  const number = /^\d{9,13}$/.test(text) ? Number(text) * (text.length > 10 ? 1 : 1000) : NaN;
  const parsed = Number.isNaN(number)
    ? Date.parse(text.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00").replace(/^([\dT:.-]+)$/, "$1Z"))
    : number;
  return Number.isNaN(parsed) ? null : new Date(parsed).toISOString();
}

/** The members of an object; none of anything else. */
export function membersOf(value: unknown): Row {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value as Row : {};
}

/** The names of roles in lower case, in which Sentinel has them. */
export function rolesOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string").map((role) => role.toLowerCase()) : [];
}

/** The fields with a value that are not among those `taken`. */
export function leftOver(row: Row, taken: readonly string[]): string[] {
  return Object.keys(row).filter((field) => !taken.includes(field) && hasValue(row[field]));
}

function hasValue(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === "object" && value !== null) return Object.keys(value).length > 0;
  return ![null, undefined, "", false, 0, "f", "false", "{}", "[]", "null"].includes(value as never);
}

/** Names from other rules: an address as a username is not kept beside the address, and stands for a missing one. */
export function fittingNames(username: string | null, email: string | null): Names & { mayLoseName: true } {
  const isAddress = username !== null && !isUsername(username) && isEmail(username);
  if (isAddress && (email === null || email.toLowerCase() === username.toLowerCase())) {
    return { username: null, email: username, mayLoseName: true };
  }
  return { username, email, mayLoseName: true };
}
