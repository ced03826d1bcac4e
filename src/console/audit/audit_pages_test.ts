import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { textOf } from "../../testing/people/browser.ts";
import { browserOf, consoleBrowser } from "../../testing/people/console.ts";
import { localActor } from "../../vocabulary/actor.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db, sealer, chainWatch } = sentinel;

test("GET /console/audit says whether the log is unchanged, and verifies it at the press of a button", async () => {
  const { browser } = await consoleBrowser(sentinel, "audit:read");
  assert.match(textOf(await browser.open("/console/audit")), /Chain Not verified yet/);
  const begun = await browser.submit(await browser.open("/console/audit"), "/console/audit/verify");
  assert.match(textOf(begun), /Chain Verifying/);
  await chainWatch.work();
  const done = await browser.open("/console/audit");
  assert.match(done.html, /<span class="state good">Unchanged<\/span>/);
  assert.match(textOf(done), /All \d+ events, verified at .* UTC The whole log: at .* UTC, in \d+\.\d s/);
  await db.query("disarm", "alter table audit_events disable trigger user");
  await db.query("edit", "update audit_events set request_id = 'x' where seq = 3");
  await browser.submit(done, "/console/audit/verify");
  await chainWatch.work();
  const broken = await browser.open("/console/audit");
  assert.match(textOf(broken), /The audit log was changed\. Event 3: This event is not the one that was sealed\./);
  await db.query("mend", "update audit_events set request_id = null where seq = 3");
  await db.query("arm", "alter table audit_events enable trigger user");
  chainWatch.verifyWhole();
  await chainWatch.work();
});

test("GET /console/audit finds events by actor, subject, action, outcome and day", async () => {
  const { id, username } = await browserOf(sentinel);
  const { browser } = await consoleBrowser(sentinel, "audit:read");
  const rows = async (query: string) =>
    [...(await browser.open(`/console/audit?${query}`)).html.matchAll(/<td><code>([a-z_.]+)<\/code><\/td>/g)].map(
      ([, action]) => action,
    );
  const today = new Date().toISOString().slice(0, 10);
  assert.deepEqual(await rows(`subject=${username}&action=user.registered`), ["user.registered"]);
  assert.deepEqual(await rows(`subject=${id}&action=user.registered&from=${today}&to=${today}`), ["user.registered"]);
  assert.deepEqual(await rows(`subject=${username}&to=2020-01-01`), []);
  assert.deepEqual(await rows(`subject=${username}&outcome=failure`), []);
  assert.match((await browser.open("/console/audit")).html, /<details>\s*<summary>Filters/, "folded without a filter");
  assert.match((await browser.open("/console/audit?outcome=failure")).html, /<details open>\s*<summary>Filters/);
  const german = await browser.open(`/console/audit?subject=${username}`, { "accept-language": "de" });
  assert.match(textOf(german), new RegExp(`user\\.registered Erfolgreich .* Benutzer ${username}`));
  const nobody = await browser.open("/console/audit?actor=nobody-at-all");
  assert.match(textOf(nobody), /There is no user nobody-at-all\./);
  assert.equal((await browser.open("/console/audit?action=%3Cscript%3E&from=x&outcome=x&subject_type=x")).status, 200);
});

test("the events of a user have those of their sessions, whoever revoked them, and say whose session and device", async () => {
  const { id, username } = await browserOf(sentinel);
  const [session] = await sentinel.sessionLists.page(id, null, 1);
  await sentinel.sessionRevocation.revokeSessionAsAdministrator(id, session!.id, localActor);
  const { browser } = await consoleBrowser(sentinel, "users:read", "audit:read");
  const log = await browser.open(`/console/audit?subject_type=user&subject=${username}`);
  assert.match(textOf(log), new RegExp(`session\\.revoked Done Command line or setup Session ${username} `));
  assert.match(textOf(log), new RegExp(`session\\.created Done ${username} Session ${username} `));
  assert.match(textOf(log), /user\.registered/);
  const page = textOf(await browser.open(`/console/users/${id}`));
  assert.match(page, /Recent events.*session\.revoked.*session\.created.*user\.registered/);
  const { rows: [revoked] } = await sentinel.auditEvents.page({ user_id: id, action: "session.revoked" }, null, 1);
  assert.deepEqual(revoked!.details, { user_id: id, ip: null, user_agent: null });
  const event = textOf(await browser.open(`/console/audit/${revoked!.id}`));
  assert.match(
    event,
    new RegExp(`Actor's device None .*User of the session ${username} Device of the session \\S.* Sign-in`),
  );
});

test("GET /console/audit/{id} draws the proof of an event, and saves one that holds", async () => {
  const { id } = await browserOf(sentinel);
  const [event] = await db.query<{ id: string }>(
    "event",
    "select id from audit_events where subject_id = $1 and action = 'user.registered'",
    [id],
  );
  const { browser } = await consoleBrowser(sentinel, "audit:read");
  const path = `/console/audit/${event!.id}`;
  assert.match(textOf(await browser.open(path)), /The event has no place in the chain yet\./);
  await sealer.seal();
  const waiting = await browser.open(path);
  assert.match(textOf(waiting), /no checkpoint confirms it yet/);
  assert.match(waiting.html, /<span class="warn sign">Waits for the checkpoint<\/span>/);
  await sentinel.checkpoints.make();
  const proven = await browser.open(path);
  assert.match(textOf(proven), new RegExp(`Subject User .*${id}`));
  assert.match(textOf(proven), /The event is in the chain and unchanged since checkpoint/);
  assert.equal(proven.html.match(/<ol class="chain"[^]*?<\/ol>/)![0].match(/<li>/g)!.length, 5);
  const saved = await browser.open(`${path}/proof`);
  assert.equal(saved.response.headers.get("content-disposition"), 'attachment; filename="proof.json"');
  assert.equal(JSON.parse(saved.html).state, "proven");
  assert.equal((await browser.open(`/console/audit/${crypto.randomUUID()}`)).status, 404);
});

test("GET /console/audit/export saves what matches as JSON lines, as the API shows it", async () => {
  const { id, username } = await browserOf(sentinel);
  const { browser } = await browserOf(sentinel, "admin");
  const saved = await browser.open(`/console/audit/export?subject=${username}&action=user.registered`);
  assert.equal(saved.response.headers.get("content-type"), "application/jsonl");
  const query = `subject_type=user&subject_id=${id}&action=user.registered`;
  const { items } = await (await sentinel.fetch(`/audit-events?${query}`, {}, "ada")).json();
  assert.deepEqual(saved.html.trimEnd().split("\n").map((line) => JSON.parse(line)), items);
});

test("only users who may read the audit log open its pages", async () => {
  const { browser } = await consoleBrowser(sentinel, "users:read");
  for (const path of ["", "/export", `/${crypto.randomUUID()}`, `/${crypto.randomUUID()}/proof`]) {
    assert.equal((await browser.open(`/console/audit${path}`)).status, 403, path);
  }
});
