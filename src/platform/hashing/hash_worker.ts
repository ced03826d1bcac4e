/** The thread in which bcrypt, md5-crypt and sha-crypt run, as hash-wasm computes synchronously. */
import { bcrypt } from "hash-wasm";
import { crypt } from "./crypt.ts";
import type { HashJob } from "./hash_threads.ts";

const thread = self as unknown as {
  onmessage: (event: MessageEvent<HashJob>) => void;
  postMessage(digest: Uint8Array): void;
};

/**
 * Returns the digest; of bcrypt's, the 23 bytes that it keeps. A failure ends the thread, and its owner starts another.
 */
thread.onmessage = async ({ data: job }) => {
  if (job.kind === "crypt") return thread.postMessage(await crypt(job));
  const { password, salt, cost } = job;
  const digest = await bcrypt({ password, salt, costFactor: cost, outputType: "binary" });
  thread.postMessage(digest.subarray(0, 23));
};
