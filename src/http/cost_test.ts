import assert from "node:assert/strict";
import process from "node:process";
import { Buffer } from "node:buffer";
import { type Init, startSentinel, test } from "../testing/harness.ts";
import { bodySizeMax } from "./request/body.ts";
import type { AnyOperation } from "./contract/contract.ts";

const sentinel = await startSentinel({ level: "error" });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const offered = sentinel.app.operations.filter(({ hidden }) => !hidden);

type Json = null | boolean | number | string | Json[] | { [member: string]: Json };
type Schema = {
  $ref?: string;
  example?: Json;
  type?: string | string[];
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
};
type Described = {
  parameters?: { in: string; name: string; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
};
const document: { paths: Record<string, Record<string, Described>>; components: { schemas: Record<string, Schema> } } =
  await (await sentinel.fetch("/openapi.json")).json();

/** The size of a value that fits into a body with everything else. */
const size = bodySizeMax - 2_048;

/** This text, repeated up to this many bytes of UTF-8. */
const filled = (text: string, bytes = size) => text.repeat(Math.floor(bytes / Buffer.byteLength(text)));

/** Texts that are expensive for their size, each as large as a body may be. */
const texts: Record<string, (bytes: number) => string> = {
  "two runs of combining marks": (bytes) => `a${filled("\u0301", bytes / 2)}${filled("\u0323", bytes / 2)}`,
  "conjoining letters and marks": (bytes) => filled("\u1112\u1161\u11ab\u0323\u0301", bytes),
  "what NFKC makes 18 of": (bytes) => filled("\ufdfa", bytes),
  "a capital sigma before marks": (bytes) => `Σ${filled("\u0301Σ", bytes - 2)}`,
  "what grows as a capital": (bytes) => filled("\u0390ﬃİ", bytes),
  "labels of a domain": (bytes) => `a@${filled("a-", bytes)}.`,
  "dots and more dots": (bytes) => `a@${filled("a.", bytes)}@`,
  "wildcards": (bytes) => filled("%_", bytes),
  "digits": (bytes) => filled("9", bytes),
  "parts of a token": (bytes) => filled("a.", bytes),
  "base64url": (bytes) => `snt_rt_${filled("A", bytes - 7)}`,
  "spaces": (bytes) => `Bearer ${filled(" ", bytes - 7)}x`,
};

/** Values that are expensive for their size, as JSON text, because no serializer writes some of them. */
const values: Record<string, string> = {
  "escaped NULs": `"${filled("\\u0000")}"`,
  "lone surrogates": `"${filled("\\ud800")}"`,
  "a list of NULs": `[${filled('"\\u0000",')}""]`,
  "a list of marks": `[${filled(`"${"\u0301".repeat(60)}${"\u0323".repeat(60)}",`)}""]`,
  "a list of numbers": `[${filled("1,")}1]`,
  "a list of objects": `[${filled("{},")}{}]`,
  "a list of names": `[${filled('"aa",')}"a"]`,
  "lists within lists": "[".repeat(size / 2) + "]".repeat(size / 2),
  "objects within objects": '{"a":'.repeat(size / 6) + "1" + "}".repeat(size / 6),
  "NULs as deep as may be": `${"[".repeat(50)}${filled('"\\u0000",', size - 200)}""${"]".repeat(50)}`,
  "NULs below long names": `${`{"${"n".repeat(900)}":`.repeat(50)}[${filled('"\\u0000",', 12_000)}""]${"}".repeat(50)}`,
  "an object of many members": `{${
    Array.from({ length: size / 12 }, (_, i) => `"m${i.toString(36).padStart(5, "0")}":1`).join()
  }}`,
  "a member many times": `{${filled('"a":1,')}"a":1}`,
  "a number of many digits": filled("9"),
};

const bearer = { authorization: `Bearer ${await sentinel.tokenOf("ada")}` };

type Request = [what: string, path: string, init: Init];

const typed = (type: string, body: string): Init => ({ body, headers: { ...bearer, "content-type": type } });

/** A valid value, as far as the examples of the schema allow. */
function sample(schema: Schema): Json {
  if (schema.$ref) return sample(document.components.schemas[schema.$ref.split("/").at(-1)!]!);
  if (schema.example !== undefined) return schema.example;
  if (schema.anyOf) return sample(schema.anyOf[0]!);
  const type = [schema.type].flat()[0];
  if (type === "object") {
    return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, part]) => [name, sample(part)]));
  }
  return type === "array" ? [sample(schema.items ?? {})] : type === "boolean" ? false : type === "string" ? "x" : 1;
}

