/** What the load scripts share: servers as child processes, a person with a token, and wrk. All on 127.0.0.1. */

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

/** Serves Sentinel on the database that `DATABASE_URL` names, in its production settings but for `settings`. */
export async function startSentinel(port: number, settings: Record<string, string> = {}): Promise<Server> {
  const server = start(["src/main.ts", "serve"], port, {
    PORT: String(port),
    SENTINEL_SECRET: new Uint8Array(32).fill(1).toBase64(), // of a throw-away installation
    SENTINEL_PUBLIC_URL: `http://127.0.0.1:${port}`,
    SENTINEL_LOG_FORMAT: "json",
    SENTINEL_RATE_LIMIT: "off", // every client has the same address
    ...settings,
  });
  await until(async () => {
    const ready = await fetch(`${server.origin}/readyz`);
    await ready.body?.cancel();
    if (!ready.ok) throw new Error("not ready");
  });
  return server;
}

/** A new account with its access token. */
export async function newPerson(origin: string) {
  const username = `load-${crypto.randomUUID().slice(0, 8)}`;
  const person = { username, email: `${username}@example.com`, password: "measure twice, cut once" };
  const json = (body: unknown) => ({
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  await (await fetch(`${origin}/register`, json(person))).body?.cancel();
  const tokens = await (await fetch(`${origin}/login`, json(person))).json();
  return { ...person, token: tokens.access_token as string };
}

/** What wrk saw: requests a second, the 99th percentile in milliseconds, and answers that were no success. */
export type Load = { rate: number; p99Ms: number; failures: number };

/** Loads a URL with wrk, one thread; `script` is a file of this folder. */
export async function wrk(
  { url, connections, seconds, token, script, env = {} }: {
    url: string;
    connections: number;
    seconds: number;
    token?: string;
    script?: string;
    env?: Record<string, string>;
  },
): Promise<Load> {
  const options = ["-t1", `-c${connections}`, `-d${seconds}s`, "--latency", "--timeout", "30s"];
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
