import type { Resource } from "./resource.ts";
import type { Settings } from "../../vocabulary/dictionary.ts";

/** Background work of a long-running process. Each run starts a fixed time after the end of the previous one. */
export interface Job<in Services> {
  readonly name: string;
  readonly everyMs: number;
  /** Whether every worker of a process runs it, because it concerns a worker's own memory; else the first one does. */
  readonly everyWorker?: true;
  /** Whether it runs for the first time when the server is ready, not a moment later. */
  readonly atOnce?: true;
  /** `stopping` is aborted when the process stops, which waits for the end of the run. */
  readonly run: (services: Services, stopping: AbortSignal) => Promise<void>;
}

/** The caches of a feature, and how they drop what a change on this or another replica has made stale. */
export interface Memory {
  /** By kind of change. The ids name what changed. */
  readonly changed: Readonly<Record<string, (ids: string[]) => void>>;
  readonly forgetAll: () => void;
}

/** The value of a folder's `mod.ts`. `Needs` is what the foundation and earlier features give, `Gives` what it adds. */
export interface Feature<in Needs, Gives extends object> {
  readonly name: string;
  readonly compose: (needs: Needs) => Gives;
  readonly resources: readonly Resource<NoInfer<Needs & Gives>>[];
  readonly jobs?: readonly Job<NoInfer<Needs & Gives>>[];
  readonly memory?: (services: NoInfer<Needs & Gives>) => Memory;
  readonly start?: (services: NoInfer<Needs & Gives>) => Promise<void>;
  /** Runs when the process stops, before the jobs at work are waited for. */
  readonly stop?: (services: NoInfer<Needs & Gives>) => void;
  /** Whether its operations are served. Without this function they always are. */
  readonly isServed?: (settings: Settings) => boolean;
}

/** The services that a feature adds. */
export type ServicesOf<F> = F extends Feature<never, infer Gives> ? Gives : never;

/** Does not compile when a resource or a job uses something that is in neither `Needs` nor `Gives`. */
export function feature<Needs, Gives extends object>(declared: Feature<Needs, Gives>): Feature<Needs, Gives> {
  return declared;
}