/** The value with each of its parts replaced, as JSON. */
function* replaced(value: Json, at = ""): Generator<[at: string, put: (text: string) => string]> {
  yield [at || "the body", (text) => text];
  if (value === null || typeof value !== "object") return;
  const names = Array.isArray(value) ? value.map((_, i) => String(i)) : Object.keys(value);
  const part = (name: string) => (value as Record<string, Json>)[name]!;
  const written = (changed: string, text: string) => {
    const parts = names.map((name) => [name, name === changed ? text : JSON.stringify(part(name))] as const);
    if (Array.isArray(value)) return `[${parts.map(([, text]) => text).join()}]`;
    return `{${parts.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join()}}`;
  };
  for (const name of names) {
    for (const [inner, put] of replaced(part(name), `${at}/${name}`)) {
      yield [inner, (text) => written(name, put(text))];
    }
  }
}

/** All expensive requests to the operation that the tables provide. */
function* costly({ method, path }: AnyOperation): Generator<Request> {
  const described = document.paths[path]?.[method] ?? {};
  const concrete = path.replaceAll(/\{\w*id\}/g, crypto.randomUUID()).replaceAll(/\{\w+\}/g, "none");
  const init = (given: Init = {}): Init => ({ headers: bearer, ...given, method: method.toUpperCase() });
  for (const [type, { schema }] of Object.entries(described.requestBody?.content ?? {})) {
    const example = sample(schema);
    if (type === "application/json") {
      for (const [at, put] of replaced(example)) {
        for (const [name, text] of Object.entries(texts)) {
          yield [`${name} at ${at}`, concrete, init(typed(type, put(JSON.stringify(text(size)))))];
        }
        for (const [name, text] of Object.entries(values)) {
          yield [`${name} at ${at}`, concrete, init(typed(type, put(text)))];
        }
      }
    } else {
      const form = example as Record<string, string>;
      for (const member of Object.keys(form)) {
        for (const [name, text] of Object.entries(texts)) {
          for (const share of [1, 3]) { // as it is, or percent-encoded by URLSearchParams
            const body = new URLSearchParams({ ...form, [member]: text(size / share) }).toString();
            const raw = `${new URLSearchParams({ ...form, [member]: "" })}`.replace(
              `${member}=`,
              `${member}=${text(size)}`,
            );
            yield [`${name} in ${member}`, concrete, init(typed(type, share === 1 ? raw : body.slice(0, size)))];
          }
        }
      }
      yield ["many parameters", concrete, init(typed(type, filled("a=&")))];
      yield ["many names", concrete, init(typed(type, Array.from({ length: size / 6 }, (_, i) => `p${i}`).join("&")))];
      yield ["ampersands", concrete, init(typed(type, "&".repeat(size)))];
    }
  }
  for (const [name, text] of Object.entries(texts)) {
    const encoded = encodeURIComponent(text(2_400)).slice(0, 7_800).replace(/%.?$/, "");
    for (const parameter of path.matchAll(/\{\w+\}/g)) {
      const here = path.replace(parameter[0], encoded).replaceAll(/\{\w*id\}/g, crypto.randomUUID());
      yield [`${name} in the path`, here.replaceAll(/\{\w+\}/g, "none"), init()];
    }
    for (const { in: place, name: parameter } of described.parameters ?? []) {
      if (place === "query") yield [`${name} in ${parameter}`, `${concrete}?${parameter}=${encoded}`, init()];
    }
  }
  yield ["many parameters", `${concrete}?${"a&".repeat(3_000)}`, init()];
}

/** Headers that every operation reads or ignores, once for all of them. */
function* costlyHeaders(): Generator<Request> {
  const names = [
    "authorization",
    "x-forwarded-for",
    "forwarded",
    "user-agent",
    "if-match",
    "content-type",
    "x-request-id",
    "origin",
    "cookie",
    "accept",
    "content-encoding",
    "traceparent",
  ];
  const headerTexts = [
    ...["digits", "base64url", "parts of a token", "spaces"].map((name) => texts[name]!(60_000)),
    ...["10.0.0.1,", '"a",', ";a=b", "a=b;", "[::1]:1,", "for=10.0.0.1,", "\u00e9\u00df"].map((text) =>
      text.repeat(6_000)
    ),
  ];
  for (const name of names) {
    for (const [index, text] of headerTexts.entries()) {
      yield [`${name} ${index}`, "/users/me", {
        method: "PATCH",
        body: "{}",
        headers: { ...bearer, "content-type": "application/json", [name]: text },
      }];
      yield [`${name} ${index} at a login`, "/login", {
        method: "POST",
        body: '{"username":"ada","password":1}',
        headers: { "content-type": "application/json", [name]: text },
      }];
    }
  }
}

