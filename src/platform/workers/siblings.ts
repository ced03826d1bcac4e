import type { Snapshot } from "../metrics.ts";

/** The other workers of this process. Each is a replica of its own, but operators see one process. */
export interface Siblings {
  /** Whether this is the first worker, which does what has to be done once for all. */
  readonly isFirst: boolean;
  /** Whether each of the others could serve. */
  areReady(): Promise<boolean>;
  /** What each of the others has counted. Rejects if one does not answer: a sum without it would be wrong. */
  snapshots(): Promise<Snapshot[]>;
  /**
   * The work as the first worker does it, whichever calls the function: for what only that one knows. `name` is that of
   * the work in every worker; its arguments and its result are structured clones.
   */
  inFirst<Args extends unknown[], Result>(
    name: string,
    work: (...args: Args) => Result,
  ): (...args: Args) => Promise<Result>;
}

/** For a process with a single worker. */
export const noSiblings: Siblings = {
  isFirst: true,
  areReady: () => Promise.resolve(true),
  snapshots: () => Promise.resolve([]),
  inFirst: (_, work) => (...args) => new Promise((resolve) => resolve(work(...args))),
};
