import { Buffer } from "node:buffer";
import { listen } from "../../http/server/listener.ts";
import type { Handler } from "../../http/server/handler.ts";

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** An answer as it was received. */
export type Spoken = { status: number; headers: Headers; body: string };

/** Serves the handler on a free port of this machine, and sends it raw bytes. */
export function overSockets(handle: Handler) {
  const listener = listen({ hostname: "127.0.0.1", port: 0, log: silent }, handle);
  const { port } = listener.address;
  return { port, speak, exchange, [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose]() };

  /**
   * Sends these lines and the body as they are; undefined when the server closed the connection without an answer. It
   * adds `Connection: close`, and a Host header unless one of the lines is one.
   */
  async function speak(lines: (string | Uint8Array)[], body: string | Uint8Array = ""): Promise<Spoken | undefined> {
    const [first, ...rest] = lines;
    const host = rest.some((line) => /^host:/i.test(String(line))) ? [] : ["Host: localhost"];
    const head = [first!, ...host, "Connection: close", ...rest].flatMap((line) => [line, "\r\n"]);
    const answer = await exchange(
      Buffer.concat([...head, "\r\n", body].map((part) => Buffer.from(part as Uint8Array))),
    );
    return answer.length === 0 ? undefined : parseAnswers(answer)[0];
  }

  /** Sends exactly these bytes, and returns everything received until the server closed the connection. */
  async function exchange(bytes: Uint8Array): Promise<Buffer> {
    using socket = await Deno.connect({ hostname: "127.0.0.1", port });
    const written = writeAll(socket, bytes).catch(() => {}); // the server may close the connection before it has read everything
    const answer = await readAll(socket);
    await written;
    return answer;
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
    // Bytes that arrived before a reset count.
  }
  return Buffer.concat(chunks);
}

/** Parses consecutive HTTP/1.1 answers of one connection (RFC 9112 §9.3). */
export function parseAnswers(bytes: Uint8Array): Spoken[] {
  const text = Buffer.from(bytes).toString("latin1");
  const answers: Spoken[] = [];
  for (let start = 0; start < text.length;) {
    const end = text.indexOf("\r\n\r\n", start);
    const [statusLine, ...lines] = text.slice(start, end).split("\r\n");
    const headers = new Headers(lines.map((line): [string, string] => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    }));
    const status = Number(statusLine!.split(" ")[1]);
    const length = headers.get("content-length") ?? (status === 204 ? 0 : text.length);
    const from = end + 4;
    const { body, next } = headers.get("transfer-encoding") === "chunked"
      ? readChunks(text, from)
      : { body: text.slice(from, from + Number(length)), next: from + Number(length) };
    answers.push({ status, headers, body });
    start = next;
  }
  return answers;
}

/** The chunks that begin at `from`, and where they end (RFC 9112 §7.1). */
function readChunks(text: string, from: number): { body: string; next: number } {
  let body = "";
  for (let at = from;;) {
    const data = text.indexOf("\r\n", at) + 2;
    const size = Number.parseInt(text.slice(at, data), 16);
    if (!(size > 0)) return { body, next: data + 2 };
    body += text.slice(data, data + size);
    at = data + size + 2;
  }
}
