/** The thread bcrypt runs on: hash-wasm computes where it is called, and cost 12 would hold up every request for 0.3 s. */
import { bcrypt } from "hash-wasm";
import type { BcryptJob } from "./hashing.ts";

const thread = self as unknown as {
  onmessage: (event: MessageEvent<BcryptJob>) => void;
  postMessage(digest: Uint8Array): void;
};

/** Answers the 23 bytes that bcrypt keeps of its 24. What fails here ends the thread, and its owner starts another. */
thread.onmessage = async ({ data: { password, salt, cost } }) => {
  const digest = await bcrypt({ password, salt, costFactor: cost, outputType: "binary" });
  thread.postMessage(digest.subarray(0, 23));
};
