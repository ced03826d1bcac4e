/**
 * How much of the runtime's own speed is left in `GET /users/me` with all production middleware.
 *
 *   DATABASE_URL=postgres://… deno run -A loadtest/me_ratio.ts [rounds] [seconds]
 *
 * Serves Sentinel, a raw `Deno.serve` that reads the Authorization header and answers the same headers and bytes, and
 * one that answers a bare "hi"; loads each in turn with the same client (`wrk`, 1 thread, 32 connections), and prints
 * the median of the rounds and the ratios. Needs wrk on the PATH. Everything is on 127.0.0.1.
 */
const [rounds = 5, seconds = 4] = Deno.args.map(Number);
const ports = { sentinel: 8100, same_bytes: 8101, hi: 8102 };
type Name = keyof typeof ports;

const secret = crypto.getRandomValues(new Uint8Array(32)).toBase64();
await using sentinel = start(["src/main.ts", "serve"], {
  PORT: String(ports.sentinel),
  SENTINEL_SECRET: secret,
  SENTINEL_PUBLIC_URL: `http://127.0.0.1:${ports.sentinel}`,
  SENTINEL_LOG_FORMAT: "json",
});
const token = await login();
const me = await fetch(url("sentinel"), { headers: { authorization: `Bearer ${token}` } });
const body = await me.text();
const { date: _date, "content-length": _length, vary: _vary, ...headers } = Object.fromEntries(me.headers);
await using _raw = start(["loadtest/baselines/same_bytes.ts", String(ports.same_bytes), body, JSON.stringify(headers)]);
await using _hi = start(["loadtest/baselines/hi.ts", String(ports.hi)]);

const names = Object.keys(ports) as Name[];
for (const name of names) await until(() => fetch(url(name), { headers: { authorization: `Bearer ${token}` } }));
const rates: Record<Name, number[]> = { sentinel: [], same_bytes: [], hi: [] };
for (let round = 0; round < rounds + 1; round++) {
  for (const name of names) {
    const rate = await load(name);
    if (round > 0) rates[name].push(rate); // the first round warms up
  }
}
const per = Object.fromEntries(names.map((name) => [name, median(rates[name])])) as Record<Name, number>;
for (const name of names) console.log(`${name.padEnd(10)} ${Math.round(per[name])} requests/s`);
console.log(`sentinel / same_bytes  ${(per.sentinel / per.same_bytes).toFixed(2)}`);
console.log(`sentinel / hi          ${(per.sentinel / per.hi).toFixed(2)}`);
console.log(`rss of sentinel        ${(await residentMegabytes(sentinel.pid)).toFixed(0)} MB`);

function url(name: Name): string {
  return `http://127.0.0.1:${ports[name]}${name === "sentinel" ? "/users/me" : "/"}`;
}

function start(args: string[], env: Record<string, string> = {}) {
  const child = new Deno.Command(Deno.execPath(), { args: ["run", "-A", ...args], env, stdout: "null" }).spawn();
  return Object.assign(child, {
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.status;
    },
  });
}

async function login(): Promise<string> {
  const origin = `http://127.0.0.1:${ports.sentinel}`;
  await until(async () => {
    const ready = await fetch(`${origin}/readyz`);
    await ready.body?.cancel();
    if (!ready.ok) throw new Error("not ready");
  });
  const name = `wrk-${crypto.randomUUID().slice(0, 8)}`;
  const person = { username: name, email: `${name}@example.com`, password: "measure twice, cut once" };
  const json = { method: "POST", headers: { "content-type": "application/json" } };
  await (await fetch(`${origin}/register`, { ...json, body: JSON.stringify(person) })).body?.cancel();
  const tokens = await fetch(`${origin}/login`, { ...json, body: JSON.stringify(person) });
  return (await tokens.json()).access_token;
}

async function until(attempt: () => Promise<unknown>): Promise<void> {
  for (let tries = 0;; tries++) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (tries > 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function load(name: Name): Promise<number> {
  const header = `Authorization: Bearer ${token}`;
  const { stdout } = await new Deno.Command("wrk", {
    args: ["-t1", "-c32", `-d${seconds}s`, "-H", header, url(name)],
  }).output();
  const report = new TextDecoder().decode(stdout);
  if (/Non-2xx/.test(report)) throw new Error(report);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(report)?.[1]);
}

async function residentMegabytes(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
