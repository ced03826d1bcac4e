import { onPostgres } from "./database.ts";
import { type Sentinel, startSentinel } from "./harness.ts";

/** What is asked of several at once; on the embedded database the three are one. */
export type Replicas = readonly [Sentinel, Sentinel, Sentinel];

/**
 * Three replicas on one schema, until the file has run; the embedded database serves one. If the last is `deaf`, it hears
 * of no change: what it changes itself it must forget by itself. `cheapHashes` as in {@link startSentinel}.
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
