import { z } from "@hono/zod-openapi";
import type { Principal } from "../../vocabulary/actor.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { anyone, fromMemory, ok, operation, problems, signedIn } from "../contract/contract.ts";
import { problemAnswer, successAnswer } from "./answer.ts";
import { createApp } from "./app.ts";
import { asProblem } from "./failure.ts";
import { systemClock } from "../../platform/clock.ts";
import { createSignInFreshness } from "./freshness.ts";
import { bearerToken, createGuard } from "./guard.ts";
import { createRequestContext, type RequestContext } from "./request_context.ts";
import { requireValidTarget } from "./target.ts";

const log = { debug() {}, info() {}, warn() {}, error() {} };
const app = createApp({ guard: () => () => undefined, log });
const shared = {
  tags: ["operations"] as ["operations"],
  summary: "Says hello",
  ...anyone,
  ...ok(z.strictObject({ hello: z.string() }), "Hello"),
  ...problems(),
};
const hello = () => ({ hello: "world" });
app.add(operation("GET /users/me", { ...shared, operationId: "fromMemory", ...fromMemory }), hello);
app.add(
  operation("GET /users/{id}", { ...shared, operationId: "other", params: z.object({ id: z.string() }) }),
  hello,
);
app.add(operation("GET /budget", { ...shared, operationId: "withBudget" }), hello);

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

const principal: Principal = {
  user: {
    id: "1",
    kind: "person",
    username: "ada",
    email: "ada@example.com",
    email_verified: true,
    created_at: "",
    disabled: false,
    has_factor: false,
    grants: [],
  },
  session: {
    ...{ id: "2", user_id: "1", kind: "api", client_id: null, revoked: false, expires_at: Infinity },
    ...{ auth_time: 0, aal: 1 },
  },
};
const getMe = operation("GET /users/me", {
  ...shared,
  ...signedIn,
  ...fromMemory,
  ...ok(z.strictObject({ id: z.string() }), "You"),
  operationId: "getMe",
});
const personOf = ({ user: { id, username, email, created_at } }: Principal) => ({ id, username, email, created_at });

const guarded = createApp({
  guard: createGuard({
    authentication: {
      authenticate: () => principal,
      authenticateWithSignIn: () => principal,
      authenticateForUserinfo: () => principal,
    },
    proofs: { read: () => Promise.reject(new Error("no request has a proof")) },
    authorization: { holds: () => true },
    freshness: createSignInFreshness({ clock: systemClock, aal2MaxSeconds: 43_200 }),
  }),
  log,
});
guarded.add(getMe, ({ caller }) => personOf(caller));

/** The same steps, each as an async function: the app, the route, the guard, the authentication and the handler. */
const plain = {
  async fetch(request: Request, call: RequestContext): Promise<Response> {
    try {
      return await plain.route(request, call);
    } catch (error) {
      return problemAnswer(call, getMe.path, asProblem(error, call, log));
    }
  },
  async route(request: Request, call: RequestContext): Promise<Response> {
    call.route = getMe.path;
    const caller = await plain.guard(request, call);
    return successAnswer(call, request, getMe.success, await plain.handler({ caller, client: call.client }));
  },
  async guard(request: Request, call: RequestContext): Promise<Principal> {
    if (bearerToken(request.headers.get("authorization")) === undefined) throw new Problem("token_missing");
    const caller = await plain.authenticate();
    call.userId = caller.user.id;
    return caller;
  },
  authenticate: async () => await principal,
  handler: async ({ caller }: { caller: Principal; client: RequestContext["client"] }) => await personOf(caller),
};

const authorized = new Request(me, { headers: { host: "127.0.0.1", authorization: "Bearer token" } });
for (const { fetch } of [guarded, plain]) {
  if ((await fetch(authorized, callOf(authorized))).status !== 200) throw new Error("what is measured is wrong");
}

Deno.bench({
  name: "each step an async function",
  group: "from the guard of GET /users/me to its answer",
  baseline: true,
  fn: async () => void await plain.fetch(authorized, callOf(authorized)),
});
Deno.bench({
  name: "each step a value where it waits for nothing",
  group: "from the guard of GET /users/me to its answer",
  fn: async () => void await guarded.fetch(authorized, callOf(authorized)),
});

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
