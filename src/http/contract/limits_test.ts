import assert from "node:assert/strict";
import { localClient } from "../../audit/events/audit.ts";
import { newcomer } from "../../testing/people.ts";
import { startSentinel, test } from "../../testing/harness.ts";

const sentinel = await startSentinel();
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

/** Text of so many characters that keeps the other rules of the schema. */
function text(length: number, { format, pattern }: Schema): string {
  if (format === "idn-email") {
    const label = "a".repeat(60);
    return `a@${`${label}.`.repeat(10)}`.slice(0, Math.max(length - 3, 2)).replace(/\.$/, "a") +
      ".xy".slice(0, length - 2);
  }
  if (pattern?.includes(":")) return `a:${"a".repeat(length - 2)}`;
  if (pattern) return "a".repeat(length);
  return "vK3#pq9Zw_T7xL".repeat(Math.ceil(length / 14)).slice(0, length);
}

/** Values just inside and just outside each limit that the schema states. */
function probes(schema: Schema): { inside: unknown[]; outside: unknown[] } {
  const [inside, outside]: [unknown[], unknown[]] = [[], []];
  const { minLength, maxLength, minItems, maxItems, minimum, maximum, pattern } = schema;
  if (maxLength !== undefined) {
    inside.push(text(maxLength, schema));
    outside.push(text(maxLength + 1, schema));
  }
  if (minLength !== undefined) {
    if (minLength > 0) outside.push(text(minLength - 1, schema));
    if (minLength > 2) inside.push(text(minLength, schema));
  }
  if (pattern !== undefined && schema.type === "string") outside.push("!");
  if (maxItems !== undefined) outside.push(Array.from({ length: maxItems + 1 }, (_, i) => `r${i}`));
  if (minItems !== undefined && minItems > 0) outside.push(Array.from({ length: minItems - 1 }, (_, i) => `r${i}`));
  if (minimum !== undefined) outside.push(minimum - 1);
  if (maximum !== undefined) outside.push(maximum + 1);
  if (schema.enum) outside.push("none of these");
  return { inside, outside };
}

const standIns: Record<string, string> = {
  id: (await newcomer(sentinel)).id,
  session_id: crypto.randomUUID(),
  role: "nothing",
};
const concrete = (path: string) => path.replaceAll(/\{(\w+)\}/g, (_, name) => standIns[name] ?? "x:y");

const stated = operations.flatMap((operation) => {
  const [[type, content] = []] = Object.entries(operation.requestBody?.content ?? {});
  const body = content && resolved(content.schema);
  return Object.entries(body?.properties ?? {}).map(([member, schema]) => {
    const example = {
      ...Object.fromEntries(Object.entries(body!.properties!).map(([name, of]) => [name, of.example])),
    };
    return { ...operation, type, member, schema: resolved(schema), whole: { ...example, ...body!.example as object } };
  });
});

const tokens = new Map<string, string>();

/** An administrator's token for the operation alone, as one may rename or log out whoever calls it. */
async function tokenFor(operation: string): Promise<string> {
  const known = tokens.get(operation);
  if (known) return known;
  const username = `prober${tokens.size}`;
  const password = "analytical engine no 1";
  const by = { actor_id: null, client: localClient };
  await sentinel.registrations.create({ username, email: `${username}@example.com`, password }, ["user", "admin"], by);
  const { access_token } = await (await sentinel.fetch("/login", { form: { username, password } })).json();
  tokens.set(operation, access_token);
  return access_token;
}

type Problem = { errors?: { pointer: string; code: string }[] };

async function errorsOf(
  { method, path, type, member, whole }: typeof stated[number],
  value: unknown,
): Promise<string[]> {
  const sent = { ...whole, [member]: value } as Record<string, string>;
  const token = await tokenFor(`${method} ${path}`);
  const response = await sentinel.fetch(concrete(path), {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(type === "application/json" ? { json: sent } : { form: sent }),
  });
  assert.ok(response.status < 500, `${method} ${path} ${member}: ${response.status}`);
  const body = await response.text();
  const { errors = [], error_description = "" } = body === ""
    ? {}
    : JSON.parse(body) as Problem & { error_description?: string };
  if (error_description.includes(`#/${member}`)) return [error_description];
  return errors.filter(({ pointer }) => pointer.startsWith(`#/${member}`)).map(({ code }) => code);
}

test("X32 what is one past a limit of /openapi.json is refused for it, and what is at the limit is not", async () => {
  let count = 0;
  for (const each of stated) {
    const { inside, outside } = probes(each.schema);
    const what = `${each.method} ${each.path} ${each.member}`;
    for (const value of outside) {
      count++;
      assert.notDeepEqual(await errorsOf(each, value), [], `${what}: ${JSON.stringify(value).slice(-80)}`);
    }
    for (const value of inside) {
      count++;
      assert.deepEqual(await errorsOf(each, value), [], `${what}: ${JSON.stringify(value).slice(0, 80)}`);
    }
  }
  assert.ok(count > 30, `${count} probes`);
});

test("X32 every new username, e-mail address and password of /openapi.json has its limits", () => {
  const limits: Record<string, (keyof Schema)[]> = {
    username: ["minLength", "maxLength", "pattern"],
    email: ["maxLength", "format"],
    password: ["minLength", "maxLength", "format"],
    new_password: ["minLength", "maxLength", "format"],
  };
  const creating = stated.filter(({ path }) => /^\/(?:register|users)/.test(path));
  for (const { method, path, member, schema } of creating) {
    for (const limit of limits[member] ?? []) {
      assert.ok(schema[limit] !== undefined, `${method} ${path} ${member} ${limit}`);
    }
  }
});

test("X32 the document states the headers of each answer", () => {
  const headersOf: Record<string, string[]> = { 401: ["WWW-Authenticate"], 429: ["Retry-After"], 503: ["Retry-After"] };
  for (const { method, path, responses } of operations) {
    for (const [status, { headers = {} }] of Object.entries(responses)) {
      const wanted = status === "201" ? ["Location"] : headersOf[status] ?? [];
      for (const name of wanted) assert.ok(name in headers, `${method} ${path} ${status} ${name}`);
    }
  }
});

test("X32 the password flow names where its tokens are refreshed, and the metadata how introspection authenticates", async () => {
  assert.equal(document.components.securitySchemes.password.flows.password.refreshUrl, "/oauth/token");
  const metadata = await (await sentinel.fetch("/.well-known/oauth-authorization-server")).json();
  assert.deepEqual(metadata.introspection_endpoint_auth_methods_supported, ["Bearer"]);
});
