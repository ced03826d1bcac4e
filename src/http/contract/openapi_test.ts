import type { z } from "@hono/zod-openapi";
import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { type AnyOperation, tags } from "./contract.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

type Schema = {
  $ref?: string;
  type?: string | string[];
  example?: unknown;
  default?: unknown;
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, Schema>;
  additionalProperties?: unknown;
  items?: Schema;
  anyOf?: Schema[];
  allOf?: Schema[];
};
type Content = Record<string, { schema: Schema }>;
type Described = {
  tags: string[];
  parameters?: { in: string; name: string; schema: Schema; description?: string }[];
  requestBody?: { content: Content };
  responses: Record<string, { content?: Content }>;
};

const document = await (await sentinel.fetch("/openapi.json")).json();
const schemas: Record<string, Schema> = document.components.schemas;
const described: { name: string; each: Described; declared: AnyOperation }[] = sentinel.app.operations
  .filter(({ hidden }) => !hidden)
  .map((declared) => ({
    name: `${declared.method.toUpperCase()} ${declared.path}`,
    each: document.paths[declared.path][declared.method],
    declared,
  }));

/** The fixed fields of an Operation Object that are used (OpenAPI 3.1.0 §4.8.10.1). */
const fields = [
  "description",
  "operationId",
  "parameters",
  "requestBody",
  "responses",
  "security",
  "summary",
  "tags",
];

test(
  "GET /openapi.json describes each operation with fields of OpenAPI, and with its description if it has one",
  () => {
    for (const { name, each, declared } of described) {
      assert.deepEqual(Object.keys(each).filter((field) => !fields.includes(field)), [], name);
      const { description = "" } = each as { description?: string };
      assert.ok(description.startsWith(declared.description ?? ""), name); // then comes who may call it
    }
  },
);

/** What Swagger UI shows, from examples only: what it would invent is missing. */
function exampleOf(schema: Schema, at: string): unknown {
  if (schema.default !== undefined) {
    assert.ok(JSON.stringify(schema.default).length > 2, `${at} shows the emptiness of its default`);
    return schema.default;
  }
  if (schema.example !== undefined) return schema.example;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.$ref) return exampleOf(schemas[schema.$ref.replace("#/components/schemas/", "")]!, at);
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => exampleOf(part, at)));
  if (schema.anyOf) return exampleOf(schema.anyOf[0]!, at);
  if (schema.items) return [exampleOf(schema.items, `${at}[]`)];
  if (schema.properties) {
    assert.ok(!schema.additionalProperties, `${at} shows members that are none`);
    const members = Object.entries(schema.properties);
    return Object.fromEntries(members.map(([name, member]) => [name, exampleOf(member, `${at}.${name}`)]));
  }
  assert.fail(`${at} has no example`);
}

function assertAccepted(example: unknown, schema: z.ZodType, what: string): void {
  const { error } = schema.safeParse(example);
  assert.equal(error, undefined, `${what}: ${JSON.stringify(example)}: ${error?.message}`);
}

test("every request body in /openapi.json has an example that the operation accepts", () => {
  for (const { name, each, declared } of described) {
    for (const { schema } of Object.values(each.requestBody?.content ?? {})) {
      assertAccepted(exampleOf(schema, name), declared.body!.schema, name);
    }
  }
});

test("every successful JSON answer in /openapi.json has an example that the operation could send", () => {
  for (const { name, each, declared: { success } } of described) {
    const answer = each.responses[success.status]?.content?.["application/json"];
    if (success.kind === "json") assertAccepted(exampleOf(answer!.schema, name), success.schema, name);
  }
});

test("X32 a schema allows the members of each part that it is made of", () => {
  const resolved = (schema: Schema): Schema =>
    schema.$ref ? schemas[schema.$ref.replace("#/components/schemas/", "")]! : schema;
  const parts: unknown[] = [];
  JSON.stringify(document, (_, value) => {
    if (Array.isArray(value?.allOf)) parts.push(...value.allOf.map((part: Schema) => resolved(part)));
    return value;
  });
  assert.ok(parts.length > 0);
  assert.deepEqual((parts as Schema[]).filter(({ additionalProperties }) => additionalProperties === false), []);
});

test("every path parameter has an example that it accepts, and every other parameter a description", () => {
  for (const { name, each, declared } of described) {
    const parameters = each.parameters ?? [];
    const ofPath = parameters.filter((parameter) => parameter.in === "path");
    const examples = ofPath.map((
      parameter,
    ) => [parameter.name, exampleOf(parameter.schema, `${name} ${parameter.name}`)]);
    if (declared.params) assertAccepted(Object.fromEntries(examples), declared.params, name);
    for (const { in: where, name: parameter, schema, description } of parameters) {
      if (where === "path") continue;
      assert.ok(description ?? (schema as { description?: string }).description, `${name} ${parameter}`);
      assert.equal(schema.example, undefined, `${name} ${parameter}: the page would send it unasked`);
    }
  }
});

test("operations are grouped by tag, in the order of the document's tags", () => {
  const kept = Object.keys(tags).filter((name) => name !== "pages");
  assert.deepEqual(document.tags.map(({ name }: { name: string }) => name), kept);
  const listed = Object.values(document.paths).flatMap((path) => Object.values(path as Record<string, Described>));
  const groups = listed.map((each) => each.tags[0]!).filter((tag, i, all) => tag !== all[i - 1]);
  assert.deepEqual(groups, kept);
});
