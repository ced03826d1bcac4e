import { localActor, localClient } from "../../vocabulary/actor.ts";
import assert from "node:assert/strict";
import { HashQueueFull } from "../../platform/hashing/hashing.ts";
import { startSentinel, test } from "../../testing/harness.ts";
import { loginsWith } from "../../testing/people/sessions.ts";

const sentinel = await startSentinel({
  settings: {
    SENTINEL_RATE_LIMIT: "on",
    SENTINEL_RATE_LIMIT_LOGIN_ACCOUNT: "3/900",
    SENTINEL_RATE_LIMIT_LOGIN_ADDRESS: "10/900",
    SENTINEL_RATE_LIMIT_REGISTER_ADDRESS: "2/3600",
    SENTINEL_TRUSTED_PROXIES: "127.0.0.1",
  },
  lasting: false,
  cheapHashes: true,
});
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const { db, registrations, users } = sentinel;
const password = "odysseus in the cave";

/** A login from an address, as the proxy in front reports it. */
const attempt = (username: string, password: string, from = "192.0.2.1", headers: Record<string, string> = {}) =>
  sentinel.fetch("/login", { form: { username, password }, headers: { ...headers, "x-forwarded-for": from } });

const statusOf = async (...args: Parameters<typeof attempt>) => (await attempt(...args)).status;

let guessed = 0;

/** A new wrong password: equal ones at once would be one attempt. */
const guess = (name: string, from?: string) => statusOf(name, `wrong password ${++guessed}`, from);

/** A login of a user that {@link fresh} has created. */
const login = (username: string, from: string) => attempt(username, password, from);

/** Creates an account that no other test uses, and returns its id. */
async function fresh(username: string): Promise<string> {
  const { id } = await registrations.create({ username, email: `${username}@example.com`, password }, [], localActor);
  return id;
}

async function metric(name: string): Promise<number> {
  const text = await (await sentinel.fetch("/metrics")).text();
  return Number(text.match(new RegExp(`^${name} (\\S+)$`, "m"))![1]);
}

async function bucketCount(): Promise<number> {
  const [row] = await db.query<{ count: number }>("test", "select count(*)::int as count from throttle_buckets");
  return row!.count;
}

/** What an answer reveals of a limit, without the request's id. */
async function refusal(response: Response) {
  const { request_id: _, ...body } = await response.json();
  const headers = ["retry-after", "ratelimit", "ratelimit-policy"].map((name) => response.headers.get(name));
  return { status: response.status, headers, body };
}

/** The whole answer to the right password with this name. */
async function wholeRefusal(name: string) {
  const response = await attempt(name, password, "192.0.2.1", { "x-request-id": "one-id-for-all" });
  const text = await response.text();
  const headers: Record<string, string> = Object.fromEntries(response.headers);
  return { status: response.status, headers, body: JSON.parse(text), length: text.length };
}

/** The same without the remaining wait, which changes between the two requests. */
function withoutSeconds({ headers, ...rest }: Awaited<ReturnType<typeof wholeRefusal>>) {
  const timeless = Object.entries(headers).map(([name, value]) => [
    name,
    /^(retry-after|ratelimit)$/.test(name) ? value.replace(/\d+$/, "seconds") : value,
  ]);
  return { headers: Object.fromEntries(timeless), ...rest };
}

test(
  "T094 T106 spellings of one name share a bucket; when it is empty the right password is 429 too, alike for unknown names",
  async () => {
    await fresh("spelled");
    for (const name of ["spelled", "SPELLED", "ｓｐｅｌｌｅｄ"]) assert.equal(await guess(name), 401);
    for (let i = 0; i < 3; i++) assert.equal(await guess("no-such-user"), 401);
    const sessions = await db.query("test", "select from sessions");

    const known = await wholeRefusal("spelled");
    const unknown = await wholeRefusal("no-such-user");
    assert.equal(known.status, 429);
    assert.equal(known.body.type, "/problems/rate_limited");
    const { "retry-after": retryAfter, "ratelimit": limit, "ratelimit-policy": policy } = known.headers;
    assert.match(retryAfter!, /^\d+$/);
    assert.equal(policy, '"login_account";q=3;w=900');
    assert.equal(limit, `"login_account";r=0;t=${retryAfter}`);
    assert.deepEqual(withoutSeconds(unknown), withoutSeconds(known));
    assert.deepEqual(await db.query("test", "select from sessions"), sessions);
  },
);

