import type { App } from "../http/request/app.ts";
import { jwksRoute } from "./keys/jwks_route.ts";

/** The keys that access tokens are verified with. */
export function tokenRoutes(app: App, deps: Parameters<typeof jwksRoute>[1]) {
  jwksRoute(app, deps);
}
