import assert from "node:assert/strict";
import { anyRevision } from "../access/grants/grants.ts";
import { startSentinel, test } from "../testing/harness.ts";
import { answerIn, authorizePath, newApplication } from "../testing/people/applications.ts";
import { type Browser, openBrowser, type Shown } from "../testing/people/browser.ts";
import { newApp, totpCode } from "../testing/factors/factors.ts";
import { newPasskey } from "../testing/factors/passkeys.ts";
import { deviceGrant } from "../oauth/grant_types.ts";
import { mailboxOn, mailTo, ticketOf } from "../testing/mail/mailbox.ts";
import { createReservedUsernames } from "../accounts/registration/reserved_usernames.ts";
import { createUserImport } from "../portability/user_import.ts";
import { callsWith } from "../testing/people/people.ts";
import { localActor } from "../vocabulary/actor.ts";

const sentinel = await startSentinel({ settings: mailboxOn, lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db } = sentinel;

const guarded = `r${crypto.randomUUID()}`;
const holders = { name: guarded, description: "", permissions: [], parents: [], mfa_required: true };
await sentinel.roles.create(holders, localActor);
const application = await newApplication(sentinel);
const device = await newApplication(sentinel, { isPublic: true, redirect_uris: [], grant_types: [deviceGrant] });

const newPassword = () => `words ${crypto.randomUUID()}`;
const pathOf = (link: string) => link.slice("http://localhost:8000".length);

/** A user, and the session that they had before a second factor was asked of them. */
type Person = Awaited<ReturnType<typeof newPerson>>;

async function newPerson() {
  const username = `u${crypto.randomUUID().slice(0, 13)}`;
  const [email, password] = [`${username}@example.com`, newPassword()];
  const { id } = await sentinel.registrations.create({ username, email, password }, ["user"], localActor);
  await db.query("test", "update users set email_verified_at = now() where id = $1", [id]);
  const tokens = await (await sentinel.fetch("/login", { json: { username, password } })).json();
  return { id, username, email, password, ...tokens as { access_token: string; refresh_token: string } };
}

/** What asks a second factor of a user. */
const askers: Record<string, (person: Person) => Promise<unknown>> = {
  "has an app": ({ id }) => newApp(sentinel, id),
  "has a passkey": ({ id }) => newPasskey(sentinel, id),
  "must have one": ({ id }) => sentinel.grants.grant(id, guarded, null, anyRevision, localActor),
};

/**
 * A way that could lead to a session, with the operations that it takes. Where it sets a new password, it answers that.
 */
type Way = { operations: string[]; go: (person: Person, browser: Browser) => Promise<string | void> };

const api = (path: string, json: unknown) => sentinel.fetch(path, { json });
const grant = (form: Record<string, string>) => sentinel.fetch("/oauth/token", { form });

/** Asks for a change of the address, and answers the tickets of both mailboxes. */
async function changeTickets({ id, email, username, password: current_password }: Person) {
  const wanted = `new-${username}@example.com`;
  const { user, session } = (await sentinel.principals.access((await sessionsOf(id))[0]!.id, id))!;
  await sentinel.emailChanges.request({ user, session }, { email: wanted, current_password }, undefined, localActor);
  const letters = [[wanted, "email_change_new"], [email, "email_change_old"]] as const;
  return [await mailTo(sentinel, ...letters[0]), await mailTo(sentinel, ...letters[1])] as const;
}

const ways: Record<string, Way> = {
  "the login": {
    operations: ["POST /login"],
    async go({ username, password }) {
      assert.equal((await api("/login", { username, password })).status, 403);
    },
  },
  "the password grant": {
    operations: ["POST /oauth/token"],
    async go({ username, password }) {
      const answer = await grant({ grant_type: "password", username, password });
      assert.equal((await answer.json()).error, "mfa_required");
    },
  },
  "the sign-in page": {
    operations: ["POST /signin"],
    async go({ username, password }, browser) {
      await browser.submit(await browser.open("/signin"), "/signin", { username, password });
    },
  },
  "an application's request": {
    operations: ["POST /oauth/authorize", "GET /oauth/authorize"],
    async go({ username, password }, browser) {
      for (const changed of [{}, { prompt: "login" }, { acr_values: "aal1" }, { max_age: "0" }]) {
        const asked = await browser.open(authorizePath(application, changed));
        const shown = await browser.submit(asked, "/signin", { username, password });
        assert.match(shown.path, /^\/signin\/(?:factor|enrol)\?/);
        assert.match((await browser.open(authorizePath(application, { prompt: "none" }))).path, /error=login_required/);
      }
    },
  },
  "the consent of a browser without a session": {
    operations: ["GET /consent", "POST /consent"],
    async go({ username, password }, browser) {
      const asked = await browser.open(authorizePath(application));
      await browser.submit(asked, "/signin", { username, password });
      const flow = new URLSearchParams(asked.path.split("?")[1]).get("next")!;
      assert.match((await browser.open(flow)).path, /^\/signin/);
      assert.ok((await browser.post(flow, { decision: "allow" })).status >= 400);
    },
  },
  "a device": {
    operations: ["POST /oauth/device_authorization"],
    async go({ username, password }, browser) {
      const client_id = device.id;
      const begun = await sentinel.fetch("/oauth/device_authorization", { form: { client_id, scope: "openid" } });
      const { device_code, user_code } = await begun.json();
      const asked = await browser.open(`/device?user_code=${user_code}`);
      const shown = await browser.submit(asked, "/signin", { username, password });
      assert.match(shown.path, /^\/signin\/(?:factor|enrol)\?/);
      await browser.post("/device/decision", { user_code, decision: "allow" });
      const polled = await grant({ grant_type: deviceGrant, client_id, device_code });
      assert.equal((await polled.json()).error, "authorization_pending");
    },
  },
  "a password reset": {
    operations: ["POST /password-reset", "POST /password-reset/complete"],
    async go({ email }) {
      await api("/password-reset", { email });
      const [ticket, new_password] = [ticketOf(await mailTo(sentinel, email, "password_reset")), newPassword()];
      assert.equal((await api("/password-reset/complete", { ticket, new_password })).status, 204);
      return new_password;
    },
  },
  "the page of a password reset": {
    operations: ["POST /reset", "POST /reset/new"],
    async go({ email }, browser) {
      await browser.submit(await browser.open("/reset"), "/reset", { email });
      const { link } = await mailTo(sentinel, email, "password_reset");
      const new_password = newPassword();
      await browser.submit(await browser.open(pathOf(link!)), "/reset/new", { new_password });
      return new_password;
    },
  },
  "the confirmation of an address": {
    operations: ["POST /email-verification", "POST /email-verification/complete"],
    async go({ id, email }) {
      await db.query("test", "update users set email_verified_at = null where id = $1", [id]);
      const { flow } = await (await api("/email-verification", { email })).json();
      const { code } = await mailTo(sentinel, email, "email_verification");
      assert.equal((await api("/email-verification/complete", { flow, code })).status, 200);
    },
  },
  "the pages that confirm an address": {
    operations: ["POST /verify/mail", "POST /verify"],
    async go({ id, email }, browser) {
      await db.query("test", "update users set email_verified_at = null where id = $1", [id]);
      await browser.submit(await browser.open("/verify"), "/verify/mail", { email });
      const { link } = await mailTo(sentinel, email, "email_verification");
      await browser.submit(await browser.open(pathOf(link!)), "/verify");
    },
  },
  "a change of the address": {
    operations: ["POST /email-change/complete"],
    async go(person) {
      for (const mail of await changeTickets(person)) {
        assert.equal((await api("/email-change/complete", { ticket: ticketOf(mail) })).status, 200);
      }
    },
  },
  "the page of a change of the address": {
    operations: ["POST /email-change"],
    async go(person, browser) {
      for (const { link } of await changeTickets(person)) {
        await browser.submit(await browser.open(pathOf(link!)), "/email-change");
      }
    },
  },
};

/** Reviewed: what begins with a new account, and is tried below. */
const creating = ["POST /invitations/accept", "POST /invite", "POST /register", "POST /signup"];

/** Reviewed: what takes the proof of the factor, or of a passkey that is two factors, and has tests of its own. */
const proving = [
  "POST /login/enrolment/passkey",
  "POST /login/enrolment/passkey/options",
  "POST /login/enrolment/totp",
  "POST /login/enrolment/totp/confirm",
  "POST /login/factor",
  "POST /login/passkey",
  "POST /login/passkey/options",
  "POST /signin/enrol",
  "POST /signin/enrol/confirm",
  "POST /signin/enrol/passkey",
  "POST /signin/enrol/passkey/options",
  "POST /signin/factor",
  "POST /signin/passkey",
  "POST /signin/passkey/options",
];

/** Reviewed: what starts no session. */
const harmless = [
  "POST /api-keys/revoke-leaked",
  "POST /logout",
  "POST /oauth/end_session",
  "POST /oauth/introspect",
  "POST /oauth/par",
  "POST /oauth/register",
  "POST /oauth/revoke",
  "POST /oauth/userinfo",
  "POST /signout",
];

const sessionsOf = async (id: string) =>
  await db.query<{ id: string; aal: number }>("test", "select id, aal from sessions where user_id = $1 order by id", [
    id,
  ]);

test("T268 every operation that takes no session is tried here, or reviewed", () => {
  const needsSession = ["permission", "own_account", "signed_in", "browser"];
  const found = sentinel.app.operations
    .filter(({ method, access }) => method !== "get" && !needsSession.includes(access.kind))
    .map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  const tried = Object.values(ways).flatMap(({ operations }) => operations).filter((name) => !name.startsWith("GET"));
  assert.deepEqual(found.sort(), [...tried, ...creating, ...proving, ...harmless].sort());
});

for (const [name, { go }] of Object.entries(ways)) {
  for (const [why, ask] of Object.entries(askers)) {
    test(`T268 T269 T273 ${name} is no way around the factor of a user who ${why}`, async () => {
      const person = await newPerson();
      const factors = async () => (await sentinel.factors.list(db, person.id)).length;
      const before = await sessionsOf(person.id);
      await ask(person);
      const had = await factors();
      const browser = openBrowser(sentinel);
      const password = await go(person, browser) ?? person.password;
      const known = new Set(before.map(({ id }) => id));
      assert.deepEqual((await sessionsOf(person.id)).filter(({ id }) => !known.has(id)), []);
      assert.ok(!browser.cookies.has("session"));
      assert.equal(await factors(), had, "the factor stays");
      const next = await api("/login", { username: person.username, password });
      assert.deepEqual([next.status, (await next.json()).enrolment], [403, had === 0], "the factor is asked for");
    });
  }
}

test("T268 an earlier session stays what it was, whichever way it is refreshed", async () => {
  for (const ask of Object.values(askers)) {
    const person = await newPerson();
    await ask(person);
    const { status } = await grant({ grant_type: "refresh_token", refresh_token: person.refresh_token });
    assert.equal(status, 200);
    assert.deepEqual((await sessionsOf(person.id)).map(({ aal }) => aal), [1]);
  }
});

test("T268 an earlier session creates no API key, sets no password and no address, once its user has a factor", async () => {
  for (const ask of [askers["has an app"]!, askers["has a passkey"]!]) {
    const person = await newPerson();
    await ask(person);
    const call = callsWith(sentinel, person.access_token);
    const { password: current_password, username } = person;
    const deeds = [
      ["POST", "/users/me/api-keys", { name: "mine", scopes: [] }],
      ["PUT", "/users/me/password", { current_password, new_password: newPassword() }],
      ["PUT", "/users/me/email", { current_password, email: `other-${username}@example.com` }],
      ["DELETE", "/users/me", { current_password }],
    ] as const;
    for (const [method, path, json] of deeds) {
      const refused = await call(path, { method, json });
      const { type } = await refused.json();
      assert.deepEqual(
        [refused.status, type],
        [401, "/problems/insufficient_user_authentication"],
        `${method} ${path}`,
      );
    }
  }
});

test("T268 an imported user who must have a factor sets one up before the first session", async () => {
  const { username, password, id: model } = await newPerson();
  const [row] = await db.query<{ password_hash: string }>("test", "select password_hash from users where id = $1", [
    model,
  ]);
  const name = `i${username}`;
  async function* arrivals() {
    const { password_hash } = row!;
    yield { at: name, username: name, email: null, password_hash, roles: [guarded], disabled: false };
  }
  const { hashing, monotonic } = sentinel;
  const reservedUsernames = createReservedUsernames([]);
  const { importUsers } = createUserImport({ db, hashing, monotonic, hashMsMax: 60_000, reservedUsernames });
  await importUsers(arrivals(), { dryRun: false, privilegedRoles: false, found() {} });
  const answer = await api("/login", { username: name, password });
  assert.deepEqual([answer.status, (await answer.json()).enrolment], [403, true]);
});

test("T268 an invitation to a role that requires a factor leads to its set-up, and to no session before", async () => {
  for (const way of ["api", "page"]) {
    const email = `${crypto.randomUUID()}@example.com`;
    const password = newPassword();
    await sentinel.fetch("/invitations", { json: { email, roles: [guarded] } }, "ada");
    const mail = await mailTo(sentinel, email, "invitation");
    const browser = openBrowser(sentinel);
    if (way === "api") {
      const created = await api("/invitations/accept", { ticket: ticketOf(mail), password });
      assert.deepEqual([created.status, "access_token" in await created.json()], [201, false]);
      assert.equal((await api("/login", { username: email, password })).status, 403);
    } else {
      const shown = await browser.submit(await browser.open(pathOf(mail.link!)), "/invite", { password });
      assert.match(shown.path, /^\/signin\/enrol\?/);
    }
    assert.ok(!browser.cookies.has("session"));
    const rows = await db.query("test", "select from sessions s join users u on u.id = s.user_id where u.email = $1", [
      email,
    ]);
    assert.equal(rows.length, 0);
  }
});

/** The code of a new app that the page shows. */
function codeOf({ html }: Shown): string {
  const secret = /<code>((?:[A-Z2-7]{4} ?)+)<\/code>/.exec(html)![1]!.replaceAll(" ", "");
  return totpCode(secret, Math.floor(sentinel.clock.now() / 30_000));
}

test("T268 a set-up within an application's request leads back to it, in the same flow", async () => {
  const person = await newPerson();
  await askers["must have one"]!(person);
  const browser = openBrowser(sentinel);
  const asked = await browser.open(authorizePath(application));
  const { username, password } = person;
  const explained = await browser.submit(asked, "/signin", { username, password });
  const shown = await browser.submit(explained, "/signin/enrol");
  const enrolled = await browser.submit(shown, "/signin/enrol/confirm", { code: codeOf(shown) });
  const next = /<a class="button primary" href="([^"]+)"/.exec(enrolled.html)![1]!.replaceAll("&amp;", "&");
  const { path } = await browser.open(next);
  assert.ok(path.startsWith(application.redirectUri), path);
  assert.match(answerIn(path).code!, /^snt_ac_/);
});
