import assert from "node:assert/strict";
import { test } from "../../testing/harness.ts";
import { clientUrlLengthMax, clientUuid, publicClientId } from "./client_id.ts";

const url = "https://app.example.com/client.json";
const id = "01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e";

test("clientUuid derives a UUIDv8 from a URL, and leaves an id as it is", () => {
  assert.match(clientUuid(url)!, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(clientUuid(url), clientUuid(url));
  assert.notEqual(clientUuid(url), clientUuid(`${url}?`), "each byte counts");
  assert.equal(clientUuid(id), id);
});

test("clientUuid finds no client in anything else", () => {
  for (
    const text of [
      undefined,
      "",
      "sentinel",
      id.toUpperCase(),
      "http://app.example.com/client.json",
      ` ${url}`,
      "https:/",
    ]
  ) {
    assert.equal(clientUuid(text), undefined, String(text));
  }
  assert.equal(clientUuid(`https://${"a".repeat(clientUrlLengthMax)}`), undefined);
});

test("publicClientId is the URL of a client that has one", () => {
  assert.equal(publicClientId({ id: clientUuid(url)!, url }), url);
  assert.equal(publicClientId({ id, url: null }), id);
});
