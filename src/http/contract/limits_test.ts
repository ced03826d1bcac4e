import assert from "node:assert/strict";
import { type Init, startSentinel, test } from "../../testing/harness.ts";
import { newcomer } from "../../testing/people/people.ts";
import { begun, refresh } from "../../testing/people/sessions.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

type Schema = {
  $ref?: string;
  type?: string | string[];
  format?: string;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
  enum?: unknown[];
  example?: unknown;
  default?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
};
type Described = {
  parameters?: { in: string; name: string; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { headers?: Record<string, unknown>; content?: Record<string, unknown> }>;
};

const document = await (await sentinel.fetch("/openapi.json")).json();
const operations = Object.entries<Record<string, Described>>(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, described]) => ({ method: method.toUpperCase(), path, ...described }))
);

const resolved = (schema: Schema): Schema =>
  schema.$ref ? document.components.schemas[schema.$ref.split("/").at(-1)!] : schema;

/** Text of this length that satisfies the other rules of the schema. */
function text(length: number, { format, pattern }: Schema): string {
  if (format === "idn-email") {
    const label = "a".repeat(60);
    return `a@${`${label}.`.repeat(10)}`.slice(0, Math.max(length - 3, 2)).replace(/\.$/, "a") +
      ".xy".slice(0, length - 2);
  }
  if (format === "uri") return "https://a.example.com/".padEnd(length, "a").slice(0, length);
  if (pattern?.includes(":")) return `a:${"a".repeat(length - 2)}`;
  if (pattern) return "a".repeat(length);
  return "vK3#pq9Zw_T7xL".repeat(Math.ceil(length / 14)).slice(0, length);
}

/** This many items that satisfy the rules of the schema, as far as it states them. */
function list(length: number, { items = {} }: Schema): unknown[] {
  const { type, pattern, format } = resolved(items);
  const before = format === "uri" ? "https://a.example.com/" : pattern?.includes(":") ? "a:" : "";
  return Array.from({ length }, (_, i) => type === "object" ? {} : `${before}r${i}`);
}

/** Values at each limit of the schema, and beyond each by one. */
function probes(schema: Schema): { inside: unknown[]; outside: unknown[] } {
  const [inside, outside]: [unknown[], unknown[]] = [[], []];
  const { minLength, maxLength, minItems, maxItems, minimum, maximum, pattern, format } = schema;
  if (maxLength !== undefined) {
    inside.push(text(maxLength, schema));
    outside.push(text(maxLength + 1, schema));
  }
  if (minLength !== undefined) {
    if (minLength > 0) outside.push(text(minLength - 1, schema));
    if (minLength > 2) inside.push(text(minLength, schema));
  }
  if (pattern !== undefined && schema.type === "string") outside.push("!");
  if (format === "uuid" || format === "date-time") outside.push("x");
  if (maxItems !== undefined) {
    inside.push(list(maxItems, schema));
    outside.push(list(maxItems + 1, schema));
  }
  if (minItems !== undefined && minItems > 0) {
    inside.push(list(minItems, schema));
    outside.push(list(minItems - 1, schema));
  }
  if (minimum !== undefined) {
    inside.push(minimum);
    outside.push(minimum - 1);
  }
  if (maximum !== undefined) {
    inside.push(maximum);
    outside.push(maximum + 1);
  }
  if (schema.enum) {
    inside.push(schema.enum[0]);
    outside.push("none of these");
  }
  return { inside, outside };
}

const standIns: Record<string, string> = {
  id: (await newcomer(sentinel)).id,
  session_id: crypto.randomUUID(),
  key_id: crypto.randomUUID(),
  secret_id: crypto.randomUUID(),
  role: "nothing",
};
const concrete = (path: string) => path.replaceAll(/\{(\w+)\}/g, (_, name) => standIns[name] ?? "x:y");

/** A valid value, as far as the examples of the schema allow. */
function sample(schema: Schema): unknown {
  const { example, properties, items } = resolved(schema);
  if (example !== undefined) return example;
  if (items) return [sample(items)];
  if (!properties) return undefined;
  return Object.fromEntries(Object.entries(properties).map(([name, member]) => [name, sample(member)]));
}

/** Each part of a body at any depth, by the names that lead to it; of a list, its first item. */
function* partsOf(schema: Schema, path: string[] = []): Generator<[path: string[], schema: Schema]> {
  const { properties = {}, items } = resolved(schema);
  const parts = items ? { 0: items } : properties;
  for (const [name, part] of Object.entries(parts)) {
    yield [[...path, name], resolved(part)];
    yield* partsOf(part, [...path, name]);
  }
}

/** The value with another one at the place to which these names lead. */
function replaced(value: unknown, [name, ...rest]: string[], part: unknown): unknown {
  if (name === undefined) return part;
  if (name === "0") return [replaced((value as unknown[] | undefined)?.[0], rest, part)];
  const members = (value ?? {}) as Record<string, unknown>;
  return { ...members, [name]: replaced(members[name], rest, part) };
}

/** A part of a request with limits: the pointer of its errors, and a request with another value there. */
type Place = { what: string; pointer: string; schema: Schema; ask: (value: unknown) => Promise<Response> };

/** Operations that look at the rest of a body only after the link of a mail is proven. */
const needsMail = ["/invitations/accept", "/password-reset/complete"];

