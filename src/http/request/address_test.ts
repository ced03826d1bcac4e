import assert from "node:assert/strict";
import { readConfig } from "../../compose/config.ts";
import { type Init, startSentinel, test } from "../../testing/harness.ts";
import { people } from "../../testing/people/people.ts";
import { clientAddress } from "./address.ts";

const trusted = (networks: string) =>
  readConfig({ SENTINEL_TRUSTED_PROXIES: networks }).settings.SENTINEL_TRUSTED_PROXIES;

const addresses: [what: string, proxies: string, socket: string, forwardedFor: string | null, client: string | null][] =
  [
    ["the socket's without any header", "", "198.51.100.1", null, "198.51.100.1"],
    [
      "T109 the socket's, whatever is forwarded, where no proxy is trusted",
      "",
      "198.51.100.1",
      "203.0.113.9",
      "198.51.100.1",
    ],
    ["T109 the socket's where another proxy is trusted", "10.0.0.0/8", "198.51.100.1", "203.0.113.9", "198.51.100.1"],
    ["the hop that a trusted proxy names", "10.0.0.0/8", "10.1.2.3", "203.0.113.9", "203.0.113.9"],
    [
      "T109 the right-most hop that is no proxy, not what the client wrote before it",
      "10.0.0.0/8",
      "10.1.2.3",
      "1.1.1.1, 203.0.113.9",
      "203.0.113.9",
    ],
    ["the hop before two trusted proxies", "10.0.0.0/8", "10.1.2.3", "1.1.1.1, 203.0.113.9,10.9.9.9", "203.0.113.9"],
    [
      "T109 never a hop behind one that is not trusted",
      "10.0.0.0/8",
      "10.1.2.3",
      "203.0.113.9, 192.0.2.1, 10.9.9.9",
      "192.0.2.1",
    ],
    ["the left-most hop where all are proxies", "10.0.0.0/8", "10.1.2.3", "10.0.0.1, 10.0.0.2", "10.0.0.1"],
    [
      "the hop at which the walk ends, however many more are proxies",
      "10.0.0.0/8",
      "10.1.2.3",
      `203.0.113.9, 10.0.0.1, ${Array(31).fill("10.0.0.2").join()}`,
      "10.0.0.1",
    ],
    ["the proxy's where it names no hop", "10.0.0.0/8", "10.1.2.3", null, "10.1.2.3"],
    ["the proxy's where the header is empty", "10.0.0.0/8", "10.1.2.3", "", "10.1.2.3"],
    ["the proxy's where the last hop is no address", "10.0.0.0/8", "10.1.2.3", "203.0.113.9, unknown", "10.1.2.3"],
    [
      "the last good hop where the one before is no address",
      "10.0.0.0/8",
      "10.1.2.3",
      "203.0.113.9, _hidden, 10.0.0.7",
      "10.0.0.7",
    ],
    ["the proxy's where the hop is SQL", "10.0.0.0/8", "10.1.2.3", "' OR 1=1--", "10.1.2.3"],
    ["the hop without the white space around it", "10.0.0.0/8", "10.1.2.3", "203.0.113.9\n", "203.0.113.9"],
    ["one trusted address, and not its neighbour", "192.0.2.7", "192.0.2.8", "203.0.113.9", "192.0.2.8"],
    ["the hop of one trusted address", "192.0.2.7", "192.0.2.7", "203.0.113.9", "203.0.113.9"],
    ["the hop of a trusted IPv6 network", "fd00::/8", "fd12::1", "2001:db8::1", "2001:db8::1"],
    [
      "the socket's where only the other family is trusted",
      "10.0.0.0/8",
      "fd00::a01:203",
      "203.0.113.9",
      "fd00::a01:203",
    ],
    ["T112 an IPv4-mapped socket as IPv4", "", "::ffff:198.51.100.1", null, "198.51.100.1"],
    [
      "T112 an IPv4-mapped proxy as the IPv4 one that is trusted",
      "10.0.0.0/8",
      "::ffff:10.1.2.3",
      "203.0.113.9",
      "203.0.113.9",
    ],
    ["T112 an IPv4-mapped hop as IPv4", "10.0.0.0/8", "10.1.2.3", "::ffff:cb00:7109", "203.0.113.9"],
    [
      "T112 an IPv4-mapped hop as the proxy that it is",
      "10.0.0.0/8",
      "10.1.2.3",
      "203.0.113.9, ::ffff:10.0.0.7",
      "203.0.113.9",
    ],
    ["T112 IPv6 in upper case as in lower case", "", "2001:DB8::A", null, "2001:db8::a"],
    ["T112 IPv6 written in full as in short", "", "2001:0db8:0000:0000:0000:0000:0000:000a", null, "2001:db8::a"],
    ["nothing where the socket has no address", "", "", "203.0.113.9", null],
  ];

for (const [what, proxies, socket, forwardedFor, client] of addresses) {
  test(`clientAddress is ${what}`, () => {
    assert.equal(clientAddress(socket, forwardedFor, trusted(proxies)), client);
  });
}

test("clientAddress reads no more hops than the maximum", () => {
  const hops = Array(4000).fill("10.0.0.1").join(",");
  assert.equal(clientAddress("10.1.2.3", hops, trusted("10.0.0.0/8")), "10.0.0.1");
});

const sentinel = await startSentinel({ lasting: false, settings: { SENTINEL_TRUSTED_PROXIES: "127.0.0.1" } });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

