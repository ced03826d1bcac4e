import type { App } from "../http/app.ts";
import type { Instruments } from "./instruments.ts";
import { docsRoute } from "./docs_route.ts";
import { livezRoute } from "./livez_route.ts";
import { metricsRoute } from "./metrics_route.ts";
import { openApiRoute } from "./openapi_route.ts";
import { problemRoute } from "./problem_route.ts";
import type { Readiness } from "./readiness.ts";
import { readyzRoute } from "./readyz_route.ts";

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
