import assert from "node:assert/strict";
import { assertSheds, isShed, type Ledger, type Sql, whenServed } from "./ledger.ts";
import { clusterPassword } from "../servers/postgres_cluster.ts";
import { type ServeProcess, until } from "../servers/process.ts";

/** Registers and logs in a user, and returns a request that shows whether the token is still valid. */
export async function settle(serve: ServeProcess, ledger: Ledger) {
  assert.equal(await whenServed(() => ledger.register(serve.fetch)), 201);
  const { username, password, user_id } = ledger.acknowledged().at(-1)!;
  const { access_token } = await logIn(serve, { username, password });
  const headers = { authorization: `Bearer ${access_token}` };
  const me = async () => (await drained(await serve.fetch("/users/me", { headers }))).status;
  return { username, password, user_id: user_id!, me };
}

/** Sends JSON. */
export const post = (serve: ServeProcess, path: string, json: unknown) =>
  serve.fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(json) });

/** The tokens of a new session. */
export async function logIn(serve: ServeProcess, person: { username: string; password: string }) {
  const { username, password } = person;
  let tokens: { access_token: string; refresh_token: string };
  const status = await whenServed(async () => {
    const response = await post(serve, "/login", { username, password });
    tokens = await response.json();
    return response.status;
  });
  assert.equal(status, 200);
  return tokens!;
}

/** The answer with its body read; if the request was refused, it must be shed. */
export async function drained(response: Response): Promise<Response> {
  const text = await response.text();
  if (response.status >= 400) assertSheds(response.url, response, JSON.parse(text));
  return response;
}

/** The status of a GET request. */
export const statusOf = async (serve: ServeProcess, path: string) => (await drained(await serve.fetch(path))).status;

/** Waits until `/readyz` answers 200. */
export const isReady = (serve: ServeProcess) =>
  until("it is ready", async () => await statusOf(serve, "/readyz") === 200);

/** Runs `callers` in parallel, each of which repeats the request until `enough`. */
export async function load(callers: number, request: () => Promise<unknown>, enough: () => boolean): Promise<void> {
  await Promise.all(Array.from({ length: callers }, async () => {
    while (!enough()) await request();
  }));
}

/** Asserts that the output contains none of these. */
export function assertSilent(serve: ServeProcess) {
  assert.ok(!serve.output().includes(clusterPassword), "the database's password is in the output");
  assert.doesNotMatch(serve.output(), /unexpected error|unhandled rejection/);
}

/** A client that refreshes. It returns the status, or undefined without an answer. */
export type Refresh = (serve: ServeProcess) => Promise<number | undefined>;

/**
 * An honest client with a new session: it sends the last refresh token that it received, whatever answers were lost,
 * and must never be logged out.
 */
export async function createRefresher(serve: ServeProcess, person: { username: string; password: string }) {
  let { refresh_token } = await logIn(serve, person);
  const refresh: Refresh = async ({ fetch }) => {
    const body = new URLSearchParams({ grant_type: "refresh_token", refresh_token });
    const response = await fetch("/oauth/token", { method: "POST", body }).catch(() => undefined);
    const answer = await response?.json().catch(() => undefined);
    if (!response || !answer) return undefined;
    assertSheds("/oauth/token", response, answer);
    assert.ok(response.status === 200 || isShed(response.status), `I3: ${response.status} ${JSON.stringify(answer)}`);
    if (response.status === 200) refresh_token = answer.refresh_token;
    return response.status;
  };
  return refresh;
}

export type RoleChanger = Awaited<ReturnType<typeof createRoleChanger>>;

/** An administrator who grants a user the role `admin` and revokes it, alternately. */
export async function createRoleChanger(
  serve: ServeProcess,
  warden: { username: string; password: string },
  userId: string,
) {
  const { access_token } = await logIn(serve, warden);
  const headers = { authorization: `Bearer ${access_token}` };
  let [turn, acknowledged] = [0, 0];
  return { change, check, acknowledged: () => acknowledged };

  async function change({ fetch }: ServeProcess): Promise<void> {
    const method = turn++ % 2 === 0 ? "PUT" : "DELETE";
    const response = await fetch(`/users/${userId}/roles/admin`, { method, headers }).catch(() => undefined);
    if (!response) return;
    const { status } = await drained(response);
    assert.ok(status === 204 || isShed(status), `${method} ${status}`);
    if (status === 204) acknowledged++;
  }

  /** I5: each change has its event, and the last event matches the present state. */
  async function check(sql: Sql): Promise<void> {
    const events = await sql<{ action: string }>(
      `select action from audit_events where subject_id = '${userId}' and action like 'role.%' order by occurred_at, id`,
    );
    const inTurn = events.map((_, i) => ({ action: i % 2 === 0 ? "role.granted" : "role.revoked" }));
    assert.deepEqual(events, inTurn, "I5: changes and their events");
    const held = await sql(`select from grants where user_id = '${userId}' and role = 'admin'`);
    assert.equal(held.length, events.length % 2, "I5: the last event and the present state");
  }
}

/** A 503 while the fault lasts: without a deadline of its own the request would wait for as long as its client does. */
export async function assertShedsInTime(ask: () => Promise<Response>): Promise<number> {
  const askedAt = performance.now();
  const response = await ask();
  const tookMs = Math.round(performance.now() - askedAt);
  const { status } = await drained(response);
  assert.equal(status, 503);
  console.log(`${new URL(response.url).pathname} 503 after ${tookMs} ms`);
  return status;
}
