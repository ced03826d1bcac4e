/** ZITADEL, PocketBase and htpasswd. */
import { linesOf } from "../../platform/text/text_lines.ts";
import {
  type Arrival,
  type BrokenRow,
  fittingNames,
  flagOf,
  leftOver,
  membersOf,
  type Row,
  textOf,
  timeOf,
} from "./arrival.ts";
import type { Layout } from "./rows.ts";

/** `POST /admin/v1/export`, and the body of an import: https://zitadel.com/docs/guides/migrate/users */
export const zitadelLayout: Layout = {
  paths: ["orgs", "dataOrgs.orgs", "data_orgs.orgs"].flatMap((
    orgs,
  ) => [`${orgs}.*.humanUsers.*`, `${orgs}.*.human_users.*`])
    .concat(["users.*", "*"]),
  none: " Export with POST /admin/v1/export and withPasswords.",
};

export function fromZitadel(at: string, row: Row): Arrival {
  const user = row.user === undefined ? row : membersOf(row.user);
  const email = membersOf(user.email);
  const hash = membersOf(user.hashedPassword ?? user.hashed_password);
  const taken = [
    "userName",
    "user_name",
    "username",
    "email",
    "hashedPassword",
    "hashed_password",
    "userId",
    "user_id",
  ];
  return {
    at,
    ...fittingNames(textOf(user.userName ?? user.user_name ?? user.username), textOf(email.email)),
    password_hash: textOf(hash.value ?? hash.hash),
    roles: [],
    disabled: false,
    email_verified: flagOf(email.isEmailVerified ?? email.is_email_verified ?? email.isVerified) === true,
    external_id: textOf(row.userId ?? row.user_id),
    created_at: null,
    dropped: leftOver(user, taken),
  };
}

/** The table of an auth collection: `sqlite3 -json pb_data/data.db 'select * from users'`, or as CSV. */
export const pocketbaseLayout: Layout = {
  paths: ["", "*"],
  required: ["id", "email"],
  spellings: { passwordhash: "password" },
};

export function fromPocketBase(at: string, row: Row): Arrival {
  const taken = ["id", "tokenKey", "tokenkey", "password", "passwordHash", "email", "verified", "username", "created"]
    .concat(["updated", "emailVisibility", "emailvisibility", "lastResetSentAt", "lastVerificationSentAt"])
    .concat(["lastLoginAlertSentAt", "collectionId", "collectionName"]);
  return {
    at,
    ...fittingNames(textOf(row.username), textOf(row.email)),
    password_hash: textOf(row.password ?? row.passwordHash),
    roles: [],
    disabled: false,
    email_verified: flagOf(row.verified) === true,
    external_id: textOf(row.id),
    created_at: timeOf(row.created),
    dropped: leftOver(row, taken),
  };
}

/** `name:hash` in each line: https://httpd.apache.org/docs/2.4/programs/htpasswd.html */
export async function* readHtpasswd(text: AsyncIterable<string>): AsyncGenerator<Arrival | BrokenRow> {
  let number = 0;
  for await (const line of linesOf(text, 65_536)) {
    const at = `line ${++number}`;
    if (/^\s*(?:#|$)/.test(line)) continue;
    const [, name, hash] = /^([^:]+):(.+?)\r?$/.exec(line) ?? [];
    yield name && hash
      ? { at, ...fittingNames(textOf(name), null), password_hash: hash.trim(), roles: [], disabled: false, dropped: [] }
      : { at, broken: "is no name and hash with a colon between" };
  }
}
