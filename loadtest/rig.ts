/** What the load scripts share: a schema, servers as child processes, people with tokens, and wrk. All on 127.0.0.1. */
import pg from "pg";

export type Server = AsyncDisposable & { origin: string; pid: number };

/** Starts a script of this repository; it is told its port. */
export function start(args: string[], port: number, env: Record<string, string> = {}): Server {
  const child = new Deno.Command(Deno.execPath(), { args: ["run", "-A", ...args], env, stdout: "null" }).spawn();
  return {
    origin: `http://127.0.0.1:${port}`,
    pid: child.pid,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.status;
    },
  };
}

/** Beside what a script measures: the machine, the date, and what it was told. */
export async function printConditions(conditions: Record<string, string | number>): Promise<void> {
  const [, cpu = "unknown CPU"] = /^model name\s*: (.+)$/m.exec(await Deno.readTextFile("/proc/cpuinfo")) ?? [];
  const [load] = Deno.loadavg();
  const facts = { cores: navigator.hardwareConcurrency, cpu, "load before": load!.toFixed(1), ...conditions };
  console.log(`${new Date().toISOString().slice(0, 10)}, Deno ${Deno.version.deno}`);
  console.log(Object.entries(facts).map(([name, value]) => `${name}: ${value}`).join(" · "));
}

/** The database that `DATABASE_URL` names, with an empty schema `load`, whatever was in it before. */
export async function emptySchema() {
  const pool = new pg.Pool({ connectionString: Deno.env.get("DATABASE_URL"), max: 4 });
  pool.on("error", () => {}); // a script may cut connections
  const name = "load";
  await pool.query(`drop schema if exists ${name} cascade`);
  return {
    name,
    /** Runs one statement; tables of the schema go by their full name. */
    sql: async <Row>(text: string, params: unknown[] = []) => (await pool.query(text, params)).rows as Row[],
    [Symbol.asyncDispose]: () => pool.end(),
  };
}

/** Of a throw-away installation, whose clients all have the same address. */
export const installation = {
  SENTINEL_SECRET: new Uint8Array(32).fill(1).toBase64(),
  SENTINEL_LOG_FORMAT: "json",
  SENTINEL_RATE_LIMIT: "off",
  SENTINEL_DB_SCHEMA: "load",
};

/** Serves Sentinel on the database that `DATABASE_URL` names, in its production settings but for `settings`. */
export async function startSentinel(port: number, settings: Record<string, string> = {}): Promise<Server> {
  const publicUrl = `http://127.0.0.1:${port}`;
  const server = start(["src/main.ts", "serve"], port, {
    ...installation,
    PORT: String(port),
    SENTINEL_PUBLIC_URL: publicUrl,
    ...settings,
  });
  await until(async () => {
    const ready = await fetch(`${server.origin}/readyz`);
    await ready.body?.cancel();
    if (!ready.ok) throw new Error("not ready");
  });
  return server;
}

/** Runs another verb of the binary on the same schema. */
export async function runVerb(words: string[]): Promise<void> {
  const args = ["run", "-A", "src/main.ts", ...words];
  const { success } = await new Deno.Command(Deno.execPath(), { args, env: installation, stdout: "null" }).output();
  if (!success) throw new Error(`sentinel ${words.join(" ")} failed`);
}

/** Who a load script is, with what a login gave: tokens and the session's id. */
export type Person = Awaited<ReturnType<typeof newPerson>>;

/** A new account that has logged in. */
export async function newPerson(origin: string) {
  const username = `load-${crypto.randomUUID().slice(0, 8)}`;
  const person = { username, email: `${username}@example.com`, password: "measure twice, cut once" };
  const { id } = await post(`${origin}/register`, person);
  return { ...person, id: id as string, ...await logIn(origin, person) };
}

/** One more session of the person. */
export async function logIn(origin: string, { username, password }: { username: string; password: string }) {
  const { access_token, refresh_token } = await post(`${origin}/login`, { username, password });
  const { sid } = JSON.parse(atob(access_token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
  return { token: access_token as string, refreshToken: refresh_token as string, sessionId: sid as string };
}

async function post(url: string, body: unknown) {
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return await response.json();
}

/** The sum of a metric's samples whose line begins so, e.g. `sentinel_refreshes_total{outcome="rotated"}`. */
export async function metric(origin: string, sample: string): Promise<number> {
  const lines = (await (await fetch(`${origin}/metrics`)).text()).split("\n");
  return lines.filter((line) => line.startsWith(sample)).reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}

/** What wrk saw: requests a second, the 99th percentile in milliseconds, and answers that were no success. */
export type Load = { rate: number; p99Ms: number; failures: number };

/** Loads a URL with wrk, one thread unless told otherwise; `script` is a file of this folder. */
export async function wrk(
  { url, connections, threads = 1, seconds, token, script, env = {} }: {
    url: string;
    connections: number;
    threads?: number;
    seconds: number;
    token?: string;
    script?: string;
    env?: Record<string, string>;
  },
): Promise<Load> {
  const options = [`-t${threads}`, `-c${connections}`, `-d${seconds}s`, "--latency", "--timeout", "30s"];
  if (token) options.push("-H", `Authorization: Bearer ${token}`);
  if (script) options.push("-s", new URL(script, import.meta.url).pathname);
  const { stdout } = await new Deno.Command("wrk", { args: [...options, url], env }).output();
  const report = new TextDecoder().decode(stdout);
  const [, p99 = "NaN", unit = ""] = /99%\s+([\d.]+)(us|ms|s)/.exec(report) ?? [];
  return {
    rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(report)?.[1]),
    p99Ms: Number(p99) * ({ us: 0.001, ms: 1, s: 1000 }[unit] ?? NaN),
    failures: Number(/Non-2xx or 3xx responses: (\d+)/.exec(report)?.[1] ?? 0),
  };
}

/** Tries until it works, for ten seconds. */
export async function until(attempt: () => Promise<unknown>): Promise<void> {
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

export async function residentMegabytes({ pid }: Server): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

export function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
