import type { AnyOperation } from "./contract.ts";
import type { Resource } from "./resource.ts";

/** What Sentinel is made of: a folder whose `mod.ts` exports one of these, and one line in `compose/features.ts`. */
export interface Feature<in Deps> {
  readonly name: string;
  readonly resources: readonly Resource<Deps>[];
}

/** One function for each member of a union, by what it takes. */
type Takers<Members> = Members extends Resource<infer Deps> | Feature<infer Deps> ? (deps: Deps) => void : never;

/** What all resources, or all features, of a union take together. */
export type DepsOf<Members> = Takers<Members> extends (deps: infer Deps) => void ? Deps : never;

/** A feature of these resources. */
export function feature<R extends Resource<never>>(name: string, resources: readonly R[]): Feature<DepsOf<R>> {
  return { name, resources: resources as readonly Resource<never>[] as readonly Resource<DepsOf<R>>[] };
}

/** The operations of these features, in their order. */
export function operationsOf(features: readonly Feature<never>[]): AnyOperation[] {
  return features.flatMap(({ resources }) => resources.flatMap(({ operations }) => operations));
}
