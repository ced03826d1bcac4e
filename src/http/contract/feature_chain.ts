import type { AnyOperation } from "./contract.ts";
import type { Feature } from "./feature.ts";

// deno-lint-ignore no-explicit-any -- the chain has proven that what each takes is there
type AnyFeature = Feature<any, any>;

/** Features in the order of their composition. `Has` is what the foundation and all of them provide. */
export interface FeatureChain<Foundation extends object, Has extends object> {
  readonly features: readonly AnyFeature[];
  /** Adds a feature, which may use everything that was added before. */
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

/** The operations of these features, in order. */
export function operationsOf(features: readonly AnyFeature[]): AnyOperation[] {
  return features.flatMap(({ resources }) => resources.flatMap(({ operations }) => operations));
}
