import { Buffer } from "node:buffer";
import { listen } from "../http/listener.ts";
import type { Handler } from "../http/handler.ts";

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** One answer, as it came. */
export type Spoken = { status: number; headers: Headers; body: string };

/** Serves the handler on a free port of this machine, and speaks to it by hand. */
export function overSockets(handle: Handler) {
  const listener = listen({ hostname: "127.0.0.1", port: 0, log: silent }, handle);
  const { port } = listener.address;
  return { port, speak, [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose]() };

  /**
   * Sends these lines, and then the body, as no client library would; undefined when the server hung up without an
   * answer. `Connection: close` is added.
   */
  async function speak(lines: (string | Uint8Array)[], body: string | Uint8Array = ""): Promise<Spoken | undefined> {
    using socket = await Deno.connect({ hostname: "127.0.0.1", port });
    const [first, ...rest] = lines;
    const head = [first!, "Host: localhost", "Connection: close", ...rest].flatMap((line) => [line, "\r\n"]);
    const bytes = Buffer.concat([...head, "\r\n", body].map((part) => Buffer.from(part as Uint8Array)));
    const written = writeAll(socket, bytes).catch(() => {}); // it may hang up before it has heard everything
    const answer = await readAll(socket);
    await written;
    return answer.length === 0 ? undefined : parse(answer.toString("latin1"));
  }
}

async function writeAll(socket: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) written += await socket.write(bytes.subarray(written));
}

async function readAll(socket: Deno.Conn): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  const buffer = new Uint8Array(65_536);
  try {
    for (let size = await socket.read(buffer); size !== null; size = await socket.read(buffer)) {
      chunks.push(buffer.slice(0, size));
    }
  } catch {
    // What came before a reset counts.
  }
  return Buffer.concat(chunks);
}

function parse(answer: string): Spoken {
  const end = answer.indexOf("\r\n\r\n");
  const [statusLine, ...lines] = answer.slice(0, end).split("\r\n");
  const headers = new Headers(lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  }));
  return { status: Number(statusLine!.split(" ")[1]), headers, body: answer.slice(end + 4) };
}
