import { localActor } from "../../vocabulary/actor.ts";
import assert from "node:assert/strict";
import { createHash, createHmac, randomBytes } from "node:crypto";
import { canonicalIdentifier } from "../../vocabulary/identifiers.ts";
import { createSecrets } from "../../vocabulary/secrets.ts";
import { createKeys } from "../../tokens/keys/keys.ts";
import { type Init, startSentinel, test, testSecret } from "../../testing/harness.ts";
import { newcomer, people } from "../../testing/people/people.ts";
import { recordAudit } from "./audit.ts";
import { canonicalJson, detailsDigest } from "./canonical_json.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

type Row = {
  id: string;
  seq: string | null;
  hash: Uint8Array | null;
  action: string;
  outcome: string;
  actor_id: string | null;
  subject_type: string;
  subject_id: string | null;
  request_id: string | null;
  details: Record<string, unknown>;
  parts: { salt: string; digest: string | null; details: Record<string, unknown> }[];
};

const listEvents = () =>
  sentinel.db.query<Row>(
    "list_events",
    `select e.*, p.parts, e.facts || p.details as details from audit_events e
     left join lateral (
       select json_agg(json_build_object(
                'salt', encode(d.salt, 'hex'), 'details', d.details,
                'digest', encode(case d.part when 'actor' then e.details_digest else e.subject_digest end, 'hex')
              )) as parts,
              coalesce((array_agg(d.details) filter (where part = 'actor'))[1], '{}')
                || coalesce((array_agg(d.details) filter (where part = 'subject'))[1], '{}') as details
       from audit_details d where d.event_id = e.id
     ) p on true order by e.id`,
  );

/** The events that `work` adds. */
async function recorded(work: () => Promise<unknown>): Promise<Row[]> {
  const before = new Set((await listEvents()).map(({ id }) => id));
  await work();
  return (await listEvents()).filter(({ id }) => !before.has(id));
}

const told = ({ action, outcome, actor_id, subject_type, subject_id }: Row) => ({
  action,
  outcome,
  actor_id,
  subject_type,
  subject_id,
});

const agent = { "user-agent": "curl/8" };
const client = { ip: "127.0.0.1", user_agent: "curl/8" };
const post = (path: string, json: unknown) => sentinel.fetch(path, { json, headers: agent });

test("POST /register records one event, with the names in the details only", async () => {
  const person = { username: "Recorded", email: "recorded@example.com", password: "never on any record" };
  let id = "";
  const [event, ...more] = await recorded(async () => id = (await (await post("/register", person)).json()).id);
  assert.deepEqual(more, []);
  assert.deepEqual(told(event!), {
    action: "user.registered",
    outcome: "success",
    actor_id: null,
    subject_type: "user",
    subject_id: id,
  });
  assert.match(event!.request_id!, /^[\w-]{1,64}$/);
  const { username, email } = person;
  assert.deepEqual(event!.details, { username, email, roles: ["user"], ...client });
  const { details: _, parts: __, ...rest } = event!;
  assert.doesNotMatch(JSON.stringify(rest), /recorded@example|Recorded/);
});

test("POST /register that is refused records nothing", async () => {
  const { username, email, password } = people.grace;
  await sentinel.settled("grace");
  const events = await recorded(async () => {
    assert.equal((await post("/register", { username, email, password })).status, 409);
    assert.equal((await post("/register", { username: "x", email, password })).status, 422);
    assert.equal(
      (await post("/register", { username: "other", email: "o@example.com", password, role: "admin" })).status,
      403,
    );
  });
  assert.deepEqual(events, []);
});

test("POST /login records one event for each session, with its user as the actor", async () => {
  const grace = await sentinel.settled("grace");
  const { username, password } = people.grace;
  const [event, ...more] = await recorded(() => post("/login", { username, password }));
  assert.deepEqual(more, []);
  const [session] = await sentinel.db.query<{ id: string }>("last", "select id from sessions order by id desc limit 1");
  assert.deepEqual(told(event!), {
    action: "session.created",
    outcome: "success",
    actor_id: grace,
    subject_type: "session",
    subject_id: session!.id,
  });
  assert.deepEqual(event!.details, client);
});