/** Milliseconds of CPU of this thread, without other processes and hashes (Linux). */
function cpuMs(): number {
  try {
    return Number(Deno.readTextFileSync("/proc/thread-self/schedstat").split(" ")[0]) / 1e6;
  } catch {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e3;
  }
}

async function measured(path: string, init: Init): Promise<{ status: number; ms: number; sizeBytes: number }> {
  const began = cpuMs();
  const response = await sentinel.fetch(path, init);
  const ms = cpuMs() - began;
  return { status: response.status, ms, sizeBytes: (await response.bytes()).length };
}

/** The least of several tries, as a garbage collection or a compilation is no cost of the request. */
async function leastMs(path: string, init: Init, enoughMs: number, tries = 3): Promise<number> {
  let least = Infinity;
  for (let left = tries; left > 0 && least > enoughMs; left--) {
    least = Math.min(least, (await measured(path, init)).ms);
  }
  return least;
}

/** The mean of many tries, as the clock of a thread may tick in steps longer than a request. */
async function usualMs(path: string, init: Init, tries = 50): Promise<number> {
  let sum = 0;
  for (let left = tries; left > 0; left--) sum += (await measured(path, init)).ms;
  return sum / tries;
}

/** A request of the maximum size with ordinary content. */
const harmless: [path: string, init: Init] = ["/access/v1/evaluations", {
  method: "POST",
  ...typed(
    "application/json",
    JSON.stringify({
      subject: { type: "user", id: await sentinel.settled("grace") },
      evaluations: Array.from({ length: 600 }, (_, i) => ({
        action: { name: "read" },
        resource: { type: "documents", id: `of the harmless ${i}` },
      })),
    }),
  ),
}];

/** How many times as much as an ordinary request of the same size a request may cost. */
const dearerMax = 12;

/** A GET may cost this many times as much as without parameters, as those of long answers are dear by themselves. */
const dearerThanPlainMax = 2;
const nothing = { sizeBytes: 0 };

/** How much longer its answer may be than that to a small request: a constant and a multiple of the request's size. */
const [answerSizeMax, answerRatioMax] = [64_000, 4];

const sizeOf = (path: string, { body }: Init) => path.length + Buffer.byteLength(body as string ?? "");

test(
  "X71 X73 X31 no request of 64 kB costs much more than an ordinary one, has a much longer answer, or causes a 500",
  async () => {
    const baseMs = await usualMs(...harmless);
    const enoughMs = dearerMax * baseMs;
    const leastPlainMs = (path?: string) => path === undefined ? 0 : leastMs(path, { headers: bearer }, 0);
    const tooDear: string[] = [];
    let asked = 0;
    async function ask([what, path, init]: Request, plain: { path?: string; sizeBytes: number }) {
      const { status, ms, sizeBytes } = await measured(path, init);
      asked++;
      assert.ok(status < 500, `${what}: ${status}`);
      const most = plain.sizeBytes + answerSizeMax + answerRatioMax * sizeOf(path, init);
      assert.ok(sizeBytes <= most, `${what}: ${sizeBytes} bytes for ${sizeOf(path, init)}`);
      const least = ms <= enoughMs ? ms : await leastMs(path, init, enoughMs);
      if (least > enoughMs && least > dearerThanPlainMax * await leastPlainMs(plain.path)) {
        tooDear.push(`${what}: ${least.toFixed(1)} ms, and harmless ones take ${baseMs.toFixed(1)}`);
      }
      if (tooDear.length === 5) assert.fail(tooDear.join("\n")); // rather than measuring for minutes
    }

    for (const each of offered) {
      const { path } = each;
      const plain = each.method === "get" ? { path, ...await measured(path, { headers: bearer }) } : nothing;
      for (const [what, ...request] of costly(each)) {
        await ask([`${each.method} ${each.path}: ${what}`, ...request], plain);
      }
    }
    for (const request of costlyHeaders()) await ask(request, nothing);
    if (Deno.env.get("COST_VERBOSE")) console.log({ asked, baseMs });
    assert.deepEqual(tooDear, []);
    assert.ok(asked > 1_000);
  },
);
