import "./dictionary.ts"; // first, as documents list it first
import "../http/dictionary.ts";
import { access } from "../access/mod.ts";
import { account } from "../account/mod.ts";
import { accounts } from "../accounts/mod.ts";
import { audit } from "../audit/mod.ts";
import { credentials } from "../credentials/mod.ts";
import { delivery } from "../delivery/mod.ts";
import { adminConsole } from "../console/mod.ts";
import { type FeatureChain, featuresOn, operationsOf } from "../http/contract/feature_chain.ts";
import { openApiDocument } from "../http/contract/openapi.ts";
import type { App } from "../http/request/app.ts";
import { clientRegistry, oauth } from "../oauth/mod.ts";
import { clientRegistration } from "../oauth/registration/mod.ts";
import { documents, operations } from "../operations/mod.ts";
import { portability } from "../portability/mod.ts";
import { sessions } from "../sessions/mod.ts";
import { tokens } from "../tokens/mod.ts";
import { version } from "../version.ts";
import type { Settings } from "../vocabulary/dictionary.ts";
import type { Foundation } from "../http/contract/foundation.ts";

/** Every feature, each after those whose services it takes. */
const chain = featuresOn<Foundation>()
  .and(delivery)
  .and(access)
  .and(tokens)
  .and(credentials)
  .and(sessions)
  .and(oauth)
  .and(accounts)
  .and(clientRegistry)
  .and(clientRegistration)
  .and(audit)
  .and(operations)
  .and(documents)
  .and(portability)
  .and(account)
  .and(adminConsole);

/** What the foundation and all features give. */
export type FeatureServices = typeof chain extends FeatureChain<Foundation, infer Has> ? Has : never;

/** Creates the services of every feature. */
export const composeFeatures: (foundation: Foundation) => FeatureServices = chain.compose;

/** The features that are served under these settings. */
export function featuresOf(settings: Settings) {
  return chain.features.filter(({ isServed }) => isServed?.(settings) ?? true);
}

/** Adds every operation to the app. @throws when a feature does not serve exactly what it declares. */
export function serveFeatures(app: App, services: FeatureServices): void {
  const features = featuresOf(services.settings);
  for (const { resources } of features) for (const { serve } of resources) serve(app, services);
  const declared = operationsOf(features);
  const ids = (operations: readonly { operationId: string }[]) =>
    operations.map(({ operationId }) => operationId).join(", ");
  if (ids(app.operations) !== ids(declared)) throw new Error(`served ${ids(app.operations)} of ${ids(declared)}`);
}

/** The OpenAPI document of every operation, from the same declarations that the server enforces. */
export function describeApi(settings: Settings) {
  return openApiDocument(operationsOf(featuresOf(settings)), { version, publicUrl: settings.SENTINEL_PUBLIC_URL });
}
