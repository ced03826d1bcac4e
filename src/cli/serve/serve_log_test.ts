import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { briefEngineEnv, dataFolder } from "../../testing/servers/data_folder.ts";
import { freePort } from "../../testing/servers/postgres_cluster.ts";
import { until } from "../../testing/servers/process.ts";

const requests = 30_000; // more than the pipe, a batch and the waiting lines can hold together
const connections = 4;

/** A `serve` on the embedded database whose standard output is a pipe that is read only when the test says so. */
async function serveIntoPipe() {
  const data = await dataFolder();
  const port = freePort();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-prompt", fileURLToPath(new URL("../../main.ts", import.meta.url)), "serve"],
    clearEnv: true,
    env: {
      HOME: data.path,
      PORT: String(port),
      SENTINEL_DATA_DIR: data.path,
      SENTINEL_LOG_FORMAT: "json",
      ...briefEngineEnv,
    },
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  let over = false;
  const exit = child.status.finally(() => over = true);
  await until("it serves", () => fetch(`http://127.0.0.1:${port}/readyz`).then(isOk, () => false));
  return {
    port,
    /** Stops it and returns everything that it wrote. */
    async end(): Promise<string> {
      const text = new Response(child.stdout).text();
      child.kill("SIGTERM");
      return await text;
    },
    signal: (signal: Deno.Signal) => child.kill(signal),
    isOver: () => over,
    exit,
    async [Symbol.asyncDispose]() {
      if (!over) child.kill("SIGKILL");
      await exit;
      await data[Symbol.asyncDispose]();
    },
  };
}

async function isOk(response: Response): Promise<boolean> {
  await response.body?.cancel();
  return response.ok;
}

/** Sends this many requests on one connection without waiting for the answers, and returns how many were 200. */
async function pipelined(port: number, path: string, count: number): Promise<number> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const ask = (more = "") => `GET ${path} HTTP/1.1\r\nhost: localhost:${port}\r\n${more}\r\n`;
  const sending = new Blob([ask().repeat(count - 1), ask("connection: close\r\n")]).stream()
    .pipeTo(connection.writable, { preventClose: true });
  let answered = 0;
  let rest = "";
  for await (const text of connection.readable.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split("HTTP/1.1 200 OK\r\n");
    answered += parts.length - 1;
    rest = parts.at(-1)!.slice(-20);
  }
  await sending;
  return answered;
}

Deno.test({
  name: "F39 a standard output that takes nothing holds up no request: what does not fit is dropped and counted",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await using sentinel = await serveIntoPipe();
    const each = requests / connections;
    const answered = await Promise.all(
      Array.from({ length: connections }, () => pipelined(sentinel.port, "/livez", each)),
    );
    assert.deepEqual(answered, Array(connections).fill(each));

    const metrics = await (await fetch(`http://127.0.0.1:${sentinel.port}/metrics`)).text();
    const dropped = Number(/^sentinel_log_lines_dropped_total (\d+)$/m.exec(metrics)?.[1]);
    assert.ok(dropped > 0, "nothing was dropped: the pipe took all of it");
    const written = await sentinel.end();
    await sentinel.exit;
    const lines = written.split("\n").filter((line) => line.includes('"route":"/livez"'));
    assert.equal(lines.length + dropped, requests, "a line is written or counted");
    for (const line of lines) assert.equal(JSON.parse(line).msg, "request");
  },
});

Deno.test({
  name: "F39 F45 a standard output that takes nothing keeps nobody from ending the server",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await using sentinel = await serveIntoPipe();
    await pipelined(sentinel.port, "/livez", 4_000); // many times the capacity of the pipe
    sentinel.signal("SIGTERM");
    await until("it has ended", sentinel.isOver);
    assert.equal((await sentinel.exit).code, 0);
  },
});
