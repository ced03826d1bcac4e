import type { Settings } from "../vocabulary/dictionary.ts";
import { readConfig } from "../compose/config.ts";
import { migrations } from "../compose/migrations.ts";
import { lengthenDeadlines } from "../platform/deadlines.ts";
import { createLogger, type Log, type LogLevel } from "../platform/logger.ts";
import type { Resolve } from "../platform/outbound.ts";
import { migrate } from "../platform/db/migrate.ts";
import { createHashThreads, startHashThread } from "../platform/hashing/hash_threads.ts";
import { createServices, type Services } from "../compose/services.ts";
import { assertContract } from "./contract_oracle.ts";
import { countStatements } from "./statements/statements.ts";
import { dropSchema, freshSchema, onPostgres, testConnection, testDatabase } from "./database.ts";
import { keepsSchemas, keptSchema, takeKept } from "./kept_schemas.ts";
import type { InstallationDatabase } from "../compose/installation_database.ts";
import { patience } from "./run/patience.ts";
import { people, type PersonName, settle } from "./people/people.ts";

/** The parameters of a form; a list is one that occurs several times. */
export type Form = Record<string, string | string[]>;

/** A body of JSON, a form, or anything that fetch accepts. `peer` is the address of the client's socket. */
export type Init = Omit<RequestInit, "body"> & {
  json?: unknown;
  form?: Form;
  body?: BodyInit;
  peer?: string;
};

/** A Sentinel in this process on a schema of its own. Every answer is checked against its contract. */
export type Sentinel = Awaited<ReturnType<typeof startSentinel>>;

/**
 * The settings of every test installation. All tests come from one address, so only those of the throttle limit it.
 * What is off by default is served, so that tests of all operations find it.
 */
const testSettings = {
  SENTINEL_PUBLIC_URL: "http://localhost:8000",
  SENTINEL_RATE_LIMIT: "off",
  SENTINEL_MAIL: "off",
  SENTINEL_CLIENT_REGISTRATION: "open",
};

/** The secret of all test installations. */
export const testSecret = Uint8Array.from({ length: 32 }, (_, i) => 7 * i);

const decoder = new TextDecoder();

/** One thread serves all installations of this process: starting one takes 0.1 s of CPU. */
const hashThreads = createHashThreads(startHashThread);

/** How many installations of this file hold a connection to the embedded engine, which serves only one. */
let embedded = 0;

/** The settings for the run's database. */
function databaseSettings(): Record<string, string> {
  const connection = testConnection();
  return connection.kind === "url" ? { DATABASE_URL: connection.url, SENTINEL_SECRET: testSecret.toBase64() } : {};
}

/**
 * Starts an installation. `settings` are environment variables; `schema` names the schema of another one. Without
 * `lasting` it runs no jobs: it seals, purges and signs checkpoints only when asked. On the embedded engine the
 * previous one must be disposed of first, as a second one would wait for its connection forever. Hashes are cheap, 1 ms
 * each; tests of hashing set `cheapHashes: false`. `resolve` finds the addresses of other servers.
 */
