import type { App } from "../http/request/app.ts";
import type { Instruments } from "./metrics/instruments.ts";
import { docsRoute } from "./documents/docs_route.ts";
import { livezRoute } from "./health/livez_route.ts";
import { metricsRoute } from "./metrics/metrics_route.ts";
import { openApiRoute } from "./documents/openapi_route.ts";
import { problemRoute } from "./documents/problem_route.ts";
import type { Readiness } from "./health/readiness.ts";
import { readyzRoute } from "./health/readyz_route.ts";

/** Health, metrics, the document and the page that shows it. */
export function opsRoutes(app: App, deps: {
  readiness: Readiness;
  instruments: Instruments;
  metricsToken: string | undefined;
  version: string;
  publicUrl: string;
  docs: boolean;
}) {
  livezRoute(app);
  readyzRoute(app, deps);
  metricsRoute(app, deps);
  problemRoute(app);
  if (!deps.docs) return;
  docsRoute(app);
  openApiRoute(app, deps);
}