const places = operations.filter(({ path }) => !needsMail.includes(path)).flatMap((operation): Place[] => {
  const { method, path, parameters = [], requestBody } = operation;
  const name = `${method} ${path}`;
  const [[type, content] = []] = Object.entries(requestBody?.content ?? {});
  const send = async (target: string, init: Init = {}) =>
    await sentinel.fetch(target, { ...init, method, headers: { authorization: `Bearer ${await tokenFor(name)}` } });
  const ofBody = [...content ? partsOf(content.schema) : []].map(([names, schema]): Place => ({
    what: `${name} ${names.join("/")}`,
    pointer: `#/${names.join("/")}`,
    schema,
    ask(value) {
      const body = replaced(sample(content!.schema), names, value);
      return send(
        concrete(path),
        type === "application/json" ? { json: body } : { form: body as Record<string, string> },
      );
    },
  }));
  const ofQuery = parameters.filter((each) => each.in === "query").map(({ name: parameter, schema }): Place => ({
    what: `${name}?${parameter}`,
    pointer: `#/query/${parameter}`,
    schema: resolved(schema),
    ask: (value) => send(`${concrete(path)}?${new URLSearchParams({ [parameter]: String(value) })}`),
  }));
  return [...ofBody, ...ofQuery];
});

const tokens = new Map<string, string>();

/** An administrator's token for this operation only, because an operation may rename or log out its caller. */
async function tokenFor(operation: string): Promise<string> {
  const known = tokens.get(operation);
  if (known) return known;
  const { id } = await newcomer(sentinel, { roles: ["user", "admin"] });
  const { access_token } = await (await refresh(sentinel, await begun(sentinel, id))).json();
  tokens.set(operation, access_token);
  return access_token;
}

/** The errors of the value: the codes of errors that point at it, or the description of an OAuth error. */
async function faultsOf({ what, pointer, ask }: Place, value: unknown): Promise<string[]> {
  const response = await ask(value);
  assert.ok(response.status < 500, `${what}: ${response.status}`);
  const body = await response.text();
  if (body === "") return [];
  const { errors = [], error_description = "" }: {
    errors?: { pointer: string; code: string }[];
    error_description?: string;
  } = JSON.parse(body);
  if (error_description.includes(pointer)) return [error_description];
  return errors.filter((error) => `${error.pointer}/`.startsWith(`${pointer}/`)).map(({ code }) => code);
}

test("X32 a value one beyond a limit in /openapi.json is refused for that, and a value at the limit is not", async () => {
  const kinds = { text: 0, list: 0, number: 0, query: 0, nested: 0 };
  for (const each of places) {
    const { what, schema, pointer } = each;
    const { inside, outside } = probes(schema);
    for (const value of outside) {
      assert.notDeepEqual(await faultsOf(each, value), [], `${what}: ${JSON.stringify(value).slice(-80)}`);
      kinds[Array.isArray(value) ? "list" : typeof value === "number" ? "number" : "text"]++;
      if (pointer.startsWith("#/query/")) kinds.query++;
      else if (pointer.split("/").length > 2) kinds.nested++;
    }
    for (const value of inside) {
      const faults = await faultsOf(each, value);
      const own = Array.isArray(value)
        ? faults.filter((code) => !["unknown_role", "unknown_permission", "unknown_resource"].includes(code))
        : faults; // an error that is not about the length
      assert.deepEqual(own, [], `${what}: ${JSON.stringify(value).slice(0, 80)}`);
    }
  }
  for (const [kind, count] of Object.entries(kinds)) assert.ok(count > 5, `${count} probes of ${kind}`);
});

test("X32 every new username, e-mail address and password in /openapi.json has its limits", () => {
  const limits: Record<string, (keyof Schema)[]> = {
    username: ["minLength", "maxLength", "pattern"],
    email: ["maxLength", "format"],
    password: ["minLength", "maxLength", "format"],
    new_password: ["minLength", "maxLength", "format"],
  };
  const creating = places.filter(({ what }) => /^(?:POST|PUT|PATCH) \/(?:register|users)/.test(what));
  for (const { what, pointer, schema } of creating) {
    for (const limit of limits[pointer.slice(2)] ?? []) assert.ok(schema[limit] !== undefined, `${what} ${limit}`);
  }
});

test("X32 the document describes the headers of each answer", () => {
  const headersOf: Record<string, string[]> = { 401: ["WWW-Authenticate"], 429: ["Retry-After"], 503: ["Retry-After"] };
  for (const { method, path, responses } of operations) {
    for (const [status, { headers = {} }] of Object.entries(responses)) {
      const isSomewhere = status === "201" && !["/oauth/par", "/oauth/register"].includes(path); // RFC 9126 §2.2, RFC 7591 §3.2.1
      const wanted = isSomewhere ? ["Location"] : headersOf[status] ?? [];
      for (const name of wanted) assert.ok(name in headers, `${method} ${path} ${status} ${name}`);
    }
  }
});

test("X32 the password flow has the address for refreshes, and the metadata has the authentication of introspection", async () => {
  assert.equal(document.components.securitySchemes.password.flows.password.refreshUrl, "/oauth/token");
  const metadata = await (await sentinel.fetch("/.well-known/oauth-authorization-server")).json();
  assert.deepEqual(metadata.introspection_endpoint_auth_methods_supported, [
    "client_secret_basic",
    "client_secret_post",
    "private_key_jwt",
    "Bearer",
  ]);
});
