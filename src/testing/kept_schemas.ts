import { createHash } from "node:crypto";
import pg from "pg";
import type { Connection } from "../platform/db/db.ts";
import { clientConfig } from "../platform/db/db.ts";
import type { Migration } from "../platform/db/migrate.ts";
import { connectMsMax, freshSchema } from "./database.ts";

/** A schema for one installation. Disposal empties it for the next one. */
export type KeptSchema = AsyncDisposable & { name: string };

/**
 * What a schema is like after the migrations: its objects, and the statements that bring its rows back. `dead_rows`
 * were deleted so far, and are still in the files of its tables.
 */
type Kept = { name: string; structure: string; restore: string; dead_rows: number };

/**
 * The environment variable with the name of the table of a run on PostgreSQL; an embedded engine has one of its own.
 */
const keptTable = "TEST_KEPT_SCHEMAS";
const table = Deno.env.get(keptTable) ?? "kept_schemas";

/** The schemas that a second installation of this process has used, which may still be at work. */
const shared = new Set<string>();

/** With more than this, the schema is dropped: every scan of its tables reads them. */
const deadRowsMax = 10_000;

/**
 * A schema as these migrations leave it, on the database of this run: creating one takes it 0.4 s, and emptying one
 * 20 ms. One whose objects a test has changed is not used again. `create` applies the migrations.
 */
export async function keptSchema(
  connection: Connection,
  migrations: readonly Migration[],
  create: (schema: string) => Promise<unknown>,
): Promise<KeptSchema> {
  const version = createHash("sha256").update(JSON.stringify(migrations)).digest("hex");
  const kept = await withClient(connection, (client) => take(client, version)) ?? await prepared();
  return { name: kept.name, [Symbol.asyncDispose]: () => withClient(connection, (client) => giveBack(client, kept)) };

  async function prepared(): Promise<Kept> {
    const name = freshSchema();
    await create(name);
    return await withClient(connection, async (client) => ({
      name,
      structure: await structureOf(client, name),
      restore: await restorationOf(client, name),
      dead_rows: 0,
    }));
  }

  async function giveBack(client: pg.Client, kept: Kept): Promise<void> {
    const { name, structure, restore, dead_rows } = kept;
    if (shared.has(name) || await structureOf(client, name) !== structure) return await drop(client, name);
    const deadRows = dead_rows + deletedBy(await client.query(restore));
    if (deadRows > deadRowsMax) return await drop(client, name);
    const values = [version, name, structure, restore, deadRows];
    await client.query(`insert into public.${table} values ($1, $2, $3, $4, $5)`, values);
  }
}

/**
 * Takes the schema from those that wait for their next test, because an installation names it itself. Returns whether
 * it was among them, so that the installation drops it.
 */
export async function takeKept(connection: Connection, schema: string): Promise<boolean> {
  if (connection.kind === "url") shared.add(schema);
  return await withClient(connection, async (client) => {
    await createTable(client);
    const { rowCount } = await client.query(`delete from public.${table} where name = $1`, [schema]);
    return rowCount === 1;
  });
}

/** Whether schemas wait for their next test: on an embedded engine, and on PostgreSQL in a run that drops them. */
export function keepsSchemas(connection: Connection): boolean {
  if (connection.kind !== "url") return true;
  return Deno.env.has(keptTable) && connection.url === Deno.env.get("TEST_DATABASE_URL");
}

/** Keeps schemas on PostgreSQL for the processes with this environment. Disposal drops them. */
export async function keepSchemas(connection: Connection): Promise<AsyncDisposable & { env: Record<string, string> }> {
  const name = `kept_schemas_${crypto.randomUUID().slice(0, 8)}`;
  await withClient(connection, (client) => createTable(client, name));
  return { env: { [keptTable]: name }, [Symbol.asyncDispose]: () => withClient(connection, dropAll) };

  async function dropAll(client: pg.Client): Promise<void> {
    const { rows } = await client.query<{ name: string }>(`select name from public.${name}`);
    for (const kept of rows) await drop(client, kept.name);
    await client.query(`drop table public.${name}`);
  }
}

async function createTable(client: pg.Client, name = table): Promise<void> {
  await client.query(
    `create table if not exists public.${name}
       (version text, name text, structure text, restore text, dead_rows int)`,
  );
}

async function take(client: pg.Client, version: string): Promise<Kept | undefined> {
  await createTable(client);
  const { rows } = await client.query<Kept>(
    `delete from public.${table}
     where name = (select name from public.${table} where version = $1 limit 1)
     returning name, structure, restore, dead_rows`,
    [version],
  );
  return rows[0];
}

/** A hash of everything in the schema but its rows. */
async function structureOf(client: pg.Client, schema: string): Promise<string> {
  const { rows } = await client.query<{ structure: string }>(
    `with here as (select $1::regnamespace as schema),
          relations as (select c.* from pg_class c, here where relnamespace = schema)
     select md5(string_agg(fact, ',' order by fact)) as structure from (
       select concat_ws(' ', relname, relkind, relpersistence, relacl, reloptions) from relations
       union all
       select concat_ws(' ', relname, attname, atttypid, attnum, attnotnull, atthasdef, attstattarget)
       from relations join pg_attribute on attrelid = relations.oid where attnum > 0
       union all
       select concat_ws(' ', relname, adnum, adbin) from relations join pg_attrdef on adrelid = relations.oid
       union all
       select concat_ws(' ', conname, convalidated, conrelid, conbin) from pg_constraint, here where connamespace = schema
       union all
       select concat_ws(' ', relname, indisvalid, indpred) from relations join pg_index on indexrelid = relations.oid
       union all
       select concat_ws(' ', relname, tgname, tgenabled, tgqual) from relations join pg_trigger on tgrelid = relations.oid
       union all
       select concat_ws(' ', proname, proargtypes, prosrc, proconfig, proacl) from pg_proc, here where pronamespace = schema
     ) as facts (fact)`,
    [schema],
  );
  return rows[0]!.structure;
}

/** The statements that delete all rows, and insert those of the migrations; no trigger sees it. */
async function restorationOf(client: pg.Client, schema: string): Promise<string> {
  const { rows } = await client.query<{ name: string; has_rows: boolean }>(
    `select format('%I.%I', nspname, relname) as name, pg_relation_size(c.oid) > 0 as has_rows
     from pg_class c join pg_namespace n on n.oid = relnamespace where nspname = $1 and relkind = 'r'`,
    [schema],
  );
  const inserts = await runInTurn(rows.filter(({ has_rows }) => has_rows), async ({ name }) => {
    const { rows: [row] } = await client.query<{ insert: string }>(
      `select format('insert into ${name} select * from json_populate_recordset(null::${name}, %L);', json_agg(each))
         as insert from ${name} as each`,
    );
    return row!.insert;
  });
  const deletes = rows.map(({ name }) => `delete from ${name};`);
  return ["begin; set local session_replication_role = replica;", ...deletes, ...inserts, "commit;"].join("\n");
}

/** The result of several statements is a list of theirs. */
function deletedBy(results: unknown): number {
  const deletes = (results as pg.QueryResult[]).filter(({ command }) => command === "DELETE");
  return deletes.reduce((sum, { rowCount }) => sum + rowCount!, 0);
}

async function drop(client: pg.Client, schema: string): Promise<void> {
  await client.query(`drop schema if exists "${schema}" cascade`);
}

async function runInTurn<T, R>(items: T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (const item of items) done.push(await work(item));
  return done;
}

async function withClient<T>(connection: Connection, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ ...clientConfig(connection), connectionTimeoutMillis: connectMsMax });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
