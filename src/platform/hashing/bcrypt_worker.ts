/**
 * The thread in which bcrypt runs: hash-wasm computes synchronously, and cost 12 would block every request for 0.3 s.
 */
import { bcrypt } from "hash-wasm";
import type { BcryptJob } from "./hashing.ts";

const thread = self as unknown as {
  onmessage: (event: MessageEvent<BcryptJob>) => void;
  postMessage(digest: Uint8Array): void;
};

/** Returns the 23 bytes of the digest that bcrypt keeps. A failure ends the thread, and its owner starts another. */
thread.onmessage = async ({ data: { password, salt, cost } }) => {
  const digest = await bcrypt({ password, salt, costFactor: cost, outputType: "binary" });
  thread.postMessage(digest.subarray(0, 23));
};
