/**
 * How many access tokens a second clients get for themselves, how many introspections by a client are answered, and
 * whether 100,000 clients change what either costs.
 *
 *   DATABASE_URL=postgres://… deno run -A loadtest/client_credentials.ts [rounds] [seconds] [clients]
 *
 * Loads one server in turn with requests for tokens signed with EdDSA and with ES256, and with introspections of a
 * token for the client's API (`wrk`, 1 thread, 32 connections), and then sends the first request of 2,000 clients,
 * which costs two look-ups each: with 100 other clients in the database, and with 100,000. In the same rounds it loads
 * the runtime alone, which reads the same forms and returns the same bytes, after one signature for a token signed with
 * EdDSA. Prints the medians of the rounds beside the goals. A failed request ends the script.
 */
import { type Application, basic, create, createApi, insertClients } from "./credentials.ts";
import {
  bytesOf,
  cpuSeconds,
  emptySchema,
  median,
  newAdministrator,
  printConditions,
  printGoal,
  type Server,
  start,
  startSentinel,
  toolVersion,
  until,
  wrk,
} from "./rig.ts";

const [rounds = 5, seconds = 3, clients = 100_000] = Deno.args.map(Number);
const newClients = 2_000;

await using schema = await emptySchema();
await using sentinel = await startSentinel(8100);
await printConditions({ tool: await toolVersion("wrk"), model: "closed, 32 clients", rounds, seconds });
const admin = await newAdministrator(schema, sentinel.origin);

const own = await create(sentinel.origin, admin.token, "/clients", {
  name: "own",
  scopes: ["users:read"],
  roles: ["admin"],
});
const ofApi = await createApi(sentinel.origin, admin.token);

const grant = "grant_type=client_credentials";
const tokenOf = async (client: Application) => (await (await ask(client)).json()).access_token as string;
type Target = { server: Server; path: string; client: Application; body: string };
const eddsa: Target = { server: sentinel, path: "/oauth/token", client: own, body: grant };
const introspection = { ...eddsa, path: "/oauth/introspect", client: ofApi, body: `token=${await tokenOf(ofApi)}` };
await using eddsaAlone = await startBaseline(eddsa, 8101, "sign");
await using introspectionAlone = await startBaseline(introspection, 8102);
const targets = {
  eddsa,
  "eddsa, the runtime alone": { ...eddsa, server: eddsaAlone },
  es256: { ...eddsa, client: ofApi },
  introspection,
  "introspection, the runtime alone": { ...introspection, server: introspectionAlone },
};
type Measured = Record<keyof typeof targets, { rate: number; microseconds: number }> & { firstMilliseconds: number };

const few = await measure(100);
const many = await measure(clients);
const least = (what: keyof typeof targets) => Math.min(few[what].rate, many[what].rate);
printGoal(
  "16,000 tokens/s by EdDSA that clients get for themselves",
  `${Math.round(least("eddsa"))}/s`,
  least("eddsa") >= 16_000,
);
printGoal(
  "30,000 introspections/s by a client",
  `${Math.round(least("introspection"))}/s`,
  least("introspection") >= 30_000,
);
for (const [what, name] of [["eddsa", "a token"], ["introspection", "an introspection"]] as const) {
  const growth = many[what].microseconds / few[what].microseconds;
  printGoal(
    `${name} costs at most 1.2 times as much with ${clients.toLocaleString("en")} clients as with 100`,
    growth.toFixed(2),
    growth <= 1.2,
  );
}
const growth = many.firstMilliseconds / few.firstMilliseconds;
printGoal("the first request of a client, too, costs at most 1.2 times as much", growth.toFixed(2), growth <= 1.2);

async function measure(others: number): Promise<Measured> {
  await seed(others);
  const names = Object.keys(targets) as (keyof typeof targets)[];
  const seen = Object.fromEntries(names.map((name) => [name, [] as Awaited<ReturnType<typeof load>>[]]));
  for (let round = 0; round <= rounds; round++) {
    for (const name of names) {
      const loaded = await load(targets[name]);
      if (round > 0) seen[name]!.push(loaded); // the first round warms up
    }
  }
  const medians = names.map((name) => [name, {
    rate: median(seen[name]!.map(({ rate }) => rate)),
    microseconds: median(seen[name]!.map(({ microseconds }) => microseconds)),
  }]);
  const result: Measured = { ...Object.fromEntries(medians), firstMilliseconds: await askOnceEach() };
  console.log(`${others} clients, first request ${result.firstMilliseconds.toFixed(2)} ms`);
  for (const name of names) {
    const { rate, microseconds } = result[name];
    console.log(`  ${name}: ${Math.round(rate)}/s, ${microseconds.toFixed(1)} µs of CPU each`);
  }
  return result;
}

/** A server that answers as Sentinel answers this request. */
async function startBaseline(target: Target, port: number, ...options: string[]): Promise<Server> {
  const same = await bytesOf(await send(target));
  const server = start(["loadtest/baselines/form.ts", String(port), ...same, ...options], port);
  await until(async () => await (await send({ ...target, server })).body?.cancel());
  return server;
}

async function load({ server, path, client, body }: Target) {
  const before = await cpuSeconds(server);
  const { rate, requests, failures } = await wrk({
    url: `${server.origin}${path}`,
    connections: 32,
    seconds,
    script: "form.lua",
    env: { LOAD_FORM: body, LOAD_AUTHORIZATION: basic(client) },
  });
  if (failures > 0) throw new Error(`${path}: ${failures} requests failed`);
  return { rate, microseconds: (await cpuSeconds(server) - before) / requests * 1e6 };
}

function ask(client: Application): Promise<Response> {
  return send({ ...eddsa, client });
}

function send({ server, path, client, body }: Target): Promise<Response> {
  const headers = { authorization: basic(client) };
  return fetch(server.origin + path, { method: "POST", headers, body: new URLSearchParams(body) });
}

/** The median time of the first request of a client that the server has not seen, one after the other. */
async function askOnceEach(): Promise<number> {
  const times: number[] = [];
  for (const client of await insertClients(schema, newClients)) {
    const started = performance.now();
    const response = await ask(client);
    await response.body?.cancel();
    if (!response.ok) throw new Error(`a new client: ${response.status}`);
    times.push(performance.now() - started);
  }
  return median(times);
}

/** Clients that send nothing. */
async function seed(count: number): Promise<void> {
  for (let left = count; left > 0; left -= 10_000) await insertClients(schema, Math.min(left, 10_000));
  for (const table of ["users", "clients", "secrets"]) await schema.sql(`vacuum analyze ${schema.name}.${table}`);
}
