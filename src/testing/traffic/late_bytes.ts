import { Buffer } from "node:buffer";
import { type Sentinel } from "../harness.ts";
import { overSockets, parseAnswers, type Spoken } from "./sockets.ts";

/** Serves the replica on a socket, and reports when a request has reached it. */
export function slowSockets({ handle }: Pick<Sentinel, "handle">) {
  let arrived = () => {};
  const server = overSockets((request, info) => {
    const response = handle(request, info);
    arrived();
    return response;
  });
  return { send, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };

  /**
   * Sends all but the last byte of the body, runs `meanwhile` when the request has arrived, and then sends the last
   * byte.
   */
  async function send(bytes: Buffer, meanwhile: () => Promise<unknown>): Promise<Spoken> {
    if (bytes.toString().endsWith("\r\n\r\n")) {
      await meanwhile(); // without a body, no byte can be late
      return parseAnswers(await server.exchange(bytes))[0]!;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    arrived = resolve;
    using socket = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
    await socket.write(bytes.subarray(0, -1));
    await promise;
    await meanwhile();
    await socket.write(bytes.subarray(-1));
    const answer = Buffer.from(await new Response(socket.readable).arrayBuffer());
    return parseAnswers(answer)[0]!;
  }
}

/** The bytes of a request that closes its connection. */
export function requestBytes(
  line: string,
  { token, type, body = "" }: { token?: string; type?: string; body?: string },
): Buffer {
  return Buffer.from(
    [
      `${line} HTTP/1.1`,
      "Host: localhost:8000",
      "Connection: close",
      ...token ? [`Authorization: Bearer ${token}`] : [],
      ...body && type ? [`Content-Type: ${type}`] : [],
      `Content-Length: ${Buffer.byteLength(body)}`,
      "",
      body,
    ].join("\r\n"),
  );
}

/** The tables that an operation can change. */
export const changeable = [
  ...["users", "grants", "sessions", "roles", "role_permissions", "role_parents", "role_exclusions", "permissions"],
  ...["role_exclusion_members", "audit_events", "audit_details", "api_keys", "secrets"],
];

/** A digest of all rows of each table, in whatever order: a sum of 64-bit hashes, which needs no sorting. */
export async function digests(
  { db }: Pick<Sentinel, "db">,
  tables: readonly string[] = changeable,
): Promise<Record<string, string>> {
  const digest = (table: string) => `(select sum(hashtextextended(t::text, 0)) from ${table} t) as ${table}`;
  const [row] = await db.query<Record<string, string>>("test", `select ${tables.map(digest).join(", ")}`);
  return row!;
}