test("T094 a name with a space is another, unknown one: it shares no bucket and opens no account", async () => {
  const from = "192.0.2.94";
  await fresh("spaced");
  for (const name of ["spaced ", "spaced\u00a0", "SPACED\u3000"]) { // by NFKC each ends in the same space
    assert.equal(await statusOf(name, password, from), 401);
  }
  assert.equal(await statusOf("spaced ", password, from), 429);
  assert.equal((await login("spaced", from)).status, 200);
});

test("T086 T093 a locked name reveals nothing of another, even of the same account; unlock frees both", async () => {
  await fresh("two-names");
  const [username, email] = ["two-names", "two-names@example.com"];
  for (const name of ["no-such-name", "no-such-name@example.com", username, email]) {
    const from = `192.0.2.${name.length + 30}`; // so that no address reaches its limit
    assert.deepEqual(
      [await guess(name, from), await guess(name, from), await guess(name, from)],
      [401, 401, 401],
      name,
    );
    assert.equal(await guess(name, from), 429, name);
  }
  await users.unlock(username);
  for (const name of [username, email]) assert.equal(await guess(name, "192.0.2.30"), 401, name);
  for (const name of ["no-such-name", "no-such-name@example.com"]) assert.equal(await guess(name, "192.0.2.30"), 429);
});

test("unlock admits unknown networks again at once, and the user's own ones", async () => {
  const home = "192.0.2.2";
  await fresh("unlocked");
  for (let i = 0; i < 3; i++) assert.equal(await guess("unlocked", home), 401);
  assert.equal((await login("unlocked", home)).status, 429);
  await users.unlock("unlocked");
  assert.equal((await login("unlocked", home)).status, 200);
  for (let i = 0; i < 3; i++) assert.equal(await guess("unlocked", home), 401);
  assert.equal((await login("unlocked", home)).status, 429);
  await users.unlock("unlocked");
  assert.equal((await login("unlocked", home)).status, 200);
});

test("unlock does not free an address over its limit, but lets all others log in to the account", async () => {
  const from = "192.0.2.3";
  await Promise.all(Array.from({ length: 10 }, (_, i) => guess(`from-one-address-${i}`, from)));
  await fresh("crowded");
  await users.unlock("crowded");
  assert.equal((await refusal(await login("crowded", from))).headers[2], '"login_address";q=10;w=900');
  assert.equal((await login("crowded", "192.0.2.4")).status, 200);
});

test("T121 a success refunds its own take and no more, of the account and of the address", async () => {
  const [id, from] = ["mallory", "192.0.2.21"];
  await fresh(id);
  const own = () => statusOf(id, password, from);
  for (let i = 0; i < 4; i++) assert.equal(await own(), 200);
  const guesses = await Promise.all(Array.from({ length: 5 }, () => guess(id, from)));
  assert.deepEqual(guesses.toSorted(), [401, 401, 401, 429, 429]);
  await users.unlock(id);
  for (let i = 0; i < 5; i++) { // with the five before, all that the address has
    assert.equal(await guess(`victim-${i}`, from), 401);
    if (i < 4) assert.equal(await own(), 200);
  }
  assert.equal(await guess("victim-5", from), 429);
  assert.equal(await own(), 429);
});

test(
  "T099 T117 many names and passwords from one address cost as many hashes and rows as its limit, and delay no other user",
  async () => {
    const from = "192.0.2.99";
    await fresh("bystander");
    const [hashes, rows] = [await metric("sentinel_hash_duration_seconds_count"), await bucketCount()];
    const statuses = await Promise.all(Array.from({ length: 100 }, (_, i) => guess(`pair-${i}`, from)));
    assert.equal(statuses.filter((status) => status === 401).length, 10);
    assert.equal(statuses.filter((status) => status === 429).length, 90);
    assert.equal(await metric("sentinel_hash_duration_seconds_count") - hashes, 10);
    assert.equal(await bucketCount() - rows, 1 + 10);
    assert.equal((await refusal(await attempt("pair-1", "wrong", from))).headers[2], '"login_address";q=10;w=900');
    assert.equal((await login("bystander", "192.0.2.100")).status, 200);
  },
);

