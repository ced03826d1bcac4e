import type { CryptJob } from "./crypt.ts";
import { hashingClosed } from "./hash_queue.ts";

/** The message to a thread: `password` has 1 to 72 bytes for bcrypt, and `salt` 16. */
export type HashJob =
  | { kind: "bcrypt"; password: Uint8Array; salt: Uint8Array; cost: number }
  | { kind: "crypt" } & CryptJob;

export type HashThreads = ReturnType<typeof createHashThreads>;

/** Threads for hashes that are no native ones, started on demand and kept. One that fails is terminated. */
export function createHashThreads(start: () => Worker) {
  const idle = new Set<Worker>();
  const busy = new Map<Worker, (reason: Error) => void>();
  let closed = false;
  return { derive, close };

  async function derive(job: HashJob): Promise<Uint8Array> {
    if (closed) throw hashingClosed();
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    const [worker = start()] = idle;
    idle.delete(worker);
    busy.set(worker, reject);
    worker.onmessage = ({ data }) => {
      busy.delete(worker);
      idle.add(worker);
      resolve(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      end(worker, new Error("a hashing thread failed", { cause: event.message }));
    };
    worker.postMessage(job);
    return await promise;
  }

  function end(worker: Worker, reason: Error) {
    worker.terminate();
    busy.get(worker)?.(reason);
    busy.delete(worker);
    idle.delete(worker);
  }

  function close() {
    closed = true;
    for (const worker of [...idle, ...busy.keys()]) end(worker, hashingClosed());
  }
}

export function startHashThread(): Worker {
  return new Worker(new URL("./hash_worker.ts", import.meta.url), { type: "module" });
}