test("T093 POST /login that is refused records one failure, with the reason and the account", async () => {
  const grace = await sentinel.settled("grace");
  const { username, password } = people.grace;
  await sentinel.users.setDisabled("grace", true);
  const disabled = await recorded(() => post("/login", { username, password }));
  await sentinel.users.setDisabled("grace", false);
  const wrong = await recorded(() => post("/login", { username, password: "not hers" }));
  for (const [events, reason] of [[disabled, "disabled"], [wrong, "wrong_password"]] as const) {
    assert.equal(events.length, 1);
    assert.deepEqual(told(events[0]!), {
      action: "login.failed",
      outcome: "failure",
      actor_id: null,
      subject_type: "user",
      subject_id: grace,
    });
    assert.deepEqual(events[0]!.details, { reason, ...client });
  }
});

test("POST /login with an unknown name records only its HMAC, the same for every spelling", async () => {
  const spellings = ["Hunter2 In The Wrong Box", "hunter2 in the wrong box", "\uff28unter2 in the wrong box"];
  const hmacs = new Set<unknown>();
  for (const username of spellings) {
    const [event, ...more] = await recorded(() => post("/login", { username, password: "x" }));
    assert.deepEqual(more, []);
    assert.equal(event!.subject_id, null);
    assert.doesNotMatch(JSON.stringify(event), /unter2/i);
    assert.deepEqual(Object.keys(event!.details).toSorted(), ["ip", "name_hmac", "reason", "user_agent"]);
    hmacs.add(event!.details.name_hmac);
  }
  const key = createSecrets(testSecret).subkey("audit");
  const hmac = createHmac("sha256", key).update(canonicalIdentifier(spellings[0]!)).digest("base64url");
  assert.deepEqual([...hmacs], [hmac]);
});

type Deed = (name: string) => Promise<unknown>;
const deeds: [action: string, deed: Deed, before?: Deed][] = [
  ["user.password_changed", (name) => sentinel.users.setPassword(name, "the next password")],
  ["user.disabled", (name) => sentinel.users.setDisabled(name, true)],
  [
    "user.enabled",
    (name) => sentinel.users.setDisabled(name, false),
    (name) => sentinel.users.setDisabled(name, true),
  ],
  ["user.unlocked", (name) => sentinel.users.unlock(name)],
];

for (const [action, deed, before] of deeds) {
  test(`${action} is recorded once, and not at all when the change is refused`, async () => {
    const { id: user, username } = await newcomer(sentinel);
    await before?.(username);
    const [event, ...more] = await recorded(() => deed(username));
    assert.deepEqual(more, []);
    assert.deepEqual(told(event!), {
      action,
      outcome: "success",
      actor_id: null,
      subject_type: "user",
      subject_id: user,
    });
    assert.deepEqual(event!.details, { ip: null, user_agent: null });
    const refused = await recorded(() => assert.rejects(deed("never.seen"), { code: "not_found" }));
    assert.deepEqual(refused, []);
  });
}

test("PUT /users/me/password with a wrong current password records one failure, with the user as the actor", async () => {
  const grace = await sentinel.settled("grace");
  const headers = { authorization: `Bearer ${await sentinel.tokenOf("grace")}`, ...agent };
  const json = { current_password: "not hers", new_password: "a password that is long" };
  const [event, ...more] = await recorded(async () => {
    assert.equal((await sentinel.fetch("/users/me/password", { method: "PUT", json, headers })).status, 403);
  });
  assert.deepEqual(more, []);
  assert.deepEqual(told(event!), {
    action: "user.password_refused",
    outcome: "failure",
    actor_id: grace,
    subject_type: "user",
    subject_id: grace,
  });
  assert.deepEqual(event!.details, client);
});

