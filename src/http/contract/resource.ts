import type { App } from "../request/app.ts";
import type { AnyOperation } from "./contract.ts";

/** The part of {@link App} that a route needs. */
export type Serving = Pick<App, "add" | "addPage">;

/** The operations that one file declares and serves. `Deps` is what its handlers need. */
export interface Resource<in Deps> {
  readonly operations: readonly AnyOperation[];
  readonly serve: (app: Serving, deps: Deps) => void;
}

/** Joins the operations with `serve`, which adds the handler of each. */
export function resource<Deps = unknown>(
  operations: readonly AnyOperation[],
  serve: (app: Serving, deps: Deps) => void,
): Resource<Deps> {
  return { operations, serve };
}
