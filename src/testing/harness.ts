import type { Settings } from "../vocabulary/dictionary.ts";
import { readConfig } from "../compose/config.ts";
import { migrations } from "../compose/migrations.ts";
import { lengthenDeadlines } from "../platform/deadlines.ts";
import { createLogger, type LogLevel } from "../platform/logger.ts";
import { migrate } from "../platform/db/migrate.ts";
import { createServices, type Services } from "../compose/services.ts";
import { assertContract } from "./contract_oracle.ts";
import { countStatements } from "./statements.ts";
import { dropSchema, freshSchema, onPostgres, testConnection, testDatabase } from "./database.ts";
import { patience } from "./run/patience.ts";
import { people, type PersonName, settle } from "./people.ts";

/** A body of JSON, a form, or anything that fetch takes; `peer` is the address of whoever has connected. */
export type Init = Omit<RequestInit, "body"> & {
  json?: unknown;
  form?: Record<string, string>;
  body?: BodyInit;
  peer?: string;
};

/** A Sentinel in this process on a schema of its own; every answer passes the contract oracle. */
export type Sentinel = Awaited<ReturnType<typeof startSentinel>>;

/** Of every test installation: its tests come from one address, and only those of the throttle are about that. */
const testSettings = { SENTINEL_PUBLIC_URL: "http://localhost:8000", SENTINEL_RATE_LIMIT: "off" };

/** One secret for all test installations. */
export const testSecret = Uint8Array.from({ length: 32 }, (_, i) => 7 * i);

const decoder = new TextDecoder();

/** How many of this file hold a connection to the embedded engine, which serves one. */
let embedded = 0;

/** What an operator would have set for the run's database. */
function databaseSettings(): Record<string, string> {
  const connection = testConnection();
  return connection.kind === "url" ? { DATABASE_URL: connection.url, SENTINEL_SECRET: testSecret.toBase64() } : {};
}

/**
 * Starts one; `settings` are those of the environment, `schema` names one that another started. One that is not `lasting`
 * does nothing by itself: it seals, purges and vouches when it is told to. On the embedded engine the one before must be
 * disposed of: a second one would wait for its connection for ever. Hashes are cheap, 1 ms each: tests of how
 * passwords are hashed ask for those of the policy, by `cheapHashes: false`.
 */
export async function startSentinel(
  { settings: env = {}, schema = freshSchema(), level = "debug" as LogLevel, lasting = true, cheapHashes = true }: {
    settings?: Record<string, string>;
    schema?: string;
    level?: LogLevel;
    lasting?: boolean;
    cheapHashes?: boolean;
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
  const settings: Settings = {
    ...readConfig({ ...testSettings, ...databaseSettings(), ...env }).settings,
    SENTINEL_DB_SCHEMA: schema,
    ...(cheapHashes && { SENTINEL_PASSWORD_HASH: "bcrypt", SENTINEL_BCRYPT_COST: 4 }),
  };
  const { DATABASE_URL: url } = settings;
  const database = testDatabase(url ? { kind: "url", url } : testConnection());
  if (database.embedded) {
    if (embedded > 0) throw new Error("the embedded engine serves one Sentinel at a time: dispose of the other first");
    embedded++;
    stack.defer(() => void embedded--);
  }
  const applied = await migrate({ connection: database.connection, schema, migrations, log });
  if (applied.length > 0) stack.defer(() => dropSchema(schema));
  const services: Services = stack.use(
    await createServices({ settings, database, secret: settings.SENTINEL_SECRET ?? testSecret, log, lasting }),
  );
  await services.logins.whenMinimumKnown(); // what a test counts is of the test
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
    /** All lines so far. */
    async logs(): Promise<string> {
      await log.flush();
      return logged.join("");
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };

  /** Asks over the wire, without a socket. `as` sends a person's token. */
  async function fetch(
    path: string,
    { json, form, peer = "127.0.0.1", ...init }: Init = {},
    as?: PersonName,
  ): Promise<Response> {
    const headers = new Headers({ host: "localhost:8000", ...Object.fromEntries(new Headers(init.headers)) });
    if (json !== undefined) headers.set("content-type", "application/json");
    if (as) headers.set("authorization", `Bearer ${await tokenOf(as)}`);
    const body = json !== undefined ? JSON.stringify(json) : form ? new URLSearchParams(form) : init.body;
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

  /** The person's id, after making the account at first need. */
  async function settled(name: PersonName): Promise<string> {
    const known = ids.get(name);
    if (known) return known;
    const id = await settle(name, services);
    ids.set(name, id);
    return id;
  }

  /** A new session of the person, over the wire. */
  async function login(name: PersonName): Promise<{ access_token: string; refresh_token: string }> {
    await settled(name);
    const { username, password } = people[name];
    return await (await fetch("/login", { form: { username, password } })).json();
  }

  async function tokenOf(name: PersonName): Promise<string> {
    return (await login(name)).access_token;
  }
}

/** A test of something that outlives it (a pool, a logger's timer): the file disposes of it in `afterAll`. */
export function test(name: string, fn: () => void | Promise<void>): void {
  Deno.test({ name, fn, sanitizeOps: false, sanitizeResources: false });
}

/** As {@link test}, for what takes several connections or a server's own limits; skipped on the embedded database. */
export function testOnPostgres(name: string, fn: () => void | Promise<void>): void {
  Deno.test({ name, fn, ignore: !onPostgres, sanitizeOps: false, sanitizeResources: false });
}
