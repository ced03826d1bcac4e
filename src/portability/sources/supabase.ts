/** The table `auth.users` of Supabase and GoTrue (https://github.com/supabase/auth/tree/master/migrations). */
import { type Arrival, type BrokenRow, fittingNames, flagOf, leftOver, type Row, textOf, timeOf } from "./arrival.ts";
import type { Layout } from "./rows.ts";

export const supabaseLayout: Layout = { paths: ["", "*"], table: "auth.users", required: ["id", "encrypted_password"] };

const taken = ["instance_id", "id", "aud", "role", "email", "encrypted_password", "email_confirmed_at", "confirmed_at"]
  .concat(["created_at", "updated_at", "last_sign_in_at", "banned_until", "deleted_at", "invited_at"])
  .concat(["confirmation_sent_at", "recovery_sent_at", "email_change_sent_at", "reauthentication_sent_at"])
  .concat(["phone_change_sent_at", "email_change_confirm_status", "is_sso_user", "is_anonymous"])
  .concat(["confirmation_token", "recovery_token", "email_change_token_new", "email_change_token_current"])
  .concat(["phone_change_token", "reauthentication_token"]);

/** Reads users at this time, in milliseconds since the epoch, which decides whether a ban has ended. */
export function supabaseReader(nowMs: number) {
  return (at: string, row: Row) => fromSupabase(at, row, nowMs);
}

function fromSupabase(at: string, row: Row, nowMs: number): Arrival | BrokenRow {
  if (textOf(row.deleted_at)) return { at, broken: "is of a user who was deleted there" };
  return {
    at,
    ...fittingNames(null, textOf(row.email)),
    password_hash: textOf(row.encrypted_password),
    roles: [],
    disabled: isBanned(textOf(row.banned_until), nowMs),
    email_verified: textOf(row.email_confirmed_at ?? row.confirmed_at) !== null,
    external_id: textOf(row.id),
    created_at: timeOf(row.created_at),
    dropped: leftOver(row, flagOf(row.is_super_admin) ? taken : [...taken, "is_super_admin"]),
  };
}

function isBanned(until: string | null, nowMs: number): boolean {
  if (until === null || until === "none") return false;
  const end = timeOf(until);
  return end === null || Date.parse(end) > nowMs;
}
