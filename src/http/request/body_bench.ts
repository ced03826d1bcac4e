import { evaluationRoute } from "../../access/decisions/evaluation_route.ts";
import type { Evaluations } from "../../access/decisions/evaluations.ts";
import { createApp } from "./app.ts";
import { readBody } from "./body.ts";
import type { BodySpec } from "../contract/contract.ts";

const log = { debug() {}, info() {}, warn() {}, error() {} };
const app = createApp({ guard: () => () => undefined, log });
evaluationRoute.serve(app, { evaluations: {} as Evaluations });
const spec: BodySpec = app.operations[0]!.body!;
const { schema, skipSchemaIf } = spec;
const bySchema: BodySpec = { ...spec, skipSchemaIf: undefined };

const question = {
  subject: { type: "user", id: "019a0000-0000-7000-8000-000000000001" },
  action: { name: "read" },
  resource: { type: "documents", id: "1" },
};
const body = JSON.stringify(question);
const inChunks = { "content-type": "application/json" };
const declared = { ...inChunks, "content-length": String(body.length) };
const request = (headers: HeadersInit = declared) =>
  new Request("http://127.0.0.1/", { method: "POST", headers, body });
if (!skipSchemaIf?.(question) || !schema.safeParse(question).success) throw new Error("what is measured is wrong");

Deno.bench({
  name: "its zod schema",
  group: "prove the body of a decision",
  baseline: true,
  fn: () => void schema.safeParse(question),
});
Deno.bench({
  name: "known as plain, without the schema",
  group: "prove the body of a decision",
  fn: () => void skipSchemaIf(question),
});

Deno.bench({
  name: "proven by its zod schema",
  group: "read the body of a decision",
  baseline: true,
  fn: async () => void await readBody(request(), bySchema),
});
Deno.bench({
  name: "known as plain",
  group: "read the body of a decision",
  fn: async () => void await readBody(request(), spec),
});

Deno.bench({
  name: "in chunks, as a stream",
  group: "read a body",
  baseline: true,
  fn: async () => void await readBody(request(inChunks), spec),
});
Deno.bench({
  name: "of declared length, in one piece",
  group: "read a body",
  fn: async () => void await readBody(request(), spec),
});

const form = new TextEncoder().encode(`token=${"x".repeat(400)}`);
const [fatal, lenient] = [true, false].map((fatal) => new TextDecoder("utf-8", { fatal, ignoreBOM: true }));
Deno.bench({
  name: "fatal",
  group: "decode a form",
  baseline: true,
  fn: () => void fatal!.decode(form),
});
Deno.bench({
  name: "lenient, and looked through for U+FFFD",
  group: "decode a form",
  fn: () => void lenient!.decode(form).includes("\ufffd"),
});
