import type { Db } from "../../platform/db/db.ts";
import type { Names } from "../../vocabulary/identifiers.ts";

/** A person with an address, and whether it was proved. */
export type AddressRow = Names & {
  id: string;
  email: string;
  email_canonical: string;
  verified: boolean;
  disabled: boolean;
};

const columns = `id, username, email, email_canonical, email_verified_at is not null as verified,
            disabled_at is not null as disabled`;

/** The person with this canonical address. */
export async function findByAddress(db: Db, canonical: string): Promise<AddressRow | undefined> {
  const [row] = await db.query<AddressRow>(
    "find_by_address",
    `select ${columns} from users where email_canonical = $1 and kind = 'person'`,
    [canonical],
  );
  return row;
}

/** The person, unless without an address. */
export async function findAddress(db: Db, userId: string): Promise<AddressRow | undefined> {
  const [row] = await db.query<AddressRow>(
    "find_address",
    `select ${columns} from users where id = $1 and email is not null and kind = 'person'`,
    [userId],
  );
  return row;
}
