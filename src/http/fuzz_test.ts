import assert from "node:assert/strict";
import { type Init, startSentinel, test } from "../testing/harness.ts";
import { newcomer } from "../testing/people/people.ts";
import { begun, refresh } from "../testing/people/sessions.ts";
import { mulberry32 } from "../testing/run/order.ts";
import type { AnyOperation } from "./contract/contract.ts";

/**
 * The number of requests, always the same ones. With `FUZZ_SECONDS=1800` it runs for half an hour, from a random seed
 * or `FUZZ_SEED`.
 */
const requestsMax = 1_000;
const seconds = Number(Deno.env.get("FUZZ_SECONDS") ?? 0);
const chosen = seconds > 0 ? crypto.getRandomValues(new Uint32Array(1))[0] : 314;
const seed = Number(Deno.env.get("FUZZ_SEED") ?? chosen);

type Json = null | boolean | number | string | Json[] | { [member: string]: Json };
type Schema = {
  $ref?: string;
  example?: Json;
  enum?: Json[];
  anyOf?: Schema[];
  type?: string | string[];
  items?: Schema;
  properties?: Record<string, Schema>;
};
type Described = {
  parameters?: { in: string; name: string; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
};
type Document = {
  paths: Record<string, Record<string, Described>>;
  components: { schemas: Record<string, Schema> };
};

const deep = "[".repeat(500) + "]".repeat(500);
const hostile: Json[] = [
  ...[
    null,
    true,
    false,
    0,
    -1,
    1.5,
    1e308,
    2 ** 53,
    "",
    " ",
    "0",
    "\0",
    "\ud800",
    "\u2028",
    "\u202e",
    "a".repeat(5_000),
  ],
  ...["' or 1=1 --", "%", "_", "../..", "{{7*7}}", "99999999999999999999", "infinity", "9999-12-31T23:59:59.999Z"],
  ...["0000-01-01T00:00:00Z", "2026-01-01T00:00:00+23:59", "*", "admin", "users:*", [], [[]], {}, JSON.parse(deep)],
  JSON.parse('{"__proto__": {"admin": true}, "constructor": {"prototype": 1}}'),
];
const hostileParameters = hostile.filter((value) => typeof value === "string" && value.isWellFormed()).map(String);

/** Random choices that follow from the seed. */
function createChance(state: number) {
  const number = mulberry32(state);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(number() * list.length)]!;
  return { pick, is: (share: number) => number() < share };
}

const sentinel = await startSentinel({ level: "warn" });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { operations } = sentinel.app;
const document: Document = await (await sentinel.fetch("/openapi.json")).json();
const { pick, is } = createChance(seed);

/** Names, ids and tokens that exist or existed, from earlier answers. */
const known = ["user", "keeper", "stables:sweep", await sentinel.settled("ada"), await sentinel.settled("grace")];

function harvest(value: Json, member = ""): void {
  if (typeof value === "string" && /^(?:id|name|role|username|.*token)$/.test(member)) {
    known.push(value);
    if (known.length > 200) known.splice(5 + Math.floor(known.length / 2), 1);
  } else if (Array.isArray(value)) value.slice(0, 5).forEach((item) => harvest(item, member));
  else if (value && typeof value === "object") {
    for (const [name, part] of Object.entries(value)) {
      harvest(part, name);
    }
  }
}

/** A valid value. */
function sample(schema: Schema): Json {
  if (schema.$ref) return sample(document.components.schemas[schema.$ref.split("/").at(-1)!]!);
  if (schema.example !== undefined && is(0.6)) return anew(structuredClone(schema.example));
  if (schema.enum) return pick(schema.enum);
  if (schema.anyOf) return sample(pick(schema.anyOf));
  switch ([schema.type].flat()[0]) {
    case "object":
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).filter(() => is(0.9)).map((
          [name, part],
        ) => [name, sample(part)]),
      );
    case "array":
      return Array.from({ length: pick([0, 1, 1, 2, 5]) }, () => sample(schema.items ?? {}));
    case "boolean":
      return is(0.5);
    case "integer":
    case "number":
      return pick([1, 2, 50]);
    default:
      return pick(known);
  }
}

let names = 0;

/** The same value with a name that does not exist yet. */
function anew(value: Json): Json {
  if (typeof value === "string" && is(0.5)) return `x${++names}${value}`;
  if (Array.isArray(value) || value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, anew(part)]));
}

