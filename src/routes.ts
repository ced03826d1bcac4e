import { accessRoutes } from "./access/mod.ts";
import { accountRoutes } from "./accounts/mod.ts";
import { auditRoutes } from "./audit/mod.ts";
import type { App } from "./http/app.ts";
import { opsRoutes } from "./ops/mod.ts";
import { sessionRoutes } from "./sessions/mod.ts";

/** What the operations are served by. */
export type RouteDeps =
  & Parameters<typeof accountRoutes>[1]
  & Parameters<typeof sessionRoutes>[1]
  & Parameters<typeof accessRoutes>[1]
  & Parameters<typeof auditRoutes>[1]
  & Parameters<typeof opsRoutes>[1];

/** Adds every operation to the app. Until a request comes, only plain values among `deps` are looked into. */
export function addRoutes(app: App, deps: RouteDeps): void {
  accountRoutes(app, deps);
  sessionRoutes(app, deps);
  accessRoutes(app, deps);
  auditRoutes(app, deps);
  opsRoutes(app, deps);
}
