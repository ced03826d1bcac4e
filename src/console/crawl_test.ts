import assert from "node:assert/strict";
import { startSentinel, test } from "../testing/harness.ts";
import { formsIn, type Shown } from "../testing/people/browser.ts";
import { hostile, hostileHouse, isBroken } from "../testing/people/hostile_house.ts";
import { mailboxOn } from "../testing/mail/mailbox.ts";
import { crawl, isPage, type Visited } from "../testing/traffic/crawl.ts";

const sentinel = await startSentinel({ settings: { ...mailboxOn, SENTINEL_BRAND_NAME: "House" }, lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const house = await hostileHouse(sentinel);
await sentinel.sealer.seal();

/** The most statements that a page may run. */
const statementsMax = 10;

const roots = ["/", "/account", "/console"];
const pages = await crawl(house.administrator.browser, roots);
const own = await crawl(house.users[0].browser, roots);
const readers = await crawl(house.auditor.browser, roots);
const consolePages = pages.filter(({ path }) => path.startsWith("/console"));

test("every page of the console and of the account opens, in at most ten statements", () => {
  assert.ok(consolePages.length > 30, `${consolePages.length} pages of the console`);
  const faults = [...pages, ...own.filter(({ path }) => !path.startsWith("/console"))].filter((
    { shown, path, statements },
  ) => shown.status !== 200 && !path.startsWith("/account") || shown.status >= 500 || statements > statementsMax).map((
    { path, shown, statements },
  ) => `${path}: ${shown.status}, ${statements} statements`);
  assert.deepEqual(faults, []);
});

test("no name, text or user agent of an attacker becomes markup on any page", () => {
  const all = [...pages, ...own, ...readers];
  assert.ok(all.some(({ shown }) => shown.html.includes("&lt;x-hostile")), "the text is on some page");
  assert.deepEqual(all.filter(({ shown }) => isPage(shown) && isBroken(shown.html)).map(({ path }) => path), []);
  assert.ok(isBroken(hostile));
});

test("no page may be framed, kept, or run code of others", () => {
  for (const { path, shown } of [...pages, ...own, ...readers]) {
    const policy = shown.response.headers.get("content-security-policy") ?? "";
    if (!isPage(shown)) continue;
    assert.match(policy, /default-src 'none'.*frame-ancestors 'none'/, path);
    assert.doesNotMatch(policy, /unsafe-|\*/, path);
    assert.equal(shown.response.headers.get("cache-control"), "no-store", path);
    assert.doesNotMatch(shown.html, /<script(?! type="module" src="[/.])| on\w+="|style="|javascript:/, path);
  }
});

test("whoever may not enter sees nothing of the console, and an auditor only what they may read", async () => {
  for (const { path } of consolePages) {
    const asked = await house.users[0].browser.open(path);
    assert.equal(asked.status, 403, path);
    assert.doesNotMatch(asked.html, /x-hostile/, path);
    assert.match((await house.stranger.open(path)).path, /^\/signin\?next=%2Fconsole/, path);
  }
  assert.ok(readers.length > 15);
  assert.deepEqual(readers.filter(({ shown }) => shown.status >= 500).map(({ path }) => path), []);
  const dead = readers.filter(({ shown, path }) => shown.status === 403 && path.startsWith("/console"));
  assert.deepEqual(dead.map(({ path }) => path), [], "links that an auditor may not open");
  const deeds = deedsOf(readers).filter((action) => action.startsWith("/console"));
  assert.deepEqual(deeds, ["/console/audit/verify"], "which changes nothing");
});

/** The paths that forms of these pages are sent to. */
function deedsOf(visited: readonly Visited[]): string[] {
  return [...new Set(visited.flatMap(({ shown }) => formsOf(shown).map(({ action }) => action.split("?")[0]!)))].sort();
}

/** The forms that change something; those of filters and of steps before a deed are GETs. */
function formsOf({ html }: Shown) {
  const posted = [...html.matchAll(/<form\b[^>]*method="post"[^]*?<\/form>/g)].map(([form]) => form).join("");
  return formsIn(posted).filter(({ action }) => action !== "/signout");
}

test("a form without its token, or sent by another site, does nothing", async () => {
  const { browser } = house.administrator;
  const before = await stateOf();
  const sent = new Set<string>();
  for (const { shown } of pages) {
    for (const { action, members: { form_token, ...members } } of formsOf(shown)) {
      const path = action.split("?")[0]!;
      if (sent.has(path)) continue;
      sent.add(path);
      const bare = await browser.post(action, members);
      assert.equal(bare.status, 403, `${action} without a token`);
      const foreign = await browser.post(action, { ...members, form_token: form_token! }, {
        "sec-fetch-site": "cross-site",
        origin: "https://evil.example",
      });
      assert.equal(foreign.status, 403, `${action} from another site`);
      const others = await house.auditor.browser.post(action, { ...members, form_token: form_token! });
      assert.equal(others.status, 403, `${action} with the token of another browser`);
    }
  }
  assert.ok(sent.size > 10, `${sent.size} forms`);
  assert.equal(await stateOf(), before);
});

test("ids of another user in the forms and links of one's own account reach nothing", async () => {
  const [attacker, victim] = house.users;
  const theirs = await crawl(victim.browser, ["/account"]);
  const before = await stateOf();
  const mine = own.flatMap(({ shown }) => formsOf(shown));
  let tried = 0;
  for (const { shown, path } of theirs) {
    if (/\?.*=/.test(path)) {
      const asked = await attacker.browser.open(path);
      assert.ok(asked.status >= 400 || !asked.path.startsWith(path) || !hasIds(path), `${path}: ${asked.status}`);
    }
    for (const { action, members } of formsOf(shown)) {
      const own = mine.find((form) => form.action.split("?")[0] === action.split("?")[0]);
      if (!own || !hasIds(`${action} ${JSON.stringify(members)}`)) continue;
      tried++;
      const answer = await attacker.browser.post(action, { ...members, form_token: own.members.form_token! });
      assert.ok(answer.status >= 400 || answer.path.startsWith("/account"), `${action}: ${answer.status}`);
    }
  }
  assert.ok(tried > 0);
  assert.equal(await stateOf(), before);
});

const hasIds = (text: string) => /[0-9a-f]{8}-[0-9a-f-]{27}/.test(text);

/** What deeds would change: of the victim and of the house. */
async function stateOf(): Promise<string> {
  const counts = [
    "users",
    "grants",
    "api_keys",
    "totp_factors",
    "passkeys",
    "consents",
    "roles",
    "clients",
    "permissions",
  ];
  const [row] = await sentinel.db.query(
    "test",
    `select ${counts.map((table) => `(select count(*) from ${table}) as ${table}`)},
            (select count(*) from sessions where revoked_at is null) as sessions,
            (select count(*) from users where disabled_at is null) as enabled`,
  );
  return JSON.stringify(row);
}
