import { feature, type ServicesOf } from "../http/contract/feature.ts";
import type { Foundation } from "../http/contract/foundation.ts";
import type { tokens } from "../tokens/mod.ts";
import { docsFilesRoute } from "./documents/docs_files_route.ts";
import { docsRoute } from "./documents/docs_route.ts";
import { homeRoute } from "./documents/home_route.ts";
import { openApiRoute } from "./documents/openapi_route.ts";
import { problemRoute } from "./documents/problem_route.ts";
import { livezRoute } from "./health/livez_route.ts";
import { createReadiness } from "./health/readiness.ts";
import { readyzRoute } from "./health/readyz_route.ts";
import { metricsRoute } from "./metrics/metrics_route.ts";
import { createSystemStates } from "./state/system_state.ts";
import "./dictionary.ts";

/** Health, metrics, the home page and the problems. */
export const operations = feature({
  name: "operations",
  compose: (needs: Foundation & ServicesOf<typeof tokens>) => ({
    readiness: createReadiness(needs),
    systemStates: createSystemStates(needs),
  }),
  resources: [homeRoute, livezRoute, readyzRoute, metricsRoute, problemRoute],
});

/** The document of the interface and the page that shows it; off by `SENTINEL_DOCS`. */
export const documents = feature({
  name: "documents",
  compose: (_: Foundation) => ({}),
  resources: [docsRoute, docsFilesRoute, openApiRoute],
  isServed: ({ SENTINEL_DOCS }) => SENTINEL_DOCS,
});
