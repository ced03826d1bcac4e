import type { App } from "../request/app.ts";
import type { AnyOperation } from "./contract.ts";

/** What serves operations: {@link App}, as far as a route needs it. */
export type Serving = Pick<App, "add">;

/** Operations that one file declares and serves; `Deps` is what serving them takes. */
export interface Resource<in Deps> {
  readonly operations: readonly AnyOperation[];
  readonly serve: (app: Serving, deps: Deps) => void;
}

/** The operations as data, and `serve`, which adds each of them with its handler. */
export function resource<Deps = unknown>(
  operations: readonly AnyOperation[],
  serve: (app: Serving, deps: Deps) => void,
): Resource<Deps> {
  return { operations, serve };
}
