import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { newcomer } from "../../testing/people/people.ts";
import { begun, refresh } from "../../testing/people/sessions.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

type Schema = {
  $ref?: string;
  example?: unknown;
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  properties?: Record<string, Schema>;
  anyOf?: Schema[];
  allOf?: Schema[];
  items?: Schema;
};
type Link = { operationId: string; parameters: Record<string, string> };
type Described = {
  operationId: string;
  security: Record<string, unknown>[];
  parameters?: { in: string; name: string; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { links?: Record<string, Link> }>;
};
type Step = Described & { method: string; path: string };

const document = await (await sentinel.fetch("/openapi.json")).json();
const steps: Step[] = Object.entries<Record<string, Described>>(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, described]) => ({ ...described, method: method.toUpperCase(), path }))
);

/** Each link of the document, and the operation whose answer has it. */
const links = steps.flatMap((step) =>
  Object.values(step.responses).flatMap(({ links = {} }) =>
    Object.values(links).map((link) => ({ from: step, ...link }))
  )
);

/** The example that Swagger UI puts into the request. */
function exampleOf(schema: Schema): unknown {
  if (schema.default !== undefined && schema.example === undefined) return schema.default;
  if (schema.example !== undefined) return schema.example;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.$ref) return exampleOf(document.components.schemas[schema.$ref.split("/").at(-1)!]);
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => exampleOf(part) as object));
  if (schema.anyOf) return exampleOf(schema.anyOf[0]!);
  if (schema.items) return [exampleOf(schema.items)];
  if (!schema.properties) return undefined;
  return Object.fromEntries(Object.entries(schema.properties).map(([name, member]) => [name, exampleOf(member)]));
}

/** A client that sends one example after the other, as the document says. */
function createReader(administrator: string) {
  const answers = new Map<string, unknown>();
  let ada: string | undefined;

  return execute;

  async function execute(step: Step): Promise<void> {
    const { method, path, operationId, security, requestBody, responses } = step;
    for (const { from } of links.filter((link) => link.operationId === operationId)) {
      if (!answers.has(from.operationId)) await execute(from);
    }
    if (path.startsWith("/users/me") && !await isLoggedIn()) await logIn();
    const [type, content] = Object.entries(requestBody?.content ?? {})[0] ?? [];
    const example = content && exampleOf(content.schema) as Record<string, string>;
    const isPublic = security.length === 0 || security.some((each) => Object.keys(each).length === 0);
    const token = path.startsWith("/users/me") ? ada : administrator;
    const response = await sentinel.fetch(path.replaceAll(/\{(\w+)\}/g, (_, name) => parameter(step, name)), {
      method,
      ...(!isPublic && { headers: { authorization: `Bearer ${token}` } }),
      ...(example && (type === "application/json" ? { json: example } : { form: withoutAbsent(example) })),
    });
    const success = Object.keys(responses).find((status) => status.startsWith("2"));
    const text = await response.text();
    assert.equal(String(response.status), success, `${method} ${path}: ${text}`);
    answers.set(operationId, response.headers.get("content-type") === "application/json" ? JSON.parse(text) : text);
    if (method === "DELETE") forget(step);
  }

  async function isLoggedIn(): Promise<boolean> {
    if (ada === undefined) return false;
    return (await sentinel.fetch("/users/me", { headers: { authorization: `Bearer ${ada}` } })).status === 200;
  }

  async function logIn(): Promise<void> {
    const form = exampleOf(document.components.schemas.LoginRequest) as Record<string, string>;
    if (!answers.has("register")) await execute(steps.find((step) => step.operationId === "register")!);
    const login = await sentinel.fetch("/login", { form });
    ada = (await login.json()).access_token;
  }

  /** The value that a link provides, else the example. */
  function parameter({ operationId, parameters = [] }: Step, name: string): string {
    const link = links.find((each) => each.operationId === operationId && name in each.parameters);
    if (!link) return String(exampleOf(parameters.find((each) => each.name === name)!.schema));
    const segments = link.parameters[name]!.replace("$response.body#/", "").split("/");
    const value = segments.reduce<unknown>(
      (at, key) => (at as Record<string, unknown>)[key],
      answers.get(link.from.operationId),
    );
    assert.equal(typeof value, "string", `${operationId} ${name} by the answer of ${link.from.operationId}`);
    return value as string;
  }

  /** Forgets the answers that a deletion or a list has made stale. */
  function forget({ operationId }: Step): void {
    if (operationId === "deleteMe") answers.delete("register");
    for (const { from, parameters } of links.filter((link) => link.operationId === operationId)) {
      if (Object.keys(parameters).length > 0 && from.method !== "POST") answers.delete(from.operationId);
      if (operationId === `delete${from.operationId.replace("create", "")}`) answers.delete(from.operationId);
    }
  }
}

