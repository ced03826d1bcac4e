import type { App } from "../http/app.ts";
import { adminOnlyRoute } from "./admin_only_route.ts";

/** What roles let in and keep out. */
export function accessRoutes(app: App) {
  adminOnlyRoute(app);
}
