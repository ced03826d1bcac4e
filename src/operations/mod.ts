import { feature } from "../http/contract/feature.ts";
import { docsRoute } from "./documents/docs_route.ts";
import { homeRoute } from "./documents/home_route.ts";
import { openApiRoute } from "./documents/openapi_route.ts";
import { problemRoute } from "./documents/problem_route.ts";
import { livezRoute } from "./health/livez_route.ts";
import { readyzRoute } from "./health/readyz_route.ts";
import { metricsRoute } from "./metrics/metrics_route.ts";

/** Health, metrics, the home page and the problems. */
export const operations = feature("operations", [homeRoute, livezRoute, readyzRoute, metricsRoute, problemRoute]);

/** The document of the interface and the page that shows it; off by `SENTINEL_DOCS`. */
export const documents = feature("documents", [docsRoute, openApiRoute]);
