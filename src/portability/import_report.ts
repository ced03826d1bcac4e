/** What an import finds and counts. */
import type { PrivilegedAccount } from "../access/grants/imported_grants.ts";
import { usernameRule } from "../vocabulary/identifiers.ts";

/** Why a row was not imported, or not completely. */
export const reasons = {
  malformed_row: "This row does not describe a user.",
  nameless: "The row has neither a username nor an e-mail address.",
  invalid_username: `The username must be ${usernameRule}.`,
  reserved_username: "The username is reserved: SENTINEL_RESERVED_USERNAMES contains it, or a similar one.",
  invalid_email: "The e-mail address is not a valid mailbox address.",
  unknown_hash: "The password hash has an unsupported format, or its parameters exceed the limits.",
  costly_hash: "Verifying the password hash takes longer than SENTINEL_IMPORT_HASH_MS_MAX allows.",
  repeated: "An earlier row has the same username or e-mail address.",
  username_taken: "Another user has this username.",
  email_taken: "Another user has this e-mail address.",
  external_id_taken:
    "A user with other names has this external id: that user was renamed, or another system uses the same " +
    "ids, which --external-id-prefix tells apart.",
  username_dropped:
    "The user is imported without the username, which is invalid, reserved or repeated, and logs in by the " +
    "e-mail address.",
  email_dropped:
    "The user is imported without the e-mail address, which is invalid or repeated, and logs in by the username.",
  unknown_role: "The user is imported without this role, which does not exist.",
  privileged_role: "The user is imported without this role, which gives permissions of Sentinel itself.",
  excluded_roles: "The user is imported with only the role user, because the other roles exclude each other.",
} as const;

export type Reason = keyof typeof reasons;

/** A finding, and its place in the source. */
export type Finding = { at: string; code: Reason; detail: string };

/** What a rehearsal would take over of a row. `hash` is the kind of the password hash; null without a password. */
export type Takeover = {
  at: string;
  username: string | null;
  email: string | null;
  email_verified: boolean;
  external_id: string | null;
  created_at: string | null;
  disabled: boolean;
  roles: string[];
  hash: string | null;
  dropped: string[];
};

/**
 * The totals. `unchanged` users already exist with the same username and e-mail address. `privileged` are the accounts
 * that got privileged roles or, without `privilegedRoles`, would have got them. `dropped` counts the users of whom a
 * field is left behind, and `hashes` those with each kind of hash. `slowest` is the kind that takes longest to verify.
 */
export type Tally = {
  imported: number;
  unchanged: number;
  skipped: number;
  without_role: number;
  without_name: number;
  without_password: number;
  privileged: (PrivilegedAccount & { at: string })[];
  dropped: Record<string, number>;
  hashes: Record<string, number>;
  slowest: { hash: string; ms: number } | null;
};

export function newTally(): Tally {
  return {
    imported: 0,
    unchanged: 0,
    skipped: 0,
    without_role: 0,
    without_name: 0,
    without_password: 0,
    privileged: [],
    dropped: {},
    hashes: {},
    slowest: null,
  };
}

/** Where findings, takeovers and counts go. */
export type Report = {
  tally: Tally;
  found(finding: Finding): void;
  taken?: ((takeover: Takeover) => void) | undefined;
};

/** Counts and reports a row that is not imported. */
export function skip(at: string, code: Reason, { tally, found }: Report, detail: string = reasons[code]): undefined {
  tally.skipped++;
  found({ at, code, detail });
}

/** Adds one to the count of this name. */
export function countOne(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
