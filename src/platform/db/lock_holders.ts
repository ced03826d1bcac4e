type Query = <Row>(text: string, params?: unknown[]) => Promise<Row[]>;

/** A session of the server, as far as this role may see it. */
type Holder = { pid: number; application_name: string; since: string | null };

const holderColumns = `a.pid, coalesce(a.application_name, '') as application_name,
  to_char(a.xact_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as since`;

/** The sessions that hold locks on tables of the schema, oldest first, in words; empty if there are none. */
export async function describeLockHolders(query: Query, schema: string): Promise<string> {
  return inWords(
    await query<Holder>(
      `select distinct ${holderColumns}, a.xact_start
       from pg_locks l join pg_class c on c.oid = l.relation join pg_stat_activity a on a.pid = l.pid
       where c.relnamespace = to_regnamespace($1) and l.granted and l.pid <> pg_backend_pid()
         and l.database = (select oid from pg_database where datname = current_database())
       order by a.xact_start nulls last, a.pid limit 3`,
      [`"${schema}"`],
    ),
  );
}

/** The session that holds the advisory lock with this key, in the same words. */
export async function describeAdvisoryHolder(query: Query, key: string): Promise<string> {
  return inWords(
    await query<Holder>(
      `select ${holderColumns} from pg_locks l join pg_stat_activity a on a.pid = l.pid
       where l.locktype = 'advisory' and l.granted and l.objsubid = 1
         and (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended($1, 0)
         and l.database = (select oid from pg_database where datname = current_database())`,
      [key],
    ),
  );
}

function inWords(holders: Holder[]): string {
  return holders.map(({ pid, application_name, since }) =>
    `process ${pid}${application_name && ` (${application_name})`}${
      since ? `, whose transaction began at ${since}` : ""
    }`
  ).join("; ");
}