test("T101 one password tried on many accounts is counted per account, even from as many addresses", async () => {
  const name = "sentinel_guessed_accounts_total";
  const before = await metric(name);
  const spray = await Promise.all(Array.from({ length: 6 }, (_, i) => guess(`sprayed-${i}`, `198.51.100.${i}`)));
  assert.deepEqual(spray, Array(6).fill(401));
  assert.equal(await metric(name) - before, 6);
  await fresh("one-of-many");
  for (let i = 0; i < 4; i++) await guess("one-of-many", `198.51.100.${100 + i}`);
  assert.equal(await metric(name) - before, 7);
  await fresh("unsuspected");
  assert.equal(await statusOf("unsuspected", password, "198.51.100.200"), 200);
  assert.equal(await metric(name) - before, 7);
});

test(
  "T101 one password tried on 200 accounts from 200 addresses raises the count by 200, and on one by 1",
  async () => {
    let accounts = 0;
    // Hashes nothing, so that there can be many.
    const idle = { verify: () => Promise.resolve(false), waitOutMinimumFailure: () => Promise.resolve() };
    const guessed = loginsWith(sentinel, idle, { countedAccount: () => void accounts++ });
    const spray = (username: string, i: number) =>
      assert.rejects(guessed.login({ username, password: "Summer2026" }, { ...localClient, ip: `198.19.0.${i}` }), {
        code: "invalid_credentials",
      });
    await Promise.all(Array.from({ length: 200 }, (_, i) => spray(`of-many-${i}`, i)));
    assert.equal(accounts, 200);
    for (let i = 0; i < 3; i++) await spray("of-few", 200 + i);
    assert.equal(accounts, 201);
  },
);

test("the right password of a disabled account counts as a guess", async () => {
  const username = "suspended";
  await fresh(username);
  await users.setDisabled(username, true);
  const hashes = await metric("sentinel_hash_duration_seconds_count");
  const statuses = [];
  for (let i = 0; i < 5; i++) statuses.push(await statusOf(username, password, "192.0.2.22"));
  assert.deepEqual(statuses, [401, 401, 401, 429, 429]);
  assert.equal(await metric("sentinel_hash_duration_seconds_count") - hashes, 3);
});

test("T107 the lock ends after Retry-After for one attempt, and the next one waits as long again", async () => {
  const pass = (seconds: number) =>
    db.query("test", "update throttle_buckets set full_until = full_until - make_interval(secs => $1)", [seconds]);
  for (let i = 0; i < 3; i++) assert.equal(await guess("locked", "192.0.2.107"), 401);
  const locked = await attempt("locked", "wrong password", "192.0.2.107");
  assert.equal(locked.status, 429);
  const seconds = Number(locked.headers.get("retry-after"));
  assert.ok(290 < seconds && seconds <= 300); // 3 in 900 s is one in 300 s
  await pass(seconds - 30);
  assert.equal(await guess("locked", "192.0.2.107"), 429);
  await pass(30);
  assert.equal(await guess("locked", "192.0.2.107"), 401);
  const again = await attempt("locked", "wrong password", "192.0.2.107");
  assert.equal(again.status, 429);
  assert.ok(Number(again.headers.get("retry-after")) > 290);
});

test(
  "T108 an attacker locks an account only for unknown networks: sessions refresh, and known networks log in",
  async () => {
    const id = await fresh("victim");
    const known = { v4: "203.0.113.7", v6: "2001:db8:0:7::1" };
    const home = await attempt("victim", password, known.v4);
    assert.equal(home.status, 200);
    assert.equal(await statusOf("victim", password, known.v6), 200);

    const attacker = "203.0.113.66";
    for (let i = 0; i < 3; i++) assert.equal(await guess("victim", attacker), 401);
    for (const lane of [`${id} ${known.v4}`, id]) {
      for (let i = 0; i < 3; i++) assert.equal(await guess(lane, attacker), 401); // names that imitate the key of a bucket
    }
    assert.equal(await statusOf("victim", password, attacker), 429);
    assert.equal(await statusOf("victim", password, "203.0.113.8"), 429);
    assert.equal(await statusOf("victim", password, known.v4), 200);
    assert.equal(await statusOf("victim", password, "2001:db8:0:7:aaaa::2"), 200);
    const { refresh_token } = await home.json();
    const form = { grant_type: "refresh_token", refresh_token };
    assert.equal((await sentinel.fetch("/oauth/token", { form })).status, 200);
  },
);

