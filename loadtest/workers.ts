/**
 * What a second worker adds: the rates of `GET /users/me`, introspections and refresh rotations of one server with one
 * worker and of one with `workers`, in turn, and the CPU time of the server for each request.
 *
 *   DATABASE_URL=postgres://… deno run -A loadtest/workers.ts [rounds] [seconds] [workers]
 *
 * Prints the medians of the rounds, and the medians of the ratios within a round. `used` is how many cores the server
 * has used. The load tool and PostgreSQL need cores too, so a rate can double only on a machine with more of them than
 * the server uses; the CPU time for each request says what sharing costs. A failed request ends the script.
 */
import { basic, createApi } from "./credentials.ts";
import {
  cpuSeconds,
  emptySchema,
  logIn,
  median,
  newAdministrator,
  newPerson,
  printConditions,
  residentMegabytes,
  startSentinel,
  toolVersion,
  wrk,
} from "./rig.ts";

const [rounds = 5, seconds = 4, workers = 2] = Deno.args.map(Number);
const [clients, refreshers] = [32, 16];

await using schema = await emptySchema();
const settings = { SENTINEL_MAIL: "off" };
await using one = await startSentinel(8100, settings);
await using several = await startSentinel(8101, {
  ...settings,
  SENTINEL_PUBLIC_URL: one.origin,
  SENTINEL_WORKERS: String(workers),
});
await printConditions({
  tool: await toolVersion("wrk"),
  model: `closed, ${clients} clients`,
  rounds,
  seconds,
  workers,
});
const servers = { one, several };
type Name = keyof typeof servers;

const admin = await newAdministrator(schema, one.origin);
const api = await createApi(one.origin, admin.token);
const authorization = basic(api);
const body = new URLSearchParams({ grant_type: "client_credentials" });
const granted = await fetch(`${one.origin}/oauth/token`, { method: "POST", headers: { authorization }, body });
const introspected = (await granted.json()).access_token as string;
const person = await newPerson(one.origin);

const loads: Record<string, (origin: string) => ReturnType<typeof wrk>> = {
  "GET /users/me": (origin) => wrk({ url: `${origin}/users/me`, connections: clients, seconds, token: person.token }),
  introspections: (origin) =>
    wrk({
      url: `${origin}/oauth/introspect`,
      connections: clients,
      seconds,
      script: "form.lua",
      env: { LOAD_FORM: `token=${introspected}`, LOAD_AUTHORIZATION: authorization },
    }),
  "refresh rotations": async (origin) => {
    const sessions = await Promise.all(Array.from({ length: refreshers }, () => logIn(origin, person)));
    return wrk({
      url: `${origin}/oauth/token`,
      connections: refreshers,
      threads: refreshers,
      seconds,
      script: "./refresh.lua",
      env: { LOAD_REFRESH_TOKENS: sessions.map(({ refreshToken }) => refreshToken).join(" ") },
    });
  },
};

for (const [what, load] of Object.entries(loads)) {
  const seen: Record<Name, { rate: number; microseconds: number; cores: number }[]> = { one: [], several: [] };
  for (let round = 0; round <= rounds; round++) {
    for (const name of ["one", "several"] as const) {
      const before = await cpuSeconds(servers[name]);
      const { rate, requests, failures } = await load(servers[name].origin);
      if (failures > 0) throw new Error(`${what}: ${failures} requests failed`);
      const cpu = await cpuSeconds(servers[name]) - before;
      if (round > 0) seen[name].push({ rate, microseconds: cpu / requests * 1e6, cores: cpu / seconds });
    }
  }
  console.log(what);
  for (const name of ["one", "several"] as const) {
    const of = (fact: "rate" | "microseconds" | "cores") => median(seen[name].map((each) => each[fact]));
    const count = name === "one" ? 1 : workers;
    console.log(
      `  ${count} worker${count > 1 ? "s" : ""}: ${Math.round(of("rate"))}/s, ${
        of("microseconds").toFixed(1)
      } µs of CPU ` +
        `each, ${of("cores").toFixed(2)} cores used`,
    );
  }
  const ratio = (fact: "rate" | "microseconds") =>
    median(seen.several.map((each, round) => each[fact] / seen.one[round]![fact])).toFixed(2);
  console.log(`  ratio: rate ${ratio("rate")}, CPU each ${ratio("microseconds")}`);
}
for (const name of ["one", "several"] as const) {
  console.log(`resident memory, ${name}: ${Math.round(await residentMegabytes(servers[name]))} MB`);
}
