import { access } from "../access/mod.ts";
import { accounts } from "../accounts/mod.ts";
import { audit } from "../audit/mod.ts";
import { openApiDocument } from "../http/contract/openapi.ts";
import { type DepsOf, type Feature, operationsOf } from "../http/contract/feature.ts";
import type { App } from "../http/request/app.ts";
import { oauth } from "../oauth/mod.ts";
import { documents, operations } from "../operations/mod.ts";
import { sessions } from "../sessions/mod.ts";
import { tokens } from "../tokens/mod.ts";
import { version } from "../version.ts";

const served = [sessions, oauth, tokens, access, accounts, audit, operations];

/** Every feature; `documents` can be switched off. */
export function featuresOf({ docs }: { docs: boolean }) {
  return docs ? [...served, documents] : served;
}

/** What the features are served by. */
export type FeatureDeps = DepsOf<ReturnType<typeof featuresOf>[number]>;

/** Adds every operation to the app. @throws when a feature does not serve exactly what it declares. */
export function serveFeatures(app: App, deps: FeatureDeps & { docs: boolean }): void {
  const features: readonly Feature<FeatureDeps>[] = featuresOf(deps);
  for (const { resources } of features) for (const { serve } of resources) serve(app, deps);
  const declared = operationsOf(features);
  const ids = (operations: readonly { operationId: string }[]) =>
    operations.map(({ operationId }) => operationId).join(", ");
  if (ids(app.operations) !== ids(declared)) throw new Error(`served ${ids(app.operations)} of ${ids(declared)}`);
}

/** The OpenAPI document of every operation, from the same declarations that the server enforces. */
export function describeApi({ publicUrl, docs }: { publicUrl: string; docs: boolean }) {
  return openApiDocument(operationsOf(featuresOf({ docs })), { version, publicUrl });
}
