import { fileURLToPath } from "node:url";
import { freePort } from "./postgres_cluster.ts";

/** A `sentinel serve` of its own process, to be signalled and killed. */
export type ServeProcess = Awaited<ReturnType<typeof startServe>>;

/** How the process ended: its exit code, and the signal that ended it if one did. */
export type Exit = { code: number; signal: Deno.Signal | null };

const house = fileURLToPath(new URL("../../../", import.meta.url));
/**
 * The binary with the deadlines of the suite, for a test that is about no deadline: a busy machine is no failure there.
 * Tests of faults start the binary itself.
 */
export const patientServe = "src/testing/servers/patient_serve.ts";

const pollMs = 20;
const polledMsMax = 120_000; // fails the test in place of hanging it
const livesMsMax = 300_000; // then it is killed: whoever waits for its end fails, in place of waiting for ever
const answerMsMax = 60_000; // as well: many times what any answer may take

/** What to start; see {@link startServe}. */
type Start = {
  env: Record<string, string>;
  wait?: "ready" | "not";
  port?: number;
  /** What stands in for the binary: a program of this house, or any command. */
  program?: string;
  command?: string[];
  folder?: string;
  /** What the system allows it. */
  descriptorsMax?: number;
  /** When it is killed, for a file whose tests share one process. */
  livesMsMax?: number;
};

/**
 * Starts the binary's `serve` with these settings and no others, and waits until `/readyz` says 200, or goes on at once
 * if `wait` says so. Disposal kills it.
 */
export async function startServe({ wait = "ready", port = freePort(), ...start }: Start) {
  const child = spawn(port, start);
  const killer = setTimeout(() => child.kill("SIGKILL"), start.livesMsMax ?? livesMsMax);
  let output = "";
  let over = false;
  const read = Promise.all([child.stdout, child.stderr].map(async (stream) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) output += text;
  }));
  const exit: Promise<Exit> = Promise.all([child.status, read]).then(([{ code, signal }]) => {
    over = true;
    clearTimeout(killer);
    return { code, signal };
  });
  const serve = {
    port,
    fetch,
    metric,
    /** Everything it has written, to both outputs. */
    output: () => output,
    isOver: () => over,
    pid: child.pid,
    /** How many files and sockets it holds (Linux). */
    descriptors: () => [...Deno.readDirSync(`/proc/${child.pid}/fd`)].length,
    exit,
    /** Sends the signal; whether it is over then is another matter. */
    signal: (signal: Deno.Signal) => child.kill(signal),
    async [Symbol.asyncDispose]() {
      if (!over) child.kill("SIGKILL");
      await exit;
    },
  };
  if (wait === "ready") {
    await until("it is ready", async () => {
      if (over) throw new Error(`serve ended before it was ready:\n${output}`);
      return await statusOf("/readyz") === 200;
    });
  }
  return serve;

  /** Asks over a connection that is not used again. */
  function fetch(path: string, { headers, ...init }: RequestInit = {}): Promise<Response> {
    return globalThis.fetch(`http://127.0.0.1:${port}${path}`, {
      ...init,
      headers: { ...Object.fromEntries(new Headers(headers)), connection: "close" },
      signal: AbortSignal.timeout(answerMsMax),
    });
  }

  async function statusOf(path: string): Promise<number | undefined> {
    try {
      const response = await fetch(path);
      await response.body?.cancel();
      return response.status;
    } catch {
      return undefined; // not listening yet
    }
  }

  /** The value of a metric's sample, as `name{label="value"}`. */
  async function metric(sample: string): Promise<number> {
    const text = await (await fetch("/metrics")).text();
    const line = text.split("\n").find((line) => line.startsWith(`${sample} `));
    return Number(line?.slice(sample.length + 1));
  }
}

function spawn(port: number, { env, program = "src/main.ts", command, descriptorsMax, folder = house }: Start) {
  const { PATH = "", HOME = "" } = Deno.env.toObject();
  const given = command ?? [Deno.execPath(), "run", "-A", "--no-prompt", program];
  const [file, ...args] = limited([...given, "serve"], descriptorsMax);
  return new Deno.Command(file!, {
    args,
    cwd: folder,
    clearEnv: true,
    env: {
      PATH,
      HOME,
      NO_COLOR: "1",
      PORT: String(port),
      SENTINEL_LOG_FORMAT: "json",
      SENTINEL_RATE_LIMIT: "off",
      ...env,
    },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

function limited(command: string[], descriptorsMax: number | undefined): string[] {
  return descriptorsMax === undefined
    ? command
    : ["sh", "-c", `ulimit -n ${descriptorsMax}; exec "$0" "$@"`, ...command];
}

/** Asks again and again until it is so; fails when it never is. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = polledMsMax,
): Promise<void> {
  for (let waitedMs = 0; waitedMs < withinMs; waitedMs += pollMs) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  throw new Error(`never came true: ${what}`);
}
