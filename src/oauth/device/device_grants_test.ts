import assert from "node:assert/strict";
import { decodeJwt } from "jose";
import { startSentinel, test } from "../../testing/harness.ts";
import { type Application, askAs, newApplication, othersApplication } from "../../testing/people/applications.ts";
import { type Browser, openBrowser, type Shown, textOf } from "../../testing/people/browser.ts";
import { newApis } from "../../testing/people/clients.ts";
import { newApp } from "../../testing/factors/factors.ts";
import { browserOf } from "../../testing/people/console.ts";
import { whateverTheState } from "../../platform/revision.ts";
import { localActor } from "../../vocabulary/actor.ts";
import { deviceGrant } from "../grant_types.ts";

const sentinel = await startSentinel({
  settings: { SENTINEL_RATE_LIMIT: "on", SENTINEL_RATE_LIMIT_DEVICE_ADDRESS: "1000/60" },
  lasting: false,
});
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db } = sentinel;
const issuer = sentinel.settings.SENTINEL_PUBLIC_URL;

const grant_types = [deviceGrant, "refresh_token"];
const newTv = (wanted: Parameters<typeof newApplication>[1] = {}) =>
  newApplication(sentinel, { name: "TV", isPublic: true, redirect_uris: [], grant_types, ...wanted });
const othersTv = (wanted: Parameters<typeof newApplication>[1] = {}) =>
  othersApplication(sentinel, { name: "TV", isPublic: true, redirect_uris: [], grant_types, ...wanted });

type Codes = { device_code: string; user_code: string; verification_uri_complete: string };

const begin = (tv: Application, form: Record<string, string> = {}) =>
  askAs(sentinel, tv, { scope: "openid", ...form }, "/oauth/device_authorization");

async function begun(tv: Application, form: Record<string, string> = {}): Promise<Codes> {
  const answer = await begin(tv, form);
  assert.equal(answer.status, 200);
  return await answer.json();
}

const poll = (tv: Application, { device_code }: Pick<Codes, "device_code">, more: Record<string, string> = {}) =>
  askAs(sentinel, tv, { grant_type: deviceGrant, device_code, ...more });

async function outcome(response: Response | Promise<Response>): Promise<[number, string | undefined]> {
  const answered = await response;
  return [answered.status, (await answered.json()).error];
}

const idOf = async ({ user_code }: Codes) => {
  const lookup = `device ${user_code.replace("-", "")}`;
  const [row] = await db.query<{ id: string }>("test", "select id from tickets where lookup = $1", [lookup]);
  return row!.id;
};

/** As if this time had passed for the ticket. */
const pass = async (codes: Codes, seconds: number) =>
  await db.query(
    "test",
    `update tickets set expires_at = expires_at - make_interval(secs => $2),
       params = case when params ? 'polledAt'
         then jsonb_set(params, '{polledAt}', to_jsonb((params->>'polledAt')::float8 - $2)) else params end where id = $1`,
    [await idOf(codes), seconds],
  );

type Person = Awaited<ReturnType<typeof browserOf>>;

const enter = async ({ browser }: { browser: Browser }, user_code: string): Promise<Shown> =>
  await browser.submit(await browser.open("/device"), "/device", { user_code });

async function decide(by: { browser: Browser }, { user_code }: Codes, decision: "allow" | "deny"): Promise<Shown> {
  return await by.browser.submit(await enter(by, user_code), "/device/decision", { decision });
}

const sessionsOf = async ({ id }: { id: string }) =>
  await db.query<{ id: string; parent_id: string | null; offline: boolean; amr: string[]; revoked: boolean }>(
    "test",
    `select id, parent_id, offline, amr, revoked_at is not null as revoked from sessions
     where user_id = $1 and kind = 'client' order by id`,
    [id],
  );

async function counted(name: string): Promise<number> {
  const metrics = await (await sentinel.fetch("/metrics")).text();
  return Number(new RegExp(`sentinel_device_grants_total\\{outcome="${name}"\\} (\\d+)`).exec(metrics)?.[1] ?? 0);
}

