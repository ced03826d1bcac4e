import { accessRoutes } from "../access/mod.ts";
import { accountRoutes } from "../accounts/mod.ts";
import { auditRoutes } from "../audit/mod.ts";
import type { App } from "../http/request/app.ts";
import { opsRoutes } from "../operations/mod.ts";
import { oauthRoutes } from "../oauth/mod.ts";
import { sessionRoutes } from "../sessions/mod.ts";
import { tokenRoutes } from "../tokens/mod.ts";

/** What the operations are served by. */
export type RouteDeps =
  & Parameters<typeof accountRoutes>[1]
  & Parameters<typeof sessionRoutes>[1]
  & Parameters<typeof oauthRoutes>[1]
  & Parameters<typeof tokenRoutes>[1]
  & Parameters<typeof accessRoutes>[1]
  & Parameters<typeof auditRoutes>[1]
  & Parameters<typeof opsRoutes>[1];

/** Adds every operation to the app. Until a request comes, only plain values among `deps` are looked into. */
export function addRoutes(app: App, deps: RouteDeps): void {
  accountRoutes(app, deps);
  sessionRoutes(app, deps);
  oauthRoutes(app, deps);
  tokenRoutes(app, deps);
  accessRoutes(app, deps);
  auditRoutes(app, deps);
  opsRoutes(app, deps);
}
