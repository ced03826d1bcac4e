import type { AnyOperation } from "./contract.ts";
import type { Resource } from "./resource.ts";
import type { Settings } from "../../vocabulary/dictionary.ts";

/** Work that a lasting process does beside its requests, a while after its last end. */
export interface Job<in Services> {
  readonly name: string;
  readonly everyMs: number;
  readonly run: (services: Services) => Promise<void>;
}

/** What a feature keeps in memory, and how it forgets what a change, here or on another replica, has made untrue. */
export interface Memory {
  /** By kind of change; the ids are of what changed. */
  readonly changed: Readonly<Record<string, (ids: string[]) => void>>;
  readonly forgetAll: () => void;
}

/**
 * What Sentinel is made of: a folder whose `mod.ts` exports one of these, and one line in `compose/features.ts`. `Needs`
 * is what the foundation and the features before it give, `Gives` what it adds.
 */
export interface Feature<in Needs, Gives extends object> {
  readonly name: string;
  readonly compose: (needs: Needs) => Gives;
  readonly resources: readonly Resource<NoInfer<Needs & Gives>>[];
  readonly jobs?: readonly Job<NoInfer<Needs & Gives>>[];
  readonly memory?: (services: NoInfer<Needs & Gives>) => Memory;
  /** What must have happened before the first request. */
  readonly start?: (services: NoInfer<Needs & Gives>) => Promise<void>;
  /** Whether its operations are served; unset: always. */
  readonly isServed?: (settings: Settings) => boolean;
}

/** Declares a feature; fails to compile where a resource or a job takes what neither `Needs` nor `Gives` has. */
export function feature<Needs, Gives extends object>(declared: Feature<Needs, Gives>): Feature<Needs, Gives> {
  return declared;
}

// deno-lint-ignore no-explicit-any -- the chain has proven that what each takes is there
type AnyFeature = Feature<any, any>;

/** Features in the order in which they are composed. `Has` is what the foundation and all of them give. */
export interface FeatureChain<Foundation extends object, Has extends object> {
  readonly features: readonly AnyFeature[];
  /** Adds a feature, which may need all that is there so far. */
  and<Gives extends object>(feature: Feature<Has, Gives>): FeatureChain<Foundation, Has & Gives>;
  compose(foundation: Foundation): Has;
}

/** A chain without features. */
export function featuresOn<Foundation extends object>(): FeatureChain<Foundation, Foundation> {
  return chainOf([]);
}

function chainOf<Foundation extends object, Has extends object>(
  features: readonly AnyFeature[],
): FeatureChain<Foundation, Has> {
  return {
    features,
    and: (feature) => chainOf([...features, feature]),
    compose: (foundation) =>
      features.reduce<object>((has, { compose }) => ({ ...has, ...compose(has) }), foundation) as Has,
  };
}

/** The operations of these features, in their order. */
export function operationsOf(features: readonly AnyFeature[]): AnyOperation[] {
  return features.flatMap(({ resources }) => resources.flatMap(({ operations }) => operations));
}