test("T260 POST /oauth/device_authorization answers codes that are typed in either case, with dashes and spaces", async () => {
  const tv = await newTv();
  const answer = await begin(tv);
  assert.deepEqual([answer.status, answer.headers.get("cache-control")], [200, "no-store"]);
  const { device_code, user_code, ...rest } = await answer.json();
  assert.match(device_code, /^snt_dc_\w{71}$/);
  assert.match(user_code, /^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
  const verification_uri = `${issuer}/device`;
  const verification_uri_complete = `${verification_uri}?user_code=${user_code}`;
  assert.deepEqual(rest, { verification_uri, verification_uri_complete, expires_in: 600, interval: 5 });
  const person = await browserOf(sentinel);
  for (const typed of [user_code, user_code.toLowerCase().replace("-", ""), ` ${[...user_code].join(" ")} `]) {
    assert.match(textOf(await enter(person, typed)), /Connect TV on a device\?/);
  }
});

test("POST /oauth/token gives a device tokens once the user has approved, by their sign-in and without a parent", async () => {
  const { reader, documents } = await newApis(sentinel);
  const tv = await newTv({ resources: [documents], scopes: ["openid", "email", "documents:read"] });
  const person = await browserOf(sentinel, reader);
  const codes = await begun(tv, { scope: "openid email documents:read", resource: documents });
  assert.deepEqual(await outcome(poll(tv, codes)), [400, "authorization_pending"]);
  const asked = await enter(person, codes.user_code);
  assert.match(textOf(asked), new RegExp(`${codes.user_code} .*Asked from.* openid .*documents:read`, "s"));
  const before = await counted("issued");
  const done = await person.browser.submit(asked, "/device/decision", { decision: "allow" });
  assert.match(textOf(done), /TV is connected/);
  const answer = await poll(tv, codes);
  assert.equal(answer.status, 200);
  const { access_token, id_token, refresh_token, scope } = await answer.json();
  assert.equal(scope, "documents:read");
  const claims = decodeJwt(access_token);
  assert.deepEqual([claims.sub, claims.aud, claims.client_id, claims.acr], [person.id, documents, tv.id, "aal1"]);
  const who = decodeJwt(id_token);
  assert.deepEqual([who.sub, who.aud, who.amr, "nonce" in who], [person.id, tv.id, ["pwd"], false]);
  const [browserSession] = await db.query<{ auth_time: number }>(
    "test",
    "select extract(epoch from auth_time)::int as auth_time from sessions where user_id = $1 and kind = 'browser'",
    [person.id],
  );
  assert.ok(Math.abs(Number(who.auth_time) - browserSession!.auth_time) <= 1);
  const [session, ...others] = await sessionsOf(person);
  assert.deepEqual([session!.parent_id, session!.offline, others], [null, true, []]);
  assert.equal(await counted("issued"), before + 1);

  await person.browser.submit(await person.browser.open("/signout"), "/signout");
  const refreshed = await askAs(sentinel, tv, { grant_type: "refresh_token", refresh_token });
  assert.equal(refreshed.status, 200, "it outlives the browser's session");
});

test("T260 of 20 polls at once one gets the tokens, and none later", async () => {
  const tv = await newTv();
  const person = await browserOf(sentinel);
  const codes = await begun(tv);
  await decide(person, codes, "allow");
  const answers = await Promise.all(Array.from({ length: 20 }, () => outcome(poll(tv, codes))));
  assert.deepEqual(answers.filter(([status]) => status === 200).length, 1);
  assert.ok(answers.every(([status, error]) => status === 200 || error === "invalid_grant"), JSON.stringify(answers));
  assert.deepEqual(await outcome(poll(tv, codes)), [400, "invalid_grant"]);
  assert.equal((await sessionsOf(person)).length, 1);
});

test("a poll that comes too soon makes the pause 5 s longer each time, and one in time does not", async () => {
  const tv = await newTv();
  const codes = await begun(tv);
  const asked = () => outcome(poll(tv, codes));
  assert.deepEqual(await asked(), [400, "authorization_pending"]);
  assert.deepEqual(await asked(), [400, "slow_down"]);
  await pass(codes, 6);
  assert.deepEqual(await asked(), [400, "slow_down"], "10 s are the pause now");
  await pass(codes, 15);
  assert.deepEqual(await asked(), [400, "authorization_pending"]);
  await pass(codes, 10);
  assert.deepEqual(await asked(), [400, "slow_down"]);
});

test("T260 the user denies: the device gets access_denied, and the user keeps no session and no consent", async () => {
  const tv = await othersTv();
  const person = await browserOf(sentinel);
  const codes = await begun(tv);
  assert.match(textOf(await decide(person, codes, "deny")), /TV is not connected/);
  assert.deepEqual(await outcome(poll(tv, codes)), [400, "access_denied"]);
  assert.match(textOf(await enter(person, codes.user_code)), /No device waits for this code/);
  assert.deepEqual(await sessionsOf(person), []);
  const consents = await db.query("test", "select from consents where user_id = $1", [person.id]);
  assert.equal(consents.length, 0);
});

test("T260 every device is asked about: of the operator, allowed before, and with the code in the address", async () => {
  const person = await browserOf(sentinel);
  for (const tv of [await newTv(), await othersTv()]) {
    for (let round = 0; round < 2; round++) {
      const codes = await begun(tv);
      const path = codes.verification_uri_complete.slice(issuer.length);
      const filled = await person.browser.open(path);
      assert.match(filled.html, new RegExp(`value="${codes.user_code}"`));
      assert.deepEqual(await outcome(poll(tv, codes)), [400, "authorization_pending"], "opening approves nothing");
      const asked = await person.browser.submit(filled, "/device");
      assert.match(textOf(asked), /Is this device in front of you/);
      await pass(codes, 6);
      assert.deepEqual(await outcome(poll(tv, codes)), [400, "authorization_pending"], "asking approves nothing");
      await person.browser.submit(asked, "/device/decision", { decision: "allow" });
      assert.equal((await poll(tv, codes)).status, 200);
    }
  }
});

test("T260 a code belongs to its client: another one gets invalid_grant, and the code stays", async () => {
  const [tv, other] = [await newTv(), await newTv()];
  const confidential = await newTv({ isPublic: false });
  const person = await browserOf(sentinel);
  const codes = await begun(tv);
  await decide(person, codes, "allow");
  assert.deepEqual(await outcome(poll(other, codes)), [400, "invalid_grant"]);
  assert.deepEqual(await outcome(poll(confidential, codes)), [400, "invalid_grant"]);
  assert.deepEqual(await outcome(poll({ ...confidential, isPublic: true }, codes)), [401, "invalid_client"]);
  const last = codes.device_code.endsWith("0") ? "4" : "0";
  const changed = codes.device_code.slice(0, -1) + last;
  assert.deepEqual(await outcome(poll(tv, { device_code: changed })), [400, "invalid_grant"]);
  assert.equal((await poll(tv, codes)).status, 200);
});

test("T260 an approval ends with the user's password, and with the user, before the device asks", async () => {
  const changes: Record<string, (person: Person) => Promise<unknown>> = {
    "a changed password": ({ id }) =>
      db.query("test", "update users set credential_epoch = credential_epoch + 1 where id = $1", [id]),
    "a disabled user": ({ id }) => sentinel.fetch(`/users/${id}`, { method: "PATCH", json: { disabled: true } }, "ada"),
    "a deleted user": ({ id }) => sentinel.fetch(`/users/${id}`, { method: "DELETE" }, "ada"),
  };
  for (const [what, change] of Object.entries(changes)) {
    const tv = await newTv();
    const person = await browserOf(sentinel);
    const codes = await begun(tv);
    await decide(person, codes, "allow");
    await change(person);
    const [status, error] = await outcome(poll(tv, codes));
    assert.deepEqual([status, ["access_denied", "invalid_grant"].includes(error!)], [400, true], `${what}: ${error}`);
    assert.deepEqual(await sessionsOf(person), [], what);
  }
});

test("a withdrawn consent, a disabled client and a revoked session end what a device got", async () => {
  const tv = await othersTv();
  const person = await browserOf(sentinel);
  const connected = async () => {
    const codes = await begun(tv);
    await decide(person, codes, "allow");
    return codes;
  };
  const codes = await connected();
  const { refresh_token } = await (await poll(tv, codes)).json();
  const listed = await person.browser.open("/account");
  assert.match(textOf(listed), /TV/);
  await sentinel.consents.withdraw(person.id, tv.id, localActor);
  const refresh = () => outcome(askAs(sentinel, tv, { grant_type: "refresh_token", refresh_token }));
  assert.deepEqual(await refresh(), [400, "invalid_grant"]);

  const late = await connected();
  await sentinel.consents.withdraw(person.id, tv.id, localActor);
  assert.deepEqual(await outcome(poll(tv, late)), [400, "access_denied"], "withdrawn between approval and poll");

  const stopped = await begun(tv);
  await sentinel.oauthClients.change(tv.id, { disabled: true }, whateverTheState, localActor);
  assert.match(textOf(await enter(person, stopped.user_code)), /No device waits for this code/);
  assert.deepEqual(await outcome(poll(tv, stopped)), [401, "invalid_client"]);
});

test("T260 an expired code gives expired_token, and its user code is wrong", async () => {
  const tv = await newTv();
  const codes = await begun(tv);
  await pass(codes, 601);
  assert.deepEqual(await outcome(poll(tv, codes)), [400, "expired_token"]);
  assert.match(textOf(await enter(await browserOf(sentinel), codes.user_code)), /start again on the device/);
});

test("T260 one of two users who decide at once decides, and another browser's form does nothing", async () => {
  const tv = await newTv();
  const [ann, ben] = [await browserOf(sentinel), await browserOf(sentinel)];
  const codes = await begun(tv);
  const [asked, other] = [await enter(ann, codes.user_code), await enter(ben, codes.user_code)];
  const shown = await Promise.all([
    ann.browser.submit(asked, "/device/decision", { decision: "allow" }),
    ben.browser.submit(other, "/device/decision", { decision: "deny" }),
  ]);
  assert.equal(shown.filter(({ status }) => status === 200).length, 1);

  const later = await begun(tv);
  const form = await enter(ann, later.user_code);
  const members = Object.fromEntries(
    [...form.html.matchAll(/name="(id|user_code|form_token)" value="([^"]*)"/g)].map((
      [, name, value],
    ) => [name!, value!]),
  );
  const stolen = await ben.browser.post("/device/decision", { ...members, decision: "allow" });
  assert.equal(stolen.status, 403);
  const foreign = await ann.browser.post("/device/decision", { ...members, decision: "allow" }, {
    "sec-fetch-site": "cross-site",
  });
  assert.equal(foreign.status, 403);
  const mixed = await ann.browser.submit(form, "/device/decision", { id: crypto.randomUUID(), decision: "allow" });
  assert.equal(mixed.status, 404, "what is approved is what was shown");
  assert.deepEqual(await outcome(poll(tv, later)), [400, "authorization_pending"]);
});

