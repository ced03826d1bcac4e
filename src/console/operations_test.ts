import assert from "node:assert/strict";
import { startSentinel, test } from "../testing/harness.ts";
import { openBrowser, textOf } from "../testing/people/browser.ts";
import { browserOf, consoleBrowser } from "../testing/people/console.ts";
import { statementsOf } from "../testing/statements/statements.ts";

const secret = "a-token-that-nobody-sees";
const sentinel = await startSentinel({
  settings: { SENTINEL_METRICS_TOKEN: secret, SENTINEL_BRAND_NAME: "<i>Ledger</i>" },
  lasting: false,
});
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const { db } = sentinel;
const countOf = async (path: string, { open }: ReturnType<typeof openBrowser>) => {
  const made = await statementsOf(() => open(path));
  return Object.values(made).reduce((sum, count) => sum + count, 0);
};

async function deadMail(payload: Record<string, unknown>, error = "refused"): Promise<string> {
  const id = crypto.randomUUID();
  await db.query(
    "test",
    "insert into outbox (id, kind, payload, dead_at, attempts, error_class) values ($1, 'mail', $2, now(), 3, $3)",
    [id, payload, error],
  );
  return id;
}

test("GET /console/settings shows values with their sources, finds by name and purpose, and hides secrets", async () => {
  const { browser } = await consoleBrowser(sentinel, "system:read");
  const all = await browser.open("/console/settings");
  assert.match(textOf(all), /SENTINEL_METRICS_TOKEN\s+Set, not shown\s+Default: open\s+Environment/);
  assert.match(textOf(all), /PORT\s+8000\s+Default\s+TCP port/);
  assert.match(all.html, />&lt;i&gt;Ledger&lt;\/i&gt;<br>/);
  assert.doesNotMatch(all.html, new RegExp(secret));
  const cells = [...all.html.matchAll(/<tr>([^]*?)<\/tr>/g)].map(([, row]) => row!.match(/<t[hd][ >]/g)!.length);
  assert.deepEqual([...new Set(cells)], [4], "a heading for each cell");
  const given = await browser.open("/console/settings?shown=given&q=metrics");
  assert.match(textOf(given), /1 setting, in the order of the documentation\./);
  assert.match(textOf(await browser.open("/console/settings?q=no%20such%20thing")), /No setting matches\./);
});

test("GET /console/system shows the version, the jobs, the replicas and every migration", async () => {
  const { browser } = await consoleBrowser(sentinel, "system:read");
  const page = textOf(await browser.open("/console/system"));
  assert.match(page, /Database PostgreSQL/);
  assert.match(page, /This process runs no jobs\./);
  assert.match(page, /0001_\w+ \d{4}-\d\d-\d\d \d\d:\d\d Applied/);
  assert.match(page, /This one/);
});

test("GET /console/mail shows what was given up and why, and sends it again", async () => {
  const { browser, id: actor } = await browserOf(sentinel, "admin");
  const ada = await deadMail({ letter: "password_reset", to: "<b>ada@example.com</b>" });
  await deadMail({ letter: "invitation", to: "grace@example.com" }, "timeout");
  const page = await browser.open("/console/mail");
  assert.match(textOf(page), /password_reset .*? 3 The mail server refused it for good Send again/);
  assert.match(page.html, /&lt;b&gt;ada@example\.com&lt;\/b&gt;/);
  const once = await browser.submit(page, "/console/mail/retry", { id: ada });
  assert.match(textOf(once), /Waiting 1 .*? Given up 1/);
  await browser.submit(once, "/console/mail/retry");
  const left = await db.query<{ dead: number }>(
    "test",
    "select count(*)::int as dead from outbox where dead_at is not null",
  );
  assert.equal(left[0]!.dead, 0);
  const events = await db.query<{ subject_id: string | null; facts: object }>(
    "test",
    "select subject_id, facts from audit_events where action = 'mail.retried' and actor_id = $1 order by id",
    [actor],
  );
  assert.deepEqual(events.map(({ subject_id, facts }) => [subject_id, facts]), [
    [ada, { count: 1, via: "console" }],
    [null, { count: 1, via: "console" }],
  ]);
  await db.query("test", "delete from outbox");
});

test("a user who may only read the system sends no mail and sees no address", async () => {
  await deadMail({ letter: "password_reset", to: "ada@example.com" });
  const { browser } = await consoleBrowser(sentinel, "system:read");
  const page = await browser.open("/console/mail");
  assert.doesNotMatch(
    page.html,
    /Send again|ada@example\.com|name="form_token" value="[^"]*">\s*<\/form>\s*<\/section>/,
  );
  const { browser: administrator } = await browserOf(sentinel, "admin");
  const form = await administrator.open("/console/mail");
  assert.equal((await browser.submit(form, "/console/mail/retry")).status, 403);
  await db.query("test", "delete from outbox");
});

test("the pages of operations take at most ten statements", async () => {
  const { browser } = await browserOf(sentinel, "admin");
  for (const path of ["/console/settings", "/console/mail", "/console/system"]) {
    const count = await countOf(path, browser);
    assert.ok(count <= 10, `${path}: ${count}`);
  }
});
