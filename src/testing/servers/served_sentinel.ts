import { startSentinel } from "../harness.ts";
import { overSockets } from "../traffic/sockets.ts";

/**
 * A Sentinel that is reached at its public URL, which is its issuer. `state.isDown`: it answers 503, without a body.
 */
export async function serveSentinel() {
  await using stack = new AsyncDisposableStack();
  const started: { sentinel?: Awaited<ReturnType<typeof startSentinel>> } = {};
  const state = { isDown: false };
  const server = stack.use(overSockets((...given) => {
    if (state.isDown) return Promise.resolve(new Response(null, { status: 503 }));
    return started.sentinel!.handle(...given);
  }));
  const issuer = `http://localhost:${server.port}`;
  const sentinel = await startSentinel({ settings: { SENTINEL_PUBLIC_URL: issuer } });
  started.sentinel = sentinel;
  stack.use(sentinel);
  const held = stack.move();
  return { sentinel, issuer, state, [Symbol.asyncDispose]: () => held.disposeAsync() };
}