export async function startSentinel(
  { settings: env = {}, schema: named, level = "debug" as LogLevel, lasting = true, cheapHashes = true, resolve }: {
    settings?: Record<string, string>;
    schema?: string;
    level?: LogLevel;
    lasting?: boolean;
    cheapHashes?: boolean;
    resolve?: Resolve;
  } = {},
) {
  lengthenDeadlines(patience);
  await using stack = new AsyncDisposableStack();
  const logged: string[] = [];
  const log = stack.use(createLogger({
    level,
    format: "json",
    write: (bytes) => Promise.resolve(logged.push(decoder.decode(bytes))),
  }));
  const given = env.DATABASE_URL && env.SENTINEL_SECRET ? {} : databaseSettings();
  const { lines: configuration, ...config } = readConfig({ ...testSettings, ...given, ...env });
  const database = openDatabase(stack, config.settings);
  const schema = await openSchema(stack, { database, named, log });
  const settings: Settings = {
    ...config.settings,
    SENTINEL_DB_SCHEMA: schema,
    ...(cheapHashes && { SENTINEL_PASSWORD_HASH: "bcrypt", SENTINEL_BCRYPT_COST: 4 }),
  };
  const secret = settings.SENTINEL_SECRET ?? testSecret;
  const services: Services = stack.use(
    await createServices({ settings, database, secret, log, configuration, hashThreads, ...(resolve && { resolve }) }),
  );
  if (lasting) services.startJobs(0); // most run before the test, and the next time long after it
  await services.logins.whenMinimumKnown(); // the counts of a test contain only what the test does
  countStatements(services);
  const ids = new Map<PersonName, string>();
  const resources = stack.move();

  return {
    ...services,
    settings,
    schema,
    fetch,
    settled,
    login,
    tokenOf,
    /** All log lines so far. */
    async logs(): Promise<string> {
      await log.flush();
      return logged.join("");
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };

  /** Sends a request without a socket. `as` sends the person's token. */
  async function fetch(
    path: string,
    { json, form, peer = "127.0.0.1", ...init }: Init = {},
    as?: PersonName,
  ): Promise<Response> {
    const headers = new Headers({ host: "localhost:8000", ...Object.fromEntries(new Headers(init.headers)) });
    if (json !== undefined) headers.set("content-type", "application/json");
    if (as) headers.set("authorization", `Bearer ${await tokenOf(as)}`);
    const body = json !== undefined ? JSON.stringify(json) : form ? encodedForm(form) : init.body;
    const method = init.method ?? (body === undefined ? "GET" : "POST");
    const request = new Request(`http://localhost:8000${path}`, {
      ...init,
      method,
      headers,
      ...(body !== undefined && { body }),
    });
    const info = {
      remoteAddr: { transport: "tcp" as const, hostname: peer, port: 1 },
      completed: Promise.resolve(),
    };
    const response = await services.handle(request, info);
    if (request.method !== "HEAD") await assertContract(services.app.operations, request, response.clone());
    return response;
  }

  /** The person's id. The account is created on first use. */
  async function settled(name: PersonName): Promise<string> {
    const known = ids.get(name);
    if (known) return known;
    const id = await settle(name, services);
    ids.set(name, id);
    return id;
  }

  /** Starts a new session of the person. */
  async function login(name: PersonName): Promise<{ access_token: string; refresh_token: string }> {
    await settled(name);
    const { username, password } = people[name];
    return await (await fetch("/login", { form: { username, password } })).json();
  }

  async function tokenOf(name: PersonName): Promise<string> {
    return (await login(name)).access_token;
  }
}

/** The database of these settings, or of the run. */
function openDatabase(stack: AsyncDisposableStack, { DATABASE_URL: url }: Settings): InstallationDatabase {
  const database = testDatabase(url ? { kind: "url", url } : testConnection());
  if (!database.embedded) return database;
  if (embedded > 0) {
    throw new Error("the embedded engine serves one Sentinel at a time: dispose of the previous one first");
  }
  embedded++;
  stack.defer(() => void embedded--);
  return database;
}

/** The name of a migrated schema: of the one that is `named`, or of one that belongs to this installation alone. */
async function openSchema(
  stack: AsyncDisposableStack,
  { database, named, log }: { database: InstallationDatabase; named: string | undefined; log: Log },
): Promise<string> {
  const { connection } = database;
  const create = (schema: string) => migrate({ connection, schema, migrations, log });
  const keeping = keepsSchemas(connection);
  if (keeping && named === undefined) return stack.use(await keptSchema(connection, migrations, create)).name;
  const wasKept = keeping && await takeKept(connection, named!);
  const schema = named ?? freshSchema();
  const applied = await create(schema);
  if (wasKept || applied.length > 0) stack.defer(() => dropSchema(schema));
  return schema;
}

/** A test of something that outlives it (a pool, a logger's timer). The file disposes of it in `afterAll`. */
export function test(name: string, fn: () => void | Promise<void>): void {
  Deno.test({ name, fn, sanitizeOps: false, sanitizeResources: false });
}

/**
 * As {@link test}, for tests that need several connections or a server's own limits. Skipped on the embedded database.
 */
export function testOnPostgres(name: string, fn: () => void | Promise<void>): void {
  Deno.test({ name, fn, ignore: !onPostgres, sanitizeOps: false, sanitizeResources: false });
}

/** The form as it is sent. */
export function encodedForm(form: Form): URLSearchParams {
  return new URLSearchParams(
    Object.entries(form).flatMap(([name, value]) => [value].flat().map((each): [string, string] => [name, each])),
  );
}
