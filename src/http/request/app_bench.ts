import { z } from "@hono/zod-openapi";
import { createApp } from "./app.ts";
import { createRequestContext } from "./request_context.ts";
import { anyone, fromMemory, ok, operation, problems } from "../contract/contract.ts";
import { requireValidTarget } from "./target.ts";

const log = { debug() {}, info() {}, warn() {}, error() {} };
const app = createApp({ guard: () => () => undefined, log });
const shared = {
  method: "get" as const,
  tags: ["operations"] as ["operations"],
  summary: "Says hello",
  ...anyone,
  ...ok(z.strictObject({ hello: z.string() }), "Hello"),
  ...problems(),
};
const hello = () => ({ hello: "world" });
app.add(operation({ ...shared, path: "/users/me", operationId: "fromMemory", ...fromMemory }), hello);
app.add(
  operation({ ...shared, path: "/users/{id}", operationId: "other", params: z.object({ id: z.string() }) }),
  hello,
);
app.add(operation({ ...shared, path: "/budget", operationId: "withBudget" }), hello);

const remoteAddr = { transport: "tcp", hostname: "127.0.0.1", port: 1 } as const;
const info = { remoteAddr, completed: Promise.resolve() };
const [me, budget] = ["/users/me", "/budget"].map((path) =>
  new Request(`http://127.0.0.1${path}`, { headers: { host: "127.0.0.1" } })
) as [
  Request,
  Request,
];
const callOf = (request: Request) => createRequestContext(request, info, []);
if ((await app.fetch(me, callOf(me))).status !== 200 || (await app.hono.fetch(me, callOf(me))).status !== 200) {
  throw new Error("what is measured is wrong");
}

Deno.bench({
  name: "by Hono's router, beside /users/{id}",
  group: "route and answer GET /users/me",
  baseline: true,
  fn: async () => void await app.hono.fetch(me, callOf(me)),
});
Deno.bench({
  name: "by its exact path",
  group: "route and answer GET /users/me",
  fn: async () => void await app.fetch(me, callOf(me)),
});

Deno.bench({
  name: "with a budget for what it asks the database",
  group: "answer from memory",
  baseline: true,
  fn: async () => void await app.fetch(budget, callOf(budget)),
});
Deno.bench({
  name: "without one",
  group: "answer from memory",
  fn: async () => void await app.fetch(me, callOf(me)),
});

Deno.bench({
  name: "as it comes",
  group: "checks of the target before GET /users/me",
  baseline: true,
  fn: async () => void await app.fetch(me, callOf(me)),
});
Deno.bench({
  name: "after the checks of Host and path",
  group: "checks of the target before GET /users/me",
  async fn() {
    requireValidTarget(me);
    await app.fetch(me, callOf(me));
  },
});
