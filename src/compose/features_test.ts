import assert from "node:assert/strict";
import { feature } from "../http/contract/feature.ts";
import { featuresOn } from "../http/contract/feature_chain.ts";
import { readConfig } from "./config.ts";
import { featuresOf } from "./features.ts";

const { settings } = readConfig({});
const features = featuresOf(settings);

Deno.test("every feature has a name of its own, and every operation an id and a path of its own", () => {
  const unique = (values: string[]) => assert.deepEqual(values, [...new Set(values)]);
  unique(features.map(({ name }) => name));
  const operations = features.flatMap(({ resources }) => resources).flatMap(({ operations }) => operations);
  unique(operations.map(({ operationId }) => operationId));
  unique(operations.map(({ method, path }) => `${method} ${path}`));
});

Deno.test("the documents are served only where the settings ask for them", () => {
  const names = featuresOf({ ...settings, SENTINEL_DOCS: false }).map(({ name }) => name);
  assert.deepEqual(names, features.map(({ name }) => name).filter((name) => name !== "documents"));
});

Deno.test("a feature is composed from what the foundation and the features before it give", () => {
  const first = feature({ name: "first", compose: ({ base }: { base: number }) => ({ one: base + 1 }), resources: [] });
  const second = feature({ name: "second", compose: ({ one }: { one: number }) => ({ two: one + 1 }), resources: [] });
  const chain = featuresOn<{ base: number }>().and(first).and(second);
  assert.deepEqual(chain.compose({ base: 1 }), { base: 1, one: 2, two: 3 });
  // @ts-expect-error: nothing gives `one` to a feature that comes first
  featuresOn<{ base: number }>().and(second);
});
