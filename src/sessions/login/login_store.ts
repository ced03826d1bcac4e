import type { Db } from "../../platform/db/db.ts";
import type { FactorKind } from "../../vocabulary/actor.ts";

/**
 * What a login needs to know of a user, who may have no password. `verified`: no address is left to be confirmed;
 * `known`: they logged in from this network within 30 days; `fresh`: the account was created a moment ago; `factors`:
 * what they must prove besides the password.
 */
export type LoginRow = {
  id: string;
  password_hash: string | null;
  disabled: boolean;
  verified: boolean;
  known: boolean;
  fresh: boolean;
  credential_epoch: number;
  factors: FactorKind[];
};

/** The second factors of the user `u`, and recovery codes, which stand in for one. */
const factorsOfUser = `array_remove(array[
    case when exists (select from totp_factors f where f.user_id = u.id and f.confirmed_at is not null) then 'totp' end,
    case when exists (select from passkeys p where p.user_id = u.id) then 'passkey' end,
    case when exists (select from recovery_codes c where c.user_id = u.id and c.used_at is null) then 'recovery_code' end
  ], null)`;

/** For how many seconds after a login its address is known for the user. */
export const knownSeconds = 30 * 24 * 60 * 60;

const isRecent = `s.created_at > now() - make_interval(secs => ${knownSeconds})`;

/** A {@link LoginRow} of the user `u`, for the client `c` with its `network`. */
export const loginColumns =
  `u.id, u.password_hash, u.credential_epoch, u.disabled_at is not null as disabled, ${factorsOfUser} as factors,
            u.email is null or u.email_verified_at is not null as verified,
            u.created_at > now() - interval '1 hour' as fresh,
            exists (
              select from sessions s
              where s.user_id = u.id and ${isRecent} and split_part(s.ip, '%', 1)::inet <<= c.network -- % begins a zone
            ) as known`;

/** The user with this canonical name, which is an e-mail address if it has an `@`. `network` is in CIDR notation. */
export async function findLogin(db: Db, canonical: string, network: string | null): Promise<LoginRow | undefined> {
  const isEmail = canonical.includes("@");
  const [row] = await db.query<LoginRow>(
    "find_login",
    `select ${loginColumns} from users u, (values ($3::cidr)) as c (network)
     where u.username_canonical = $1 or u.email_canonical = $2`,
    [isEmail ? null : canonical, isEmail ? canonical : null, network],
    { keepPlan: true },
  );
  return row;
}

/** The addresses from which the user logged in within the last 30 days. */
export async function listKnownAddresses(db: Db, userId: string): Promise<string[]> {
  const rows = await db.query<{ ip: string }>(
    "list_known_addresses",
    `select distinct s.ip from sessions s where s.user_id = $1 and s.ip is not null and ${isRecent}`,
    [userId],
  );
  return rows.map(({ ip }) => ip);
}

/** The content of a first token. `now` is in seconds since the epoch. */
export type MintRow = {
  id: string;
  password_hash: string | null;
  credential_epoch: number;
  disabled: boolean;
  roles: string[];
  now: number;
};

const lockForMint = (which: string, otherwise = "") =>
  `select id, password_hash, credential_epoch, disabled_at is not null as disabled,
          array(select role from active_grants g where g.user_id = u.id order by role) as roles,
          extract(epoch from now())::float8 as now
   from users u where ${which} for no key update ${otherwise}`;

/**
 * Locks the user until the transaction ends, which makes other logins of the user wait, and reads the content of the
 * token.
 */
export async function lockUserForMint(db: Db, userId: string): Promise<MintRow | undefined> {
  const [row] = await db.query<MintRow>(
    "lock_user_for_mint",
    lockForMint("id = $1"),
    [userId],
    { keepPlan: true },
  );
  return row;
}

/** As {@link lockUserForMint}, of each of these users, except those whose row is locked. */
export function lockUsersForMint(db: Db, userIds: string[]): Promise<MintRow[]> {
  return db.query<MintRow>("lock_users_for_mint", lockForMint("id = any ($1)", "skip locked"), [userIds], {
    keepPlan: true,
  });
}