test("signing keys that are encrypted with a new secret are recorded, once each", async () => {
  const { db, feed: cacheValidity } = sentinel;
  const secret = randomBytes(32);
  const keys = createKeys({ db, secrets: createSecrets(secret, testSecret), cacheValidity });
  const resealed = (await keys.list()).map(({ kid }) => ["key.resealed", kid]);
  const subjects = (events: Row[]) => events.map(({ action, subject_id }) => [action, subject_id]);
  assert.deepEqual(subjects(await recorded(() => keys.ensure())), resealed);
  assert.deepEqual(await recorded(() => keys.ensure()), []);
  const back = createKeys({ db, secrets: createSecrets(testSecret, secret), cacheValidity });
  assert.deepEqual(subjects(await recorded(() => back.ensure())), resealed);
});

test("disabling the last administrator is refused, and neither done nor recorded", async () => {
  await sentinel.settled("ada");
  const events = await recorded(() => assert.rejects(sentinel.users.setDisabled("ada", true), { code: "last_admin" }));
  assert.deepEqual(events, []);
  assert.equal((await post("/login", { username: people.ada.username, password: people.ada.password })).status, 200);
});

test("an event is rolled back together with its change", async () => {
  const events = await recorded(() =>
    assert.rejects(
      sentinel.db.transaction(async (tx) => {
        await recordAudit(tx, {
          action: "role.granted",
          ...localActor,
          subject: { type: "role", id: "x" },
        });
        throw new Error("undo");
      }),
      /undo/,
    )
  );
  assert.deepEqual(events, []);
});

test("the digests of every event match its parts, each with a salt, as the database returns them", async () => {
  const details = {
    z: 1,
    a: { y: [3, { d: 1, c: 2 }], x: null },
    text: 'é€🐎 "quoted" \\ \n\u2028',
    "10": true,
    "9": -0.5,
    big: 123456789012,
    small: 1e-7,
    empty: {},
    list: [],
  };
  await sentinel.db.transaction((tx) =>
    recordAudit(tx, {
      action: "role.granted",
      ...localActor,
      subject: { type: "role", id: "x" },
      names: details,
    })
  );
  await post("/register", { username: "Ünïcødé", email: "ünï@example.com", password: "a long enough one" });
  const events = await listEvents();
  assert.ok(events.length > 1);
  const parts = events.flatMap((event) => event.parts);
  for (const { salt, details, digest } of parts) {
    const bytes = Uint8Array.fromHex(salt);
    assert.equal(createHash("sha256").update(bytes).update(canonicalJson(details)).digest("hex"), digest);
    assert.equal(detailsDigest(bytes, canonicalJson(details)).toHex(), digest);
    assert.equal(bytes.length, 32);
  }
  assert.ok(parts.length > events.length);
  assert.equal(new Set(parts.map(({ salt }) => salt)).size, parts.length, "each has a salt of its own");
});

test("canonicalJson sorts members at every depth, keeps the order of lists and has no white space", () => {
  const text = canonicalJson({ b: [{ d: 1, c: 2 }, 1], a: { f: "x y", e: null }, B: 1 });
  assert.equal(text, '{"B":1,"a":{"e":null,"f":"x y"},"b":[{"c":2,"d":1},1]}');
});

const refusedStatements: [what: string, sql: string][] = [
  ["UPDATE of the action", "update audit_events set action = 'session.created' where id = $1"],
  ["UPDATE of the actor", "update audit_events set actor_id = null, outcome = 'success' where id = $1"],
  ["UPDATE of the digest", "update audit_events set details_digest = '\\x00' where id = $1"],
  ["UPDATE of the time", "update audit_events set occurred_at = now() - interval '1 day' where id = $1"],
  ["UPDATE that seals and changes more", "update audit_events set seq = 1, hash = '\\x01', action = 'x' where id = $1"],
  ["DELETE", "delete from audit_events where id = $1"],
];

async function refused(sql: string, params: unknown[] = []): Promise<void> {
  const error = await sentinel.db.query("tamper", sql, params).then(() => assert.fail("was done"), (error) => error);
  assert.equal(error.code, "42501"); // insufficient_privilege
}

/** An event that is sealed. */
async function anEvent(): Promise<Row> {
  const { username } = people.grace;
  const [event] = await recorded(() => post("/login", { username, password: "not hers" }));
  await sentinel.sealer.seal();
  return (await again(event!))!;
}

