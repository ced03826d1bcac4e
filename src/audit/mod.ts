import type { App } from "../http/request/app.ts";
import { auditEventsRoute } from "./events/audit_events_route.ts";

/** The record of what happened. */
export function auditRoutes(app: App, deps: Parameters<typeof auditEventsRoute>[1]) {
  auditEventsRoute(app, deps);
}
