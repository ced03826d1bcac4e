import { onPostgres, testConnection } from "./database.ts";
import { type Sentinel, startSentinel } from "./harness.ts";
import { startFaultProxy } from "./servers/fault_proxy.ts";

/** Three replicas; on the embedded database all three are the same one. */
export type Replicas = readonly [Sentinel, Sentinel, Sentinel];

/**
 * Starts three replicas on one schema, which run until the end of the file; on the embedded database only one. A `deaf`
 * last replica hears of no changes. `cheapHashes` as in {@link startSentinel}.
 */
export async function startReplicas({ deaf = false, cheapHashes = true } = {}): Promise<Replicas> {
  const first = await startSentinel({ cheapHashes });
  const { schema } = first;
  const settings = deaf ? { SENTINEL_CHANGE_FEED: "ttl" } : {};
  const replicas: Replicas = onPostgres
    ? [first, await startSentinel({ schema, cheapHashes }), await startSentinel({ schema, settings, cheapHashes })]
    : [first, first, first];
  Deno.test.afterAll(async () => {
    for (const replica of new Set([...replicas].reverse())) await replica[Symbol.asyncDispose]();
  });
  return replicas;
}

/** A replica on the schema whose connections to PostgreSQL lead through `proxy`. It runs no jobs. */
export async function startBehindProxy(schema: string) {
  const connection = testConnection();
  if (connection.kind !== "url") throw new Error("only PostgreSQL has connections to cut");
  const url = new URL(connection.url);
  await using stack = new AsyncDisposableStack();
  const proxy = stack.use(await startFaultProxy({ hostname: url.hostname, port: Number(url.port || 5432) }));
  url.hostname = "127.0.0.1";
  url.port = String(proxy.port);
  const behind = stack.use(await startSentinel({ lasting: false, schema, settings: { DATABASE_URL: url.href } }));
  const resources = stack.move();
  return { proxy, behind, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}