function withoutAbsent(form: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(form).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Deletes what an earlier test created with the examples. */
async function renewed(): Promise<void> {
  await sentinel.db.query("test", "delete from role_exclusions");
  await sentinel.db.query("test", "delete from roles where not built_in");
  await sentinel.db.query("test", "delete from permissions where not built_in");
  await sentinel.db.query("test", "delete from users where username in ('ada', 'grace')");
  sentinel.evaluator.forget();
}

/** The token of a new administrator who is in no example. */
async function administrator(): Promise<string> {
  const { id } = await newcomer(sentinel, { roles: ["user", "admin"] });
  return (await (await refresh(sentinel, await begun(sentinel, id))).json()).access_token;
}

/** Operations whose example would have to come from a mail or a page; `accounts/` and `oauth/` try them. */
const needsMore = [
  "acceptInvitation",
  "completeEmailChange",
  "completeEmailVerification",
  "completePasswordReset",
  "withdrawMyConsent",
];

/** Operations that take a token of an application, which a user signed in with; `oauth/userinfo/` tries them. */
const needsApplication = ["getUserinfo", "postUserinfo"];

/** Operations for which an OAuth client authenticates; `oauth/` tries them. */
const needsClient = ["authorizeDevice", "pushAuthorizationRequest"];

/** Operations that take a code of an authenticator app, or a passkey; `accounts/factors/` and `sessions/` try them. */
const needsCode = [
  "enrolAtLogin",
  "confirmEnrolmentAtLogin",
  "beginPasskeyEnrolmentAtLogin",
  "enrolPasskeyAtLogin",
  "loginFactor",
  "loginPasskey",
  "confirmMyTotp",
  "createMyRecoveryCodes",
  "deleteMyFactor",
  "createMyPasskey",
  "renameMyPasskey",
  "deleteMyPasskey",
  "challengeMyPasskey",
];

test("X23 every example of /openapi.json succeeds as it is, in order, on a new installation", async () => {
  await renewed();
  const execute = createReader(await administrator());
  assert.ok(steps.length > 50);
  const untried = [...needsMore, ...needsApplication, ...needsClient, ...needsCode];
  for (const step of steps.filter(({ operationId }) => !untried.includes(operationId))) await execute(step);
});

test("X23 the examples of POST /roles, POST /users and POST /register depend on nothing, in any order", async () => {
  await renewed();
  const access_token = await administrator();
  for (const operationId of ["createRole", "createUser", "register"]) {
    const { path, requestBody } = steps.find((step) => step.operationId === operationId)!;
    const json = exampleOf(requestBody!.content["application/json"]!.schema);
    const response = await sentinel.fetch(path, { json, headers: { authorization: `Bearer ${access_token}` } });
    assert.equal(response.status, 201, `${path}: ${await response.text()}`);
  }
});

test("X23 every link of the document leads to an operation and to parameters that it has", () => {
  for (const { from, operationId, parameters } of links) {
    const target = steps.find((step) => step.operationId === operationId) ?? assert.fail(operationId);
    const names = (target.parameters ?? []).map(({ name }) => name);
    for (const name of Object.keys(parameters)) {
      assert.ok(names.includes(name), `${from.operationId} to ${operationId}`);
    }
  }
});