/** The same value with one part changed, removed or repeated. */
function mutated(value: Json): Json {
  if (value === null || typeof value !== "object" || is(0.2)) return is(0.2) ? [value, value] : pick(hostile);
  if (Array.isArray(value)) {
    return value.length === 0 ? [pick(hostile)] : value.map((item) => is(0.5) ? mutated(item) : item);
  }
  const entries = Object.entries(value);
  if (entries.length === 0 || is(0.1)) {
    return { ...value, [pick([...hostileParameters, "id", "is_admin"])]: pick(hostile) };
  }
  const [changed] = pick(entries);
  if (is(0.2)) return Object.fromEntries(entries.filter(([name]) => name !== changed));
  return Object.fromEntries(entries.map(([name, part]) => [name, name === changed ? mutated(part) : part]));
}

function bodyOf({ requestBody }: Described): Init {
  const [type, { schema }] = pick(Object.entries(requestBody?.content ?? { "application/json": { schema: {} } }));
  if (!requestBody && is(0.9)) return {};
  const value = is(0.4) ? sample(schema) : mutated(sample(schema));
  const text = type === "application/json"
    ? JSON.stringify(value)
    : new URLSearchParams(Object.entries(value ?? {}).map(([name, part]) => [name, String(part)])).toString();
  const headers = { "content-type": is(0.95) ? type : pick(["text/plain", "application/json; charset=utf-16", "x"]) };
  return { headers, body: is(0.95) ? text : text.slice(0, Math.floor(text.length / 2)) };
}

function requestOf({ method, path }: AnyOperation, bearer: string): [path: string, init: Init] {
  const described = document.paths[path]?.[method] ?? {};
  const parameter = () => encodeURIComponent(is(0.8) ? pick(known) : pick(hostileParameters));
  const asked = (described.parameters ?? []).filter((each) => each.in === "query" && is(0.3)).flatMap((each) => {
    const pair = () => `${each.name}=${is(0.6) ? encodeURIComponent(String(sample(each.schema))) : parameter()}`;
    return is(0.05) ? [pair(), pair()] : [pair()];
  });
  if (is(0.03)) asked.push(`${parameter()}=${parameter()}`);
  const { headers, ...body } = method === "get" ? {} : bodyOf(described);
  return [
    path.replaceAll(/\{\w+\}/g, parameter) + (asked.length > 0 ? `?${asked.join("&")}` : ""),
    {
      ...body,
      method: method.toUpperCase(),
      headers: {
        ...headers as Record<string, string>,
        ...(is(0.9) &&
          {
            authorization: is(0.95)
              ? `Bearer ${bearer}`
              : pick(["Bearer", "Basic eDp5", `Bearer ${encodeURIComponent(pick(known))}`]),
          }),
        ...(is(0.05) && { "if-match": pick(["*", '"x"', 'W/"x"', ","]) }),
      },
    },
  ];
}

/** The token of a new administrator. */
async function newAdministrator(): Promise<string> {
  const { id } = await newcomer(sentinel, { roles: ["user", "admin"] });
  return (await (await refresh(sentinel, await begun(sentinel, id))).json()).access_token;
}

async function isIn(bearer: string): Promise<boolean> {
  return (await sentinel.fetch("/admin-only", { headers: { authorization: `Bearer ${bearer}` } })).ok;
}

/** Repeats while the answer is a 503 of a busy machine, which is no fault of the request. */
async function asked(path: string, init: Init): Promise<Response> {
  for (let tries = 1;; tries++) {
    const response = await sentinel.fetch(path, init);
    if (response.status !== 503 || tries === 5) return response;
    await response.body?.cancel();
  }
}

test(`T314 every request to every operation is answered as declared, and never by a 5xx`, async () => {
  const began = performance.now();
  const statuses: Record<number, number> = {};
  let bearer = await newAdministrator();
  const goesOn = (count: number) => seconds > 0 ? performance.now() - began < seconds * 1_000 : count < requestsMax;
  for (let count = 0; goesOn(count); count++) {
    const [path, init] = requestOf(pick(operations), bearer);
    const what = `FUZZ_SEED=${seed}, request ${count}: ${init.method} ${path} ${JSON.stringify(init)}`;
    const response = await asked(path, init).catch((cause) => assert.fail(`${what}\n${cause}`));
    statuses[response.status] = (statuses[response.status] ?? 0) + 1;
    assert.ok(response.status < 500, `${response.status}: ${what}`);
    if (response.headers.get("content-type") === "application/json") harvest(await response.json());
    else await response.body?.cancel();
    if (response.status === 401 && !await isIn(bearer)) bearer = await newAdministrator();
  }
  for (const status of [200, 201, 204, 400, 401, 404, 422]) assert.ok(statuses[status], `${status} was never answered`);
  assert.doesNotMatch(await sentinel.logs(), /"level":"error"/);
  if (seconds > 0) console.log({ seed, statuses, residentBytes: Deno.memoryUsage().rss });
});