const again = async ({ id }: Row) => (await listEvents()).find((event) => event.id === id);

const aRole = {
  action: "role.granted",
  outcome: "failure",
  ...localActor,
  subject: { type: "role", id: "x" },
} as const;

/** Runs `sql` on an event that cannot be sealed yet, as its transaction is open, and rolls both back. */
async function onUnsealed(sql: string): Promise<unknown> {
  return await sentinel.db.transaction(async (tx) => {
    await recordAudit(tx, aRole);
    const [event] = await tx.query<Row>("newest", "select id from audit_events order by id desc limit 1");
    const rows = await tx.query<Row>("tamper", sql, [event!.id]);
    throw new Undo(rows);
  }).catch((error) => error instanceof Undo ? error.rows : Promise.reject(error));
}

class Undo extends Error {
  constructor(readonly rows: unknown) {
    super();
  }
}

for (const [what, sql] of refusedStatements) {
  test(`T301 ${what} is refused for sealed and for unsealed events`, async () => {
    await assert.rejects(onUnsealed(sql), { code: "42501" });
    const sealed = await anEvent();
    await refused(sql, [sealed.id]);
    assert.deepEqual(await again(sealed), sealed);
  });
}

test("T301 TRUNCATE is refused", async () => {
  await sentinel.sealer.seal();
  const before = await listEvents();
  await refused("truncate audit_events");
  await refused("truncate audit_events, audit_details");
  assert.deepEqual(await listEvents(), before);
});

test("T301 an event is sealed once, with its place and its hash, and that cannot be undone", async () => {
  const seal = (seq: number | null, hash: string | null) =>
    `update audit_events set seq = ${seq}, hash = ${hash && `'${hash}'`} where id = $1 returning seq::int, hash`;
  for (const half of [seal(1_000_000, null), seal(null, "\\x01")]) {
    await assert.rejects(onUnsealed(half), { name: "ConstraintViolation" });
  }
  const [sealed] = await onUnsealed(seal(1_000_000, "\\x01")) as Row[];
  assert.deepEqual([sealed!.seq, [...sealed!.hash!]], [1_000_000, [1]]);
  const event = await anEvent();
  for (const again of [seal(1_000_000, "\\x01"), seal(Number(event.seq), "\\x02"), seal(null, null)]) {
    await refused(again, [event.id]);
  }
  assert.deepEqual(await again(event), event);
});

test("T301 UPDATE, DELETE and TRUNCATE of details and of checkpoints are refused", async () => {
  const event = await anEvent();
  await refused("update audit_details set details = '{}' where event_id = $1", [event.id]);
  await refused("delete from audit_details where event_id = $1", [event.id]);
  await refused("truncate audit_details");
  for (const sql of ["update audit_checkpoints set seq = 1", "delete from audit_checkpoints"]) await refused(sql);
  await refused("truncate audit_checkpoints");
  assert.deepEqual(await again(event), event);
});

/** A secret that must appear nowhere but in the request. */
const canary = (what: string) => `canary-${what}-5d1f`;
const person = { username: "canary", email: "canary.person@example.com", password: canary("password") };

