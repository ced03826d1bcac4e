import { feature } from "../http/contract/feature.ts";
import { auditEventsRoute } from "./events/audit_events_route.ts";

/** The record of what happened. */
export const audit = feature("audit", [auditEventsRoute]);
