/** A client with one kept-alive connection, to time single requests: it adds less time than `fetch` does. */

/** A request. */
export type Ask = {
  method?: string;
  path: string;
  token?: string;
  json?: unknown;
  form?: Record<string, string>;
  headers?: Record<string, string>;
  /** The expected status, if it is neither a success nor a redirect. */
  status?: number;
};

/** An answer, and how long it took. */
export type Answer = { status: number; head: string; body: string; ms: number };

export type Connection = Awaited<ReturnType<typeof connect>>;

/** Opens the connection. It sends one request at a time. */
export async function connect(origin: string) {
  const { hostname, port, host } = new URL(origin);
  const socket = await Deno.connect({ hostname, port: Number(port) });
  socket.setNoDelay();
  const buffer = new Uint8Array(1024 * 1024);
  return { ask, [Symbol.dispose]: () => socket.close() };

  /** @throws {Error} when the answer is another one than expected. */
  async function ask(what: Ask): Promise<Answer> {
    const bytes = encode(host, what);
    const started = performance.now();
    for (let sent = 0; sent < bytes.length;) sent += await socket.write(bytes.subarray(sent));
    const { head, body } = await receive();
    const ms = performance.now() - started;
    const answer = { status: Number(head.slice(9, 12)), head, body: new TextDecoder().decode(body), ms };
    if (what.status ? answer.status !== what.status : answer.status >= 400) {
      throw new Error(`${what.path}: ${answer.status} ${answer.body}`);
    }
    return answer;
  }

  async function receive(): Promise<{ head: string; body: Uint8Array }> {
    let [size, head, from] = [0, "", 0];
    for (;;) {
      const read = await socket.read(buffer.subarray(size));
      if (!read) throw new Error("the server closed the connection, or the answer is too long for this client");
      size += read;
      if (head === "") {
        const text = new TextDecoder().decode(buffer.subarray(0, size));
        const end = text.indexOf("\r\n\r\n");
        if (end < 0) continue;
        head = text.slice(0, end);
        from = end + 4; // the head is ASCII (RFC 9112 §2.2)
      }
      const body = bodyOf(head, buffer.subarray(from, size));
      if (body) return { head, body };
    }
  }
}

/** The body, once all of it has come: by its length, or in chunks (RFC 9112 §6, §7.1). */
function bodyOf(head: string, bytes: Uint8Array): Uint8Array | undefined {
  const length = Number(/^content-length: (\d+)/im.exec(head)?.[1]);
  if (!Number.isNaN(length)) return bytes.length >= length ? bytes.subarray(0, length) : undefined;
  const chunks: number[] = [];
  for (let at = 0;;) {
    const lineEnd = bytes.indexOf(10, at);
    if (lineEnd < 0) return undefined;
    const size = parseInt(new TextDecoder().decode(bytes.subarray(at, lineEnd)), 16);
    const end = lineEnd + 1 + size;
    if (bytes.length < end + 2) return undefined;
    if (size === 0) return Uint8Array.from(chunks);
    chunks.push(...bytes.subarray(lineEnd + 1, end));
    at = end + 2;
  }
}

function encode(host: string, { method, path, token, json, form, headers = {} }: Ask): Uint8Array {
  const body = json !== undefined ? JSON.stringify(json) : form ? `${new URLSearchParams(form)}` : "";
  const type = json !== undefined ? "application/json" : "application/x-www-form-urlencoded";
  const bytes = new TextEncoder().encode(body);
  const head = [
    `${method ?? (body === "" ? "GET" : "POST")} ${path} HTTP/1.1`,
    `Host: ${host}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(token === undefined ? [] : [`Authorization: Bearer ${token}`]),
    ...(body === "" ? [] : [`Content-Type: ${type}`, `Content-Length: ${bytes.length}`]),
  ];
  return new TextEncoder().encode(`${head.join("\r\n")}\r\n\r\n${body}`);
}
