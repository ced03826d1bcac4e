import assert from "node:assert/strict";
import { assertSheds, type Ledger } from "./ledger.ts";
import { clusterPassword } from "./postgres_cluster.ts";
import { type ServeProcess, until } from "./process.ts";

/** Somebody registered and logged in, with a request that shows their token still counts. */
export async function settle(serve: ServeProcess, ledger: Ledger) {
  assert.equal(await ledger.register(serve.fetch), 201);
  const { username, password, user_id } = ledger.acknowledged().at(-1)!;
  const { access_token } = await (await post(serve, "/login", { username, password })).json();
  const headers = { authorization: `Bearer ${access_token}` };
  const me = async () => (await drained(await serve.fetch("/users/me", { headers }))).status;
  return { username, password, user_id: user_id!, me };
}

/** Sends JSON. */
export const post = (serve: ServeProcess, path: string, json: unknown) =>
  serve.fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(json) });

/** The answer with its body read; if it is a 5xx it must shed. */
export async function drained(response: Response): Promise<Response> {
  const text = await response.text();
  if (response.status >= 500) assertSheds(response.url, response, JSON.parse(text));
  return response;
}

/** The status of a GET. */
export const statusOf = async (serve: ServeProcess, path: string) => (await drained(await serve.fetch(path))).status;

/** Waits until `/readyz` says 200. */
export const isReady = (serve: ServeProcess) =>
  until("it is ready", async () => await statusOf(serve, "/readyz") === 200);

/** `callers` at once, each again and again until `enough`. */
export async function load(callers: number, request: () => Promise<unknown>, enough: () => boolean): Promise<void> {
  await Promise.all(Array.from({ length: callers }, async () => {
    while (!enough()) await request();
  }));
}

/** Everything Sentinel writes must be free of these. */
export function assertSilent(serve: ServeProcess) {
  assert.ok(!serve.output().includes(clusterPassword), "the database's password is in the output");
  assert.doesNotMatch(serve.output(), /unforeseen error|unhandled rejection/);
}

const shedMsMax = 2_000;

/** I11: a 503, within 2 s. For requests that hash nothing, as the time for that is the machine's. */
export async function assertShedsInTime(ask: () => Promise<Response>): Promise<void> {
  const askedAt = performance.now();
  const response = await ask();
  const tookMs = Math.round(performance.now() - askedAt);
  assert.equal((await drained(response)).status, 503);
  assert.ok(tookMs <= shedMsMax, `I11: ${response.url} took ${tookMs} ms`);
  console.log(`${new URL(response.url).pathname} 503 after ${tookMs} ms`);
}
