import type { AccessChange } from "./access_change.ts";
import type { User } from "../../accounts/users/user_revision.ts";
import type { ApiKeyRow } from "../../credentials/api_keys/api_keys.ts";
import type { SessionRow } from "../../sessions/sessions/session_lists.ts";

/** What an administrator does to a user on a page that asks first; its name is the end of the page's path. */
export const deedNames = [
  "disable",
  "enable",
  "delete",
  "verify-email",
  "revoke-sessions",
  "reset-factors",
  "revoke-key",
  "revoke",
] as const;

export type DeedName = (typeof deedNames)[number];

/** What a deed concerns: what the page that asks for it names, with numbers. */
export type Concerned = {
  user: User;
  hasSecondFactor: boolean;
  /** The user's live sessions and keys, of each at most {@link countedMax} and one more. */
  sessions: SessionRow[];
  keys: ApiKeyRow[];
  /** The role that is revoked, and what the user loses with it. */
  role?: { name: string; change: AccessChange } | undefined;
  /** The key that is revoked. */
  key?: ApiKeyRow | undefined;
};

/** The most sessions and keys that are counted. */
export const countedMax = 50;
