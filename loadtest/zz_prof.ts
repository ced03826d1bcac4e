import { emptySchema, logIn, metric, newPerson, until, wrk } from "./rig.ts";
const [clients = 16, seconds = 6, prof = 1] = Deno.args.map(Number);
await using schema = await emptySchema();
const port = 8100, origin = `http://127.0.0.1:${port}`;
const child = new Deno.Command(Deno.execPath(), {
  args: ["run", "-A", ...(prof ? ["--cpu-prof", "--cpu-prof-dir=/tmp/prof"] : []), "src/main.ts", "serve"],
  cwd: "/tmp/wt/measure",
  stdout: "null",
  env: {
    PORT: String(port),
    SENTINEL_SECRET: new Uint8Array(32).fill(1).toBase64(),
    SENTINEL_PUBLIC_URL: origin,
    SENTINEL_LOG_FORMAT: "json",
    SENTINEL_RATE_LIMIT: "off",
    SENTINEL_DB_SCHEMA: "load",
    SENTINEL_DB_POOL_SIZE: Deno.env.get("POOL") ?? "10",
  },
}).spawn();
await until(async () => {
  const r = await fetch(`${origin}/readyz`);
  await r.body?.cancel();
  if (!r.ok) throw 1;
});
const person = await newPerson(origin);
const sessions = await Promise.all(Array.from({ length: clients }, () => logIn(origin, person)));
const go = async (s: number) =>
  wrk({
    url: `${origin}/oauth/token`,
    connections: clients,
    threads: clients,
    seconds: s,
    script: "./refresh.lua",
    env: { LOAD_REFRESH_TOKENS: toks() },
  });
const toks = () => cur.map((x) => x.refreshToken).join(" ");
let cur = sessions;
await go(2);
cur = await Promise.all(Array.from({ length: clients }, () => logIn(origin, person)));
const pgcpu = async () => {
  let t = 0;
  for (
    const { pid } of await schema.sql<{ pid: number }>(
      "select pid from pg_stat_activity where datname = current_database() and application_name = 'sentinel'",
    )
  ) {
    const f = (await Deno.readTextFile(`/proc/${pid}/stat`)).split(") ")[1].split(" ");
    t += +f[11] + +f[12];
  }
  return t / 100;
};
const c0 = await metric(origin, "process_cpu_seconds_total "),
  r0 = await metric(origin, 'sentinel_refreshes_total{outcome="rotated"}'),
  p0 = await pgcpu();
const l = await go(seconds);
const c1 = await metric(origin, "process_cpu_seconds_total "),
  r1 = await metric(origin, 'sentinel_refreshes_total{outcome="rotated"}'),
  p1 = await pgcpu();
const n = r1 - r0;
console.log(
  `RATE ${(n / seconds).toFixed(0)}/s server ${((c1 - c0) / n * 1e3).toFixed(3)} ms, backends ${
    ((p1 - p0) / n * 1e3).toFixed(3)
  } ms, p99 ${l.p99Ms}, load ${Deno.loadavg()[0]}`,
);
child.kill("SIGTERM");
await child.status;
