import type { Snapshot } from "../../platform/metrics.ts";

/** What a further worker needs to serve as the first one does. */
export type WorkerStart = {
  env: Record<string, string>;
  secret: Uint8Array;
  /** Its place among the workers; the first one has 0. */
  index: number;
  count: number;
  /** How many times as long as usual this process waits for the database. */
  patience: number;
};

/** What the first worker calls in each further one. */
export type WorkerFunctions = {
  /** Answers at once, unless the thread is blocked. */
  alive(): void;
  /** Resolves when it serves. */
  start(start: WorkerStart): Promise<void>;
  isReady(): Promise<boolean>;
  snapshot(): Snapshot;
  drain(): void;
  /** Stops listening. Resolves when the requests in flight are answered. */
  stop(): Promise<void>;
  /** Ends everything else, and writes the last lines of the log. */
  end(): Promise<void>;
};

/** What a further worker calls in the first one. */
export type FirstFunctions = {
  write(bytes: Uint8Array): Promise<void>;
  areReady(): Promise<boolean>;
  snapshots(): Promise<Snapshot[]>;
  /** As `inFirst` of `Siblings`. */
  inFirst(name: string, args: unknown[]): unknown;
};
