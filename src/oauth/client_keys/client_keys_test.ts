import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { asserted, assertionOf, type KeyClient, newKeyClient, newKeyPair } from "../../testing/people/key_clients.ts";
import { createOutbound } from "../../platform/outbound.ts";
import type { PrincipalClient } from "../../vocabulary/actor.ts";
import { createClientKeys, KeysUnavailable } from "./client_keys.ts";

const sentinel = await startSentinel({ lasting: false, settings: { SENTINEL_OUTBOUND_ALLOW: "127.0.0.1" } });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

/** A server of keys, which answers what the test sets. */
function serveKeys(answer: () => Response | Promise<Response>) {
  const stopping = new AbortController();
  const { signal } = stopping;
  const served = { answer, requests: 0 };
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", signal, onListen() {} }, () => {
    served.requests++;
    return served.answer();
  });
  const uri = `http://127.0.0.1:${(server.addr as Deno.NetAddr).port}/jwks`;
  return Object.assign(served, {
    uri,
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await server.finished;
    },
  });
}

const setOf = (...pairs: { jwk: object }[]) => () => Response.json({ keys: pairs.map(({ jwk }) => jwk) });

const ask = async (client: KeyClient) => {
  const form = asserted(await assertionOf(client), { grant_type: "client_credentials" });
  return (await sentinel.fetch("/oauth/token", { form })).status;
};

async function lastReason({ id }: KeyClient): Promise<string> {
  await sentinel.clientRefusals.flush();
  return (await sentinel.clientRefusals.list(id))[0]!.reason;
}

/** The keys of a client as memory keeps them, with a clock that the test sets. */
function keysAt(uri: string) {
  const clock = { ms: 0 };
  const outcomes: string[] = [];
  const allowed = sentinel.settings.SENTINEL_OUTBOUND_ALLOW;
  const keys = createClientKeys({
    isOfStranger: () => false,
    outbound: createOutbound({ allowed, timeoutMs: 50 }),
    monotonic: () => clock.ms,
    counted: (outcome) => outcomes.push(outcome),
  });
  const client = { id: "a client", jwks: null, jwks_uri: uri } as PrincipalClient;
  const find = async (kid: string) => {
    try {
      return await keys.find(client, kid, "ES256") !== undefined;
    } catch (error) {
      assert.ok(error instanceof KeysUnavailable);
      return error.message;
    }
  };
  return { clock, outcomes, find };
}

test("T238 the keys at a jwks_uri authenticate the client, and those that a client cannot use are left out", async () => {
  await using server = serveKeys(() => new Response());
  const client = await newKeyClient(sentinel, { jwks_uri: server.uri });
  const secret = { jwk: { kty: "oct", k: "c2VjcmV0", kid: "secret" } };
  const weak = { jwk: { kty: "RSA", n: "v".repeat(171), e: "AQAB", kid: "weak" } };
  server.answer = setOf(secret, weak, await newKeyPair("ES384"), client, { jwk: { ...client.jwk, x: "AA" } });
  assert.equal(await ask(client), 200);
  assert.equal(await ask(client), 200);
  assert.equal(server.requests, 1);
  assert.equal(await ask({ ...client, kid: "other" }), 401);
  assert.equal(server.requests, 1, "no request within a minute of the last one");
});

test("T238 a jwks_uri that leads into the network, elsewhere, or to an endless answer authenticates nobody", async () => {
  await using inner = serveKeys(() => new Response("internal"));
  const elsewhere = () => new Response(null, { status: 302, headers: { location: inner.uri } });
  const huge = () => Response.json({ keys: [], more: "x".repeat(1_048_576) });
  await using server = serveKeys(elsewhere);
  for (
    const [uri, answer, reason] of [
      ["http://169.254.169.254/latest/meta-data", undefined, /neither on the internet/],
      ["https://10.0.0.1/jwks", undefined, /neither on the internet/],
      ["http://[::1]/jwks", undefined, /neither on the internet/],
      ["http://8.8.8.8/jwks", undefined, /only https on port 443/],
      [server.uri, elsewhere, /redirect/],
      [server.uri, huge, /more than 65536 bytes/],
      [server.uri, () => new Response("{}", { status: 500 }), /it answers 500/],
      [server.uri, () => new Response("<html>"), /no JWK Set/],
      [server.uri, setOf(), /no JWK Set/],
    ] as const
  ) {
    if (answer) server.answer = answer;
    const client = await newKeyClient(sentinel, { jwks_uri: uri });
    assert.equal(await ask(client), 401);
    assert.match(await lastReason(client), reason);
  }
  assert.equal(inner.requests, 0);
});

test("an unknown key is asked for once a minute at most, by one request for all", async () => {
  const [old, next] = [await newKeyPair(), await newKeyPair()];
  await using server = serveKeys(setOf(old));
  const { clock, find } = keysAt(server.uri);
  const found = await Promise.all(Array.from({ length: 20 }, () => find(old.kid)));
  assert.deepEqual([new Set(found), server.requests], [new Set([true]), 1]);
  server.answer = setOf(old, next);
  assert.deepEqual([await find(next.kid), await find(old.kid), server.requests], [false, true, 1]);
  clock.ms += 60_000;
  const asked = await Promise.all(Array.from({ length: 20 }, () => find(next.kid)));
  assert.deepEqual([new Set(asked), server.requests], [new Set([true]), 2]);
});

test("an error replaces no good answer, and a key that is gone is refused after ten minutes", async () => {
  const pair = await newKeyPair();
  await using server = serveKeys(setOf(pair));
  const { clock, outcomes, find } = keysAt(server.uri);
  assert.equal(await find(pair.kid), true);
  server.answer = () => new Response("out of order", { status: 503 });
  clock.ms += 600_000;
  assert.deepEqual([await find(pair.kid), server.requests], [true, 2]);
  assert.deepEqual([await find(pair.kid), server.requests], [true, 2], "not before another minute");
  server.answer = setOf(await newKeyPair());
  clock.ms += 60_000;
  assert.deepEqual([await find(pair.kid), server.requests], [false, 3]);
  assert.deepEqual(outcomes, ["ok", "http_status", "ok"]);
});

test("a failed request is not repeated for a minute, and a slow one ends in time", async () => {
  const pair = await newKeyPair();
  await using server = serveKeys(() =>
    new Response(new ReadableStream({ start: (body) => body.enqueue(Uint8Array.of(123)) }))
  );
  const { clock, outcomes, find } = keysAt(server.uri);
  assert.match(String(await find(pair.kid)), /did not answer in time/);
  server.answer = setOf(pair);
  assert.match(String(await find(pair.kid)), /did not answer in time/);
  assert.equal(server.requests, 1);
  clock.ms += 60_000;
  assert.equal(await find(pair.kid), true);
  assert.deepEqual(outcomes, ["timeout", "ok"]);
});
