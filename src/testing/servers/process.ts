import { fileURLToPath } from "node:url";
import { briefEngineEnv } from "./data_folder.ts";
import { freePort } from "./postgres_cluster.ts";

/** A `sentinel serve` process, which tests can signal and kill. */
export type ServeProcess = Awaited<ReturnType<typeof startServe>>;

/** How the process ended: its exit code, or the signal that ended it. */
export type Exit = { code: number; signal: Deno.Signal | null };

const house = fileURLToPath(new URL("../../../", import.meta.url));
/**
 * The binary with the lengthened deadlines of the tests, so that a busy machine causes no failure. Tests of faults and
 * deadlines start the binary itself.
 */
export const patientServe = "src/testing/servers/patient_serve.ts";

const pollMs = 20;
const polledMsMax = 120_000; // a failed test is better than one that hangs
const livesMsMax = 300_000; // then the process is killed, so that a test that waits for its end fails
const answerMsMax = 60_000; // also a limit: many times what any answer may take

/** What to start; see {@link startServe}. */
type Start = {
  env: Record<string, string>;
  wait?: "ready" | "not";
  port?: number;
  /** What is started in place of the binary: a program of this repository, or any command. */
  program?: string;
  command?: string[];
  folder?: string;
  /** The limit of open files. */
  descriptorsMax?: number;
  /** When it is killed, for a file whose tests share one process. */
  livesMsMax?: number;
};

/**
 * Starts `serve` with only these settings, and waits until `/readyz` answers 200 unless `wait` says otherwise. Disposal
 * kills it.
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
    /** Everything that it has written to both outputs. */
    output: () => output,
    isOver: () => over,
    pid: child.pid,
    /** The number of its open files and sockets (Linux). */
    descriptors: () => [...Deno.readDirSync(`/proc/${child.pid}/fd`)].length,
    exit,
    /** Sends the signal, without waiting for the end. */
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

  /** Sends a request over a new connection. */
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
      return undefined; // the port is not open yet
    }
  }

  /** The value of a metric, such as `name{label="value"}`. */
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
      ...(!command && briefEngineEnv),
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

/** Repeats until it is true. Fails when it does not become true in time. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = polledMsMax,
): Promise<void> {
  for (let waitedMs = 0; waitedMs < withinMs; waitedMs += pollMs) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  throw new Error(`did not become true: ${what}`);
}