test("T108 an address is known for 30 days, even if it was stored with a zone", async () => {
  const id = await fresh("traveller");
  assert.equal(await statusOf("traveller", password, "fe80::7"), 200);
  await db.query("test", "update sessions set ip = 'fe80::7%eth0' where user_id = $1", [id]);
  for (let i = 0; i < 3; i++) assert.equal(await guess("traveller", "203.0.113.67"), 401);
  assert.equal(await statusOf("traveller", password, "fe80::8"), 200);
  await db.query("test", "update sessions set created_at = now() - interval '30 days' where user_id = $1", [id]);
  assert.equal(await statusOf("traveller", password, "fe80::7"), 429);
});

test("T109 T111 attempts count for the client's address, whatever else the client claims", async () => {
  const statuses: number[] = [];
  for (let i = 0; i < 11; i++) {
    const claimed = `198.18.0.${i}`;
    const headers = {
      "x-real-ip": claimed,
      "cf-connecting-ip": claimed,
      "true-client-ip": claimed,
      forwarded: `for=${claimed}`,
    };
    statuses.push(await statusOf(`anybody-${i}`, "wrong password", `${claimed}, 203.0.113.109`, headers));
  }
  assert.deepEqual(statuses, [...Array(10).fill(401), 429]);
});

test("T112 one IPv6 /64 counts as one address, and so do the spellings of one IPv4 address", async () => {
  const spellings = [
    [
      "2001:db8:0:112::1",
      "2001:DB8:0:112:FFFF::2",
      "2001:0db8:0000:0112:0000:0000:0000:0003",
      "[2001:db8:0:112::4]:443",
    ],
    ["203.0.113.112", "::ffff:203.0.113.112", "::FFFF:cb00:7170", "0:0:0:0:0:ffff:203.0.113.112"],
  ];
  for (const same of spellings) {
    const from = (i: number) => same[i % same.length]!;
    const statuses = await Promise.all(Array.from({ length: 11 }, (_, i) => guess(`at-${same[0]}-${i}`, from(i))));
    assert.deepEqual(statuses.toSorted(), [...Array(10).fill(401), 429]);
  }
  assert.equal(await guess("at-another", "2001:db8:0:113::1"), 401);
  assert.equal(await guess("at-another", "203.0.113.113"), 401);
});

test("T118 every public operation that takes a secret or creates something has a limit; the others are reviewed", () => {
  const limitless = sentinel.app.operations.filter(({ access, method, problems }) =>
    ["anyone", "optional"].includes(access.kind) && method !== "get" && !problems.includes("rate_limited")
  );
  // Tokens and links of mails are proven by a MAC of 256 bits or a signature, and keys have 256 random bits: there is
  // nothing to guess. A challenge for a passkey is computed and stored nowhere; an enrolment follows a password, which
  // has a limit.
  const reviewed = [
    "acceptInvitation",
    "beginPasskeyEnrolmentAtLogin",
    "beginPasskeyLogin",
    "enrolAtLogin",
    "enrolPasskeyAtLogin",
    "completePasswordReset",
    "logout",
    "revokeLeakedApiKeys",
  ]
    .concat(["completeEmailChange", "completeEmailVerification"]).toSorted(); // too many wrong codes look like one (T189)
  assert.deepEqual(limitless.map(({ operationId }) => operationId).toSorted(), reviewed);
});