/** The address that is recorded for a login of grace from there. */
async function recordedAddress(headers: Init["headers"]): Promise<string> {
  await sentinel.settled("grace");
  const { username, password } = people.grace;
  const response = await sentinel.fetch("/login", { json: { username, password }, headers: headers ?? {} });
  assert.equal(response.status, 200);
  const [session] = await sentinel.db.query<{ ip: string }>(
    "last_session",
    "select ip from sessions order by id desc limit 1",
  );
  return session!.ip;
}

test("T109 POST /login behind a trusted proxy records the client that the proxy names", async () => {
  assert.equal(await recordedAddress({ "x-forwarded-for": "1.1.1.1, 203.0.113.9" }), "203.0.113.9");
});

test("T109 POST /login reads several X-Forwarded-For lines as one", async () => {
  const headers = new Headers();
  for (const hop of ["1.1.1.1", "203.0.113.9"]) headers.append("x-forwarded-for", hop);
  assert.equal(await recordedAddress(headers), "203.0.113.9");
});

test("T111 POST /login behind a trusted proxy reads X-Forwarded-For and no other header", async () => {
  const claimed = "203.0.113.9";
  const headers = {
    "x-real-ip": claimed,
    "forwarded": `for=${claimed}`,
    "cf-connecting-ip": claimed,
    "true-client-ip": claimed,
    "x-client-ip": claimed,
  };
  assert.equal(await recordedAddress(headers), "127.0.0.1");
});

test("X20 a hop may have a port and brackets, but not an old spelling of IPv4 or a name", () => {
  const proxies = trusted("10.0.0.0/8, 2001:db8:ffff::/48");
  const of = (header: string) => clientAddress("10.0.0.1", header, proxies);
  for (
    const [header, address] of [
      ["198.51.100.7:51234", "198.51.100.7"],
      ["198.51.100.7", "198.51.100.7"],
      ["[2001:db8::1]:443", "2001:db8::1"],
      ["[2001:db8::1]", "2001:db8::1"],
      ["2001:db8::1", "2001:db8::1"],
      ["::ffff:198.51.100.7", "198.51.100.7"],
      ["[::ffff:198.51.100.7]:1", "198.51.100.7"],
      ["192.0.2.1, 198.51.100.7:1, 10.0.0.2:2", "198.51.100.7"],
      ["198.51.100.7:1, [2001:db8:ffff::1]:2", "198.51.100.7"],
    ] as const
  ) {
    assert.equal(of(header), address, header);
  }
  for (
    const header of [
      "0300.0250.0.1",
      "1.2",
      "0x7f.1",
      "3221226219",
      "01.2.3.4",
      "127.1",
      "::ffff:0300.0250.0.1",
      "::ffff:1.2",
      "unknown",
      "_hidden",
      "[198.51.100.7]",
      "[2001:db8::1",
      "2001:db8::1]",
      "198.51.100.7:port",
      "198.51.100.7:123456",
      "fe80::1%eth0",
      "198.51.100.7 ; x",
      "",
      "localhost",
      '"198.51.100.7"',
    ]
  ) {
    assert.equal(of(`192.0.2.1, ${header}`), "10.0.0.1", header);
  }
});

test("X20 the Forwarded header (RFC 7239) is read if it is configured, and then only it", () => {
  const proxies = trusted("10.0.0.0/8");
  const of = (header: string) => clientAddress("10.0.0.1", header, proxies, "forwarded");
  for (
    const [header, address] of [
      ["for=198.51.100.7", "198.51.100.7"],
      ['For="[2001:db8:cafe::17]:4711"', "2001:db8:cafe::17"],
      ["for=192.0.2.60;proto=http;by=203.0.113.43", "192.0.2.60"],
      ['by="a,b;for=192.0.2.1" ; for="198.51.100.7:80"', "198.51.100.7"],
      ["for=192.0.2.1, for=198.51.100.7, for=10.0.0.3", "198.51.100.7"],
      ['for=192.0.2.1, for="198.51.100.7:_port"', "198.51.100.7"],
    ] as const
  ) {
    assert.equal(of(header), address, header);
  }
  for (
    const header of [
      "for=unknown",
      "for=_hidden",
      "for=_SEVKISEK",
      "by=198.51.100.7",
      "198.51.100.7",
      "for=198.51.100.7;for=192.0.2.1",
      'for="198.51.100.7',
      "for=[2001:db8::1",
      "for=0300.0250.0.1",
      'for="\\\\198.51.100.7"',
      "xfor=198.51.100.7",
    ]
  ) {
    assert.equal(of(header), "10.0.0.1", header);
  }
  assert.equal(clientAddress("203.0.113.9", "for=198.51.100.7", proxies, "forwarded"), "203.0.113.9");
});

test("X20 T109 quotes that a client sends in Forwarded do not hide what the proxy appends", () => {
  const of = (header: string) => clientAddress("10.0.0.1", header, trusted("10.0.0.0/8"), "forwarded");
  for (
    const written of [
      'for=192.0.2.1;x="',
      'for=192.0.2.1;x=\\"',
      'for="192.0.2.1',
      'for=192.0.2.1, x="',
      '"',
      "x=\\",
      'x="\\',
      'for=192.0.2.1;x="a\\"',
      "for=192.0.2.1;",
    ]
  ) {
    for (
      const appended of [
        "for=198.51.100.7",
        'for="198.51.100.7:4711";proto=https',
        'for=198.51.100.7;host="auth.example"',
        'for=198.51.100.7;host="a\\", for=192.0.2.1;y=\\""',
        'for=198.51.100.7;host="a\\\\"',
        'for=198.51.100.7, for="10.0.0.2"',
      ]
    ) {
      assert.equal(of(`${written}, ${appended}`), "198.51.100.7", `${written}, ${appended}`);
    }
  }
});