test("T260 T268 GET /device asks for a sign-in, and for the second factor that an earlier session did not prove", async () => {
  const tv = await newTv();
  const { user_code, verification_uri_complete } = await begun(tv);
  const stranger = openBrowser(sentinel);
  const path = verification_uri_complete.slice(issuer.length);
  const asked = await stranger.open(path);
  assert.equal(asked.path, `/signin?next=${encodeURIComponent(path)}`);
  const { username, password } = await browserOf(sentinel);
  const back = await stranger.submit(asked, "/signin", { username, password });
  assert.deepEqual([back.path, back.html.includes(user_code)], [path, true]);

  const person = await browserOf(sentinel);
  await newApp(sentinel, person.id);
  sentinel.principals.forgetUser(person.id);
  assert.match((await person.browser.open("/device")).path, /^\/signin\?.*again=1/);
});

test("T237 T240 POST /oauth/device_authorization refuses clients, scopes and APIs as authorization requests do", async () => {
  const tv = await newTv({ isPublic: false });
  const web = await newApplication(sentinel);
  const cases: [Application, Record<string, string>, number, string][] = [
    [web, {}, 400, "unauthorized_client"],
    [{ ...tv, secret: web.secret }, {}, 401, "invalid_client"],
    [{ ...tv, isPublic: true }, {}, 401, "invalid_client"],
    [tv, { scope: "nonsense" }, 400, "invalid_scope"],
    [tv, { scope: "a".repeat(50_000) }, 400, "invalid_scope"],
    [tv, { scope: "openid openid" }, 400, "invalid_scope"],
    [tv, { resource: "https://api.example.com" }, 400, "invalid_target"],
  ];
  for (const [client, form, status, error] of cases) {
    assert.deepEqual(await outcome(begin(client, form)), [status, error]);
  }
  const stored = await db.query("test", "select from tickets where client_id = $1", [tv.id]);
  assert.equal(stored.length, 0);
  assert.deepEqual(await outcome(askAs(sentinel, tv, { grant_type: deviceGrant })), [400, "invalid_request"]);
  assert.deepEqual(await outcome(poll(web, { device_code: "a" })), [400, "unauthorized_client"]);
});
