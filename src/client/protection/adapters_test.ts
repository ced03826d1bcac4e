import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
// @ts-types="@types/express"
import express from "express";
import { Hono } from "hono";
import { test } from "../../testing/harness.ts";
import { newApis, newClient, tokenOfClient } from "../../testing/people/clients.ts";
import { serveSentinel } from "../../testing/servers/served_sentinel.ts";
import { type Access, accessOf, createProtection, protectExpress, protectHono } from "../protect.ts";

const served = await serveSentinel();
const { sentinel, issuer } = served;
Deno.test.afterAll(() => served[Symbol.asyncDispose]());

const { documents, pictures } = await newApis(sentinel);
const wanted = { scopes: ["documents:read", "pictures:read"], resources: [documents, pictures], own_api: false };
const client = await newClient(sentinel, wanted);
const token = await tokenOfClient(sentinel, client, { resource: documents });
const foreign = await tokenOfClient(sentinel, client, { resource: pictures });
const protection = createProtection({ issuer, audience: documents });
const [reading, writing] = [{ scopes: ["documents:read"] }, { scopes: ["documents:write"] }];

const metadata = `resource_metadata="${documents}/.well-known/oauth-protected-resource"`;
const bearer = (given: string) => ({ authorization: `Bearer ${given}` });

/** Asks an application that protects `/inner/documents`, where its handler answers the caller's `sub`. */
async function requireProtected(origin: string): Promise<void> {
  const ask = async (method: string, headers: Record<string, string>) => {
    const response = await fetch(`${origin}/inner/documents?access_token=${token}`, { method, headers });
    return {
      status: response.status,
      challenge: response.headers.get("www-authenticate"),
      body: await response.text(),
    };
  };
  const { status, body } = await ask("GET", bearer(token));
  assert.deepEqual([status, body], [200, client.account]);
  const missing = await ask("GET", {});
  assert.equal(missing.status, 401);
  assert.match(missing.challenge!, /^Bearer scope="documents:read", resource_metadata=/);
  const wrong = await ask("GET", bearer(foreign));
  assert.deepEqual([wrong.status, wrong.challenge], [401, `Bearer error="invalid_token", ${metadata}`]);
  const narrow = await ask("PUT", bearer(token));
  const insufficient = `Bearer error="insufficient_scope", scope="documents:write", ${metadata}`;
  assert.deepEqual([narrow.status, narrow.challenge], [403, insufficient]);
  assert.equal(JSON.parse(narrow.body).status, 403);
  const document = await (await fetch(`${origin}${protection.metadataPath}`)).json();
  assert.deepEqual([document.resource, document.authorization_servers], [documents, [issuer]]);
}

async function overNode(server: Server, work: (origin: string) => Promise<void>): Promise<void> {
  await once(server.listen(0, "127.0.0.1"), "listening");
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

test("T257 protectHono protects a Hono application, whose handlers get the access", async () => {
  const inner = new Hono<{ Variables: { access: Access } }>();
  inner.get("/documents", protectHono(protection, reading), (c) => c.text(c.get("access").sub));
  inner.put("/documents", protectHono(protection, writing), () => assert.fail("let in"));
  const app = new Hono().route("/inner", inner).get(protection.metadataPath, () => protection.metadata());
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, app.fetch);
  await requireProtected(`http://127.0.0.1:${server.addr.port}`);
});

test("T257 protectExpress protects an Express application, whose handlers get the access", async () => {
  const inner = express.Router();
  inner.get("/documents", protectExpress(protection, reading), (request, response) => {
    response.send(accessOf(request).sub);
  });
  inner.put("/documents", protectExpress(protection, writing), () => assert.fail("let in"));
  const app = express().use("/inner", inner);
  app.get(protection.metadataPath, async (_, response) => void response.json(await protection.metadata().json()));
  await overNode(createServer(app), requireProtected);
});

test("protectExpress protects a server of Node, and passes on what is no refusal", async () => {
  const errors: unknown[] = [];
  const protect = protectExpress({
    ...protection,
    authenticate: () => Promise.reject(new Error("of the application")),
  });
  const server = createServer((request, response) => {
    assert.throws(() => accessOf(request), TypeError);
    void protect(request, response, (error) => {
      errors.push(error);
      response.end();
    });
  });
  await overNode(server, async (origin) => void await (await fetch(origin)).text());
  assert.match(String(errors[0]), /of the application/);
});
