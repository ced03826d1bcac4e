/**
 * Whether Sentinel's operations cost the same with a million users as with a thousand.
 *
 *   DATABASE_URL=postgres://… deno task bench:scale [--users 1000000] [--roles 10000] [--samples 600]
 *
 * Fills a schema for each number of users from 1,000 to `users`, in powers of ten, all with the same roles. Every user
 * has a session and an API key, every tenth a passkey, an app, a sign-in in a browser, and an application. One server
 * for each schema, of what is shipped, runs at the same time, and one client on one connection sends requests to them
 * in turn, so that other load on the machine affects all alike. Prints the medians, and the ratio of the most users to
 * the fewest.
 */
import { connect } from "./connection.ts";
import {
  emptySchema,
  median,
  newAdministrator,
  numbersGiven,
  printConditions,
  residentMegabytes,
  startSentinel,
} from "./rig.ts";
import { seed } from "./seed.ts";
import { shipped } from "./shipped.ts";
import { seedCredentials } from "./seed_credentials.ts";
import { askAbout, type Operation, operations, type Site } from "./scale_operations.ts";

/** The results; lists are in the order of `users`. */
export type Scale = {
  users: number[];
  roles: number;
  seedSeconds: number[];
  databaseMegabytes: number[];
  rows: { name: string; medianMs: number[] }[];
  /** Resident memory of a second start that is idle, of each server after all, and after decisions about `crowd`. */
  residentMegabytes: { idle: number[]; used: number[]; crowded: number[] };
  crowd: number[];
};

/** More users than memory holds, which is 200,000. */
const crowdMax = 250_000;

/** Runs the measurement. A first pass with a fifth of the samples warms up. */
export async function scale(
  { users, roles, samples }: { users: number; roles: number; samples: number },
): Promise<Scale> {
  await using stack = new AsyncDisposableStack();
  const sizes: number[] = [];
  for (let size = 1_000; size < users; size *= 10) sizes.push(size);
  sizes.push(users);
  const { program } = stack.use(await shipped());
  const sites: Site[] = [];
  const [seedSeconds, databaseMegabytes]: [number[], number[]] = [[], []];
  for (const [n, size] of sizes.entries()) {
    const { site, seconds, megabytes } = await openSite(stack, { program, port: 8120 + n, users: size, roles });
    sites.push(site);
    seedSeconds.push(seconds);
    databaseMegabytes.push(megabytes);
  }
  const resident = () => Promise.all(sites.map(({ server }) => residentMegabytes(server)));
  const idle = await Promise.all(sites.map(({ schema }, n) => idleMegabytes(program, schema.name, 8130 + n)));
  const rows = [];
  for (const warm of [false, true]) {
    for (const operation of operations) {
      const wanted = Math.ceil(operation.share * samples / (warm ? 1 : 5));
      const medianMs = await inTurn(sites, operation, wanted);
      if (warm) rows.push({ name: operation.name, medianMs });
    }
  }
  const used = await resident();
  const crowd = sizes.map((size) => Math.min(size, crowdMax));
  for (const [n, site] of sites.entries()) await askAbout(site, crowd[n]!);
  const residentMb = { idle, used, crowded: await resident() };
  return { users: sizes, roles, seedSeconds, databaseMegabytes, rows, residentMegabytes: residentMb, crowd };
}

async function openSite(
  stack: AsyncDisposableStack,
  { program, port, users, roles }: { program: string; port: number; users: number; roles: number },
) {
  const schema = stack.use(await emptySchema(`load_${users}`));
  stack.defer(() => schema.sql(`drop schema ${schema.name} cascade`).then(() => {}));
  const server = stack.use(await startSentinel(port, { SENTINEL_DB_SCHEMA: schema.name }, program));
  const started = performance.now();
  await seed(schema.sql, schema.name, { users, roles, sessions: users });
  await seedCredentials(schema.sql, schema.name, users);
  const seconds = (performance.now() - started) / 1000;
  const [size] = await schema.sql<{ mb: number }>(
    `select sum(pg_total_relation_size(oid)) / 1e6 as mb from pg_class where relnamespace = $1::regnamespace and relkind = 'r'`,
    [schema.name],
  );
  const admin = await newAdministrator(schema, server.origin);
  const { ask } = stack.use(await connect(server.origin));
  const site: Site = { users, roles, schema, server, admin, ask, refreshTokens: [] };
  return { site, seconds, megabytes: Number(size!.mb) };
}

/**
 * The memory of a server a minute after its start, when the garbage of the start is collected. It finds a current
 * schema and compiled code, and gets no request but that for `/readyz`.
 */
async function idleMegabytes(program: string, schema: string, port: number): Promise<number> {
  await using server = await startSentinel(port, { SENTINEL_DB_SCHEMA: schema }, program);
  await new Promise((resolve) => setTimeout(resolve, 60_000));
  return await residentMegabytes(server);
}

/** The medians of an operation on each server, in milliseconds. */
async function inTurn(sites: Site[], { ready, time }: Operation, samples: number): Promise<number[]> {
  for (const site of sites) await ready?.(site);
  const times: number[][] = sites.map(() => []);
  for (let sample = 0; sample < samples; sample++) {
    for (const [n, site] of sites.entries()) times[n]!.push(await time(site, sample));
  }
  return times.map(median);
}

if (import.meta.main) {
  const asked = numbersGiven({ users: 1_000_000, roles: 10_000, samples: 600 });
  await printConditions(asked);
  const seen = await scale(asked);
  const line = (name: string, numbers: number[], digits: number) =>
    console.log(name.padEnd(52) + numbers.map((number) => number.toFixed(digits).padStart(10)).join(""));
  line("users", seen.users, 0);
  for (const { name, medianMs } of seen.rows) {
    line(`${name}, ms`, [...medianMs, medianMs.at(-1)! / medianMs[0]!], 3);
  }
  line("seeded in, s", seen.seedSeconds, 1);
  line("database, MB", seen.databaseMegabytes, 0);
  for (const [when, megabytes] of Object.entries(seen.residentMegabytes)) {
    line(`resident memory ${when}, MB`, megabytes, 0);
  }
}
