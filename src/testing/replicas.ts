import { onPostgres } from "./database.ts";
import { type Sentinel, startSentinel } from "./harness.ts";

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