test("T118 POST /oauth/token, /register and PUT /users/me/password answer 429 when their bucket is empty", async () => {
  const from = { "x-forwarded-for": "203.0.113.118" };
  await fresh("limited");
  const grant = (password: string) =>
    sentinel.fetch("/oauth/token", { form: { grant_type: "password", username: "limited", password }, headers: from });
  const tokenOf = async () => (await (await login("limited", "192.0.2.118")).json()).access_token;
  const token = await tokenOf();
  for (let i = 0; i < 3; i++) assert.equal((await grant("wrong password")).status, 400);
  assert.equal((await refusal(await grant(password))).headers[2], '"login_account";q=3;w=900');

  const register = (i: number) =>
    sentinel.fetch("/register", {
      json: { username: `new-${i}`, email: `new-${i}@x.org`, password: "a long enough one" },
      headers: from,
    });
  assert.deepEqual([(await register(0)).status, (await register(1)).status], [201, 201]);
  const counted = () => metric(String.raw`sentinel_registrations_total\{outcome="rate_limited"\}`);
  const before = await counted();
  assert.equal((await refusal(await register(2))).headers[2], '"register_address";q=2;w=3600');
  assert.equal(await counted(), before + 1);

  const change = (current_password: string, at: string, as = token) =>
    sentinel.fetch("/users/me/password", {
      method: "PUT",
      json: { current_password, new_password: "another long enough one" },
      headers: { "x-forwarded-for": at, authorization: `Bearer ${as}` },
    });
  const other = await tokenOf();
  for (let i = 0; i < 3; i++) assert.equal((await change("wrong password", `203.0.113.${i}`)).status, 403);
  for (const at of [from["x-forwarded-for"], "203.0.113.0", "198.18.118.1", "2001:db8:0:118::1"]) {
    assert.equal((await refusal(await change(password, at))).headers[2], '"login_account";q=3;w=900');
  }
  assert.equal((await change("wrong password", "203.0.113.0", other)).status, 403);
});

test("T102 a login that finds the hash queue full after it was counted is not counted", async () => {
  const passwords = { verify: () => Promise.reject(new HashQueueFull("full")) };
  const full = loginsWith(sentinel, passwords, { countedAccount: () => assert.fail("nobody was guessed at") });
  const client = { ...localClient, ip: "203.0.113.102" };
  const username = "turned-away";
  await fresh(username);
  for (let i = 0; i < 4; i++) await assert.rejects(full.login({ username, password }, client), HashQueueFull);
  assert.equal((await login(username, client.ip)).status, 200);
});

test(
  "T102 POST /register that a full hash queue refuses, early or late, does not count; a taken name counts",
  async () => {
    const headers = { "x-forwarded-for": "203.0.113.102" };
    const register = async (username: string) => {
      const json = { username, email: `${username}@example.com`, password: "a long enough one" };
      return (await sentinel.fetch("/register", { json, headers })).status;
    };
    const { admit, hash } = sentinel.passwords;
    const full = () => {
      throw new HashQueueFull("full");
    };
    const buckets = await bucketCount();
    Object.assign(sentinel.passwords, { admit: full });
    for (let i = 0; i < 3; i++) assert.equal(await register("patient"), 503);
    assert.equal(await bucketCount(), buckets);
    Object.assign(sentinel.passwords, { admit, hash: full });
    for (let i = 0; i < 3; i++) assert.equal(await register("patient"), 503);
    Object.assign(sentinel.passwords, { hash });
    assert.equal(await register("patient"), 201);
    assert.equal(await register("patient"), 409);
    assert.equal(await register("impatient"), 429);
  },
);

test(
  "T099 a login from a network whose last login succeeded does not wait behind unknown networks, for any name",
  async () => {
    const kinds: unknown[] = [];
    const watched = loginsWith(sentinel, {
      verify: (password, stored, how) => {
        kinds.push(how?.networkKind);
        return sentinel.passwords.verify(password, stored, how);
      },
      waitOutMinimumFailure: () => Promise.resolve(),
    });
    const client = { ...localClient, ip: "203.0.113.99" };
    const username = "familiar";
    await fresh(username);
    const refused = (name: string) =>
      assert.rejects(watched.login({ username: name, password: "wrong password" }, client), {
        code: "invalid_credentials",
      });
    await watched.login({ username, password }, client);
    await watched.login({ username, password }, client);
    await watched.login({ username, password }, { ...client, ip: "203.0.113.100" });
    await refused("nobody-at-all");
    await refused(username);
    assert.deepEqual(kinds, ["unknown", "known", "unknown", "known", "unknown"]);
  },
);
