import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { overSockets } from "../../testing/traffic/sockets.ts";

const settings = { SENTINEL_TRUSTED_PROXIES: "127.0.0.1", SENTINEL_FORWARDED_HEADER: "forwarded" };
const sentinel = await startSentinel({ lasting: false, settings });
const { speak, ...server } = overSockets(sentinel.handle);
Deno.test.afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await sentinel[Symbol.asyncDispose]();
});

/** The address that is recorded for a failed login with these header lines. */
async function recordedAddress(lines: string[]): Promise<string> {
  const body = JSON.stringify({ username: `u${crypto.randomUUID()}`, password: "seven seas" });
  const head = ["POST /login HTTP/1.1", "Content-Type: application/json", `Content-Length: ${body.length}`];
  const answer = await speak([...head, ...lines], body);
  assert.equal(answer?.status, 401);
  const [event] = await sentinel.db.query<{ ip: string }>(
    "test",
    `select d.details->>'ip' as ip from audit_events e join audit_details d on d.event_id = e.id
     where e.action = 'login.failed' and e.request_id = $1 and d.part = 'actor'`,
    [answer.headers.get("x-request-id")],
  );
  return event!.ip;
}

const socket = "127.0.0.1";
const rows: [what: string, lines: string[], address: string][] = [
  ["an address", ["Forwarded: for=198.51.100.7"], "198.51.100.7"],
  ["an address and a port", ['Forwarded: for="198.51.100.7:51234";proto=https;by=10.0.0.1'], "198.51.100.7"],
  ["IPv6 in brackets with a port", ['Forwarded: For="[2001:DB8::1]:51234"'], "2001:db8::1"],
  [
    "the right-most hop that is no proxy",
    ['Forwarded: for=1.1.1.1, for=203.0.113.9, for="127.0.0.1:9"'],
    "203.0.113.9",
  ],
  ["several lines as one", ["Forwarded: for=1.1.1.1", "Forwarded: for=203.0.113.9"], "203.0.113.9"],
  ["a client that the proxy hides as the proxy", ["Forwarded: for=_hidden"], socket],
  ["an old spelling of IPv4 as none", ["Forwarded: for=0306.0063.0144.07"], socket],
  ["X-Forwarded-For as nothing", ["X-Forwarded-For: 203.0.113.9"], socket],
  ["both headers by Forwarded alone", ["X-Forwarded-For: 1.1.1.1", "Forwarded: for=203.0.113.9"], "203.0.113.9"],
];

for (const [what, lines, address] of rows) {
  test(`X20 with SENTINEL_FORWARDED_HEADER=forwarded a login over HTTP is recorded by ${what}`, async () => {
    assert.equal(await recordedAddress(lines), address);
  });
}