/** Requests with secrets in their usual and in unusual places; `secret` remembers each of them. */
const carriers = (secret: (what: string) => string): [path: string, init: Init][] => [
  ["/register", { json: person }],
  ["/register", { json: person }],
  ["/register", { json: { ...person, username: "c", password: secret("with-bad-name") } }],
  ["/register", { json: { ...person, password: "c".repeat(1024) + secret("long") } }],
  ["/register", { json: { ...person, password: [secret("in-a-list")] } }],
  ["/register", { json: { ...person, passwort: secret("under-a-wrong-name") } }],
  ["/register", { json: { ...person, role: "admin", password: secret("of-a-stranger") } }],
  ["/register", { ...raw("application/json"), body: `{"password":"${secret("in-broken-json")}"` }],
  ["/register", { ...raw("text/plain"), body: secret("in-plain-text") }],
  ["/login", { json: { ...person, password: secret("wrong") } }],
  ["/login", { json: { ...person, password: secret("with-nul") + "\u0000" } }],
  ["/login", { json: { username: secret("typed-as-a-name"), password: secret("of-nobody") } }],
  ["/login", { form: { username: person.email, password: person.password, refresh_token: secret("brought") } }],
  ["/login", { ...raw(formType), body: `username=canary&password=${secret("one")}&password=${secret("two")}` }],
  ["/login", { ...raw(formType), body: `username=canary&password=${secret("badly-encoded")}%zz` }],
  ["/users/me", { headers: { authorization: `Bearer ${secret("token")}` } }],
  ["/users/me", { headers: { authorization: `Basic ${secret("basic")}`, cookie: `session=${secret("cookie")}` } }],
  ["/admin-only", { headers: { authorization: `Bearer eyJhbGciOiJub25lIn0.${secret("claims")}.` } }],
  ["/register", { json: person, headers: { authorization: `Bearer ${secret("optional-token")}` } }],
  ["/metrics", { headers: { authorization: `Bearer ${secret("metrics-token")}` } }],
  [`/users/me?access_token=${secret("in-the-query")}`, {}],
  [`/login?password=${secret("in-the-login-query")}&code=${secret("code")}`, {}],
];

const formType = "application/x-www-form-urlencoded";
const raw = (type: string) => ({ method: "POST", headers: { "content-type": type } });

/** All hashes and seeds in the database, in all of their encodings. */
async function storedSecrets(): Promise<string[]> {
  const rows = await sentinel.db.query<{ secret: string }>(
    "list_secrets",
    `select password_hash as secret from users
     union all select encode(refresh_seed, 'hex') from sessions
     union all select encode(refresh_seed, 'base64') from sessions`,
  );
  return rows.map(({ secret }) => secret);
}

test("T293 no password, token or hash is in a log line, an event, a metric or an error", async () => {
  const secrets = new Set<string>([person.password]);
  const secret = (what: string) => {
    secrets.add(canary(what));
    return canary(what);
  };
  const errors: string[] = [];
  const ask = async (path: string, init: Init) => {
    const response = await sentinel.fetch(path, init);
    const text = await response.text();
    if (response.status >= 400) errors.push(text);
    return text;
  };
  for (const [path, init] of carriers(secret)) await ask(path, init);

  const tokens = JSON.parse(await ask("/login", { json: person }));
  secrets.add(tokens.refresh_token).add(tokens.access_token).add(tokens.access_token.split(".")[2]);
  const headers = { authorization: `Bearer ${tokens.access_token}` };
  const another = { ...person, username: "canary2", email: "canary2@example.com" };
  for (const path of ["/users/me", "/admin-only"]) await ask(path, { headers });
  await ask("/register", { json: { ...another, role: "admin" }, headers });
  await sentinel.users.setPassword("canary", secret("new-password"));
  await ask("/users/me", { headers });

  const places = {
    log: await sentinel.logs(),
    record: JSON.stringify(await listEvents()),
    metrics: await (await sentinel.fetch("/metrics")).text(),
    errors: errors.join("\n"),
  };
  assert.ok(errors.length > 15 && secrets.size > 20, "there was something to leak");
  for (const hidden of [...secrets, ...await storedSecrets()]) {
    for (const [place, text] of Object.entries(places)) assert.ok(!text.includes(hidden), `${hidden}: ${place}`);
  }
  assert.match(places.log, /"route":"\/login"/, "the log has lines at all");
});

test("T293 T294 the log identifies no user: it has no e-mail address, username, path or query of a request", async () => {
  await sentinel.fetch("/somewhere/mallory@example.com?token=opensesame");
  await sentinel.fetch("/problems/mallory@example.com");
  await post("/login", { username: "mallory@example.com", password: "opensesame" });
  await post("/register", { username: "mallory", email: "mallory@example.com", password: "opensesame" });
  const log = await sentinel.logs();
  assert.doesNotMatch(log, /@example\.com|mallory|opensesame|grace|canary/i);
  for (const line of log.split("\n").slice(0, -1)) JSON.parse(line);
});
