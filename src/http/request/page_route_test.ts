import { z } from "@hono/zod-openapi";
import assert from "node:assert/strict";
import { createLogger } from "../../platform/logger.ts";
import { readConfig } from "../../compose/config.ts";
import type { BrowserCaller } from "../../vocabulary/actor.ts";
import type { Aal } from "../../vocabulary/assurance.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { createSecrets } from "../../vocabulary/secrets.ts";
import {
  form as formBody,
  formPage,
  freshlySignedIn,
  freshSeconds,
  inConsole,
  operation,
  page,
  problems,
  signedInBrowser,
  visitor,
} from "../contract/contract.ts";
import { foreignForm } from "../contract/foreign_form.ts";
import { field, form } from "../pages/form.ts";
import { door, onward } from "../pages/frame.ts";
import { html } from "../pages/markup.ts";
import { seeOther } from "../pages/page_answer.ts";
import { createVisits } from "../pages/visit.ts";
import { createApp } from "./app.ts";
import { createSignInFreshness } from "./freshness.ts";
import { createRequestContext } from "./request_context.ts";

const publicUrl = "https://auth.example.com";
const { settings } = readConfig({ SENTINEL_PUBLIC_URL: publicUrl, SENTINEL_BRAND_NAME: "Ledger <b>" });
const secrets = [1, 2].map((seed) => Uint8Array.from({ length: 32 }, (_, i) => seed * i));
const lines: string[] = [];
const log = createLogger({
  level: "info",
  format: "json",
  write: (bytes) => Promise.resolve(lines.push(new TextDecoder().decode(bytes))),
});

const nowMs = 1_800_000_000_000;
let caller: BrowserCaller | undefined;

const session = "__Host-session=any";

/** While it is in scope, ada is signed in since this time. */
function signedIn(authTime: number, { aal = 1, has_factor = false }: { aal?: Aal; has_factor?: boolean } = {}) {
  const user = { id: crypto.randomUUID(), username: "ada", has_factor };
  caller = { authTime, aal, user, session: { id: crypto.randomUUID() } } as BrowserCaller;
  return { [Symbol.dispose]: () => void (caller = undefined) };
}

const shared = { tags: ["pages"] as ["pages"], ...problems("unavailable") };
const show = operation("GET /note", {
  ...shared,
  operationId: "showNote",
  summary: "A note",
  ...visitor,
  query: z.object({ text: z.string().max(20).optional() }),
  ...page("The note"),
});
const write = operation("POST /note", {
  ...shared,
  operationId: "writeNote",
  summary: "Writes a note",
  ...visitor,
  ...formBody(z.strictObject({ text: z.string().max(20) })),
  ...formPage("Written"),
});
const own = operation("GET /own", {
  ...shared,
  operationId: "own",
  summary: "Own",
  ...signedInBrowser,
  ...page("Own"),
});
const writeOwn = operation("POST /own", {
  ...shared,
  operationId: "writeOwn",
  summary: "Own",
  ...signedInBrowser,
  ...formBody(z.strictObject({})),
  ...formPage("Own"),
});
const fresh = operation("GET /fresh", {
  ...shared,
  operationId: "fresh",
  summary: "Fresh",
  ...freshlySignedIn,
  ...page("Fresh"),
});
const plain = operation("GET /plain", {
  ...shared,
  operationId: "plain",
  summary: "Plain",
  ...visitor,
  ...page("Plain"),
});
const lost = operation("GET /lost", {
  ...shared,
  operationId: "lost",
  summary: "Leads on",
  ...visitor,
  ...page("Leads on"),
});

const foreign = operation("POST /foreign", {
  ...shared,
  operationId: "foreign",
  summary: "What other sites send",
  ...visitor,
  ...foreignForm,
  ...page("Leads on"),
});

const manage = operation("GET /manage", {
  ...shared,
  operationId: "manage",
  summary: "For administrators",
  ...inConsole("users:write"),
  ...page("For administrators"),
});
const doManage = operation("POST /manage", {
  ...shared,
  operationId: "doManage",
  summary: "For administrators",
  ...inConsole("users:write", { fresh: true }),
  ...formBody(z.strictObject({})),
  ...formPage("Done"),
});

const written: string[] = [];

/** What the user who is signed in may do, while a test needs it. */
const held = new Set<string>();

function appWith(current = secrets[0]!, previous?: Uint8Array) {
  const visits = createVisits({
    secrets: createSecrets(current, previous),
    publicUrl,
    brand: settings.SENTINEL_BRAND_NAME,
    language: settings.SENTINEL_LANGUAGE,
    sessionMaxSeconds: 3_600,
  });
  const app = createApp({
    guard: () => () => undefined,
    log,
    pages: {
      visits,
      freshness: createSignInFreshness({ clock: { now: () => nowMs }, aal2MaxSeconds: freshSeconds / 2 }),
      rights: { rightsOf: () => Promise.resolve((permission: string) => held.has(permission)) },
      browsers: { authenticate: () => Promise.resolve(caller && { caller }) },
    },
  });
  app.addPage(show, ({ visit, query: { text } }) => ({
    kind: "page",
    html: door(visit, {
      title: "Note",
      main: html`<h1>Note</h1>${
        form(visit, "/note", field({ id: "text", label: "Text", autocomplete: "off", value: text }))
      }`,
    }),
  }));
  app.addPage(write, ({ visit, body }) => {
    if (body.text === "fail") throw new Error("canary");
    if (body.text === "wait") throw new Problem("rate_limited", { headers: { "retry-after": "7" } });
    written.push(body.text);
    return onward(visit, { title: "Written", next: "/note" });
  });
  app.addPage(own, ({ visit, caller }) => ({
    kind: "page",
    html: door(visit, { title: "Own", main: html`<h1>${caller.user.username}</h1>${form(visit, "/own", html``)}` }),
  }));
  app.addPage(writeOwn, ({ visit }) => onward(visit, { title: "Own", next: "/own" }));
  app.addPage(
    fresh,
    ({ visit }) => ({ kind: "page", html: door(visit, { title: "Fresh", main: html`<h1>Fresh</h1>` }) }),
  );
  app.addPage(
    plain,
    ({ visit }) => ({ kind: "page", html: door(visit, { title: "Plain", main: html`<h1>Plain</h1>` }) }),
  );
  serveConsole(app);
  app.addPage(lost, () => seeOther("/note"));
  app.addPage(foreign, ({ body }) => seeOther(`/foreign?${body}`));
  const info = {
    remoteAddr: { transport: "tcp" as const, hostname: "127.0.0.1", port: 1 },
    completed: Promise.resolve(),
  };
  return async (path: string, init: RequestInit = {}) => {
    const request = new Request(`${publicUrl}${path}`, init);
    return await app.fetch(request, createRequestContext(request, info, []));
  };
}

function serveConsole(app: ReturnType<typeof createApp>): void {
  app.addPage(manage, ({ visit, may, actor }) => ({
    kind: "page",
    html: door(visit, {
      title: "Manage",
      main: html`<h1>${String(may("users:read"))} ${actor().via!}</h1>${form(visit, "/manage", html``)}`,
    }),
  }));
  app.addPage(doManage, ({ visit, actor }) => {
    written.push(actor().via ?? "");
    return onward(visit, { title: "Done", next: "/plain" });
  });
}

const ask = appWith();
const cookieOf = (response: Response) =>
  /^__Host-browser=([\w-]{43});/.exec(response.headers.getSetCookie()[0] ?? "")?.[1];
const tokenIn = (html: string) => /name="form_token" value="([\w-]{43})"/.exec(html)![1]!;

/** A browser that has opened the form. */
async function opened() {
  const response = await ask("/note");
  return { cookie: `__Host-browser=${cookieOf(response)}`, token: tokenIn(await response.text()) };
}

const post = (path: string, headers: Record<string, string>, members: Record<string, string>) =>
  ask(path, { method: "POST", headers, body: new URLSearchParams(members) });

const sameOrigin = { "sec-fetch-site": "same-origin" };

Deno.test("a page with a form sets the browser's cookie once, keeps it, and is never stored", async () => {
  const first = await ask("/note");
  assert.match(
    first.headers.getSetCookie()[0]!,
    /^__Host-browser=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=34560000$/,
  );
  assert.equal(first.headers.get("referrer-policy"), "same-origin");
  assert.equal(first.headers.get("cache-control"), "no-store");
  const cookie = `__Host-browser=${cookieOf(first)}`;
  const again = await ask("/note", { headers: { cookie } });
  assert.deepEqual(again.headers.getSetCookie(), []);
  assert.equal(tokenIn(await again.text()), tokenIn(await first.text()));
  const without = await ask("/plain");
  assert.deepEqual([without.headers.getSetCookie(), without.headers.get("referrer-policy")], [[], "no-referrer"]);
});

Deno.test("T217 a form counts only with its browser's token for this path, and only from this origin", async () => {
  const { cookie, token } = await opened();
  const other = await opened();
  written.length = 0;
  const members = { form_token: token, text: "mine" };
  const refused: [string, Record<string, string>, Record<string, string>][] = [
    ["no token", { cookie, ...sameOrigin }, { text: "mine" }],
    ["an empty token", { cookie, ...sameOrigin }, { ...members, form_token: "" }],
    ["a token of another browser", { cookie, ...sameOrigin }, { ...members, form_token: other.token }],
    ["no cookie", sameOrigin, members],
    ["another site", { cookie, "sec-fetch-site": "cross-site" }, members],
    ["another origin of this site", { cookie, "sec-fetch-site": "same-site" }, members],
    [
      "another origin, though it claims this one",
      { cookie, "sec-fetch-site": "cross-site", origin: publicUrl },
      members,
    ],
    ["Origin null", { cookie, origin: "null" }, members],
    ["another Origin", { cookie, origin: "https://auth.example.com.evil.example" }, members],
    ["an Origin without TLS", { cookie, origin: "http://auth.example.com" }, members],
    ["another Referer", { cookie, referer: "https://evil.example/https://auth.example.com/" }, members],
    ["none of the three headers", { cookie }, members],
  ];
  for (const [what, headers, sent] of refused) {
    const response = await post("/note", headers, sent);
    assert.equal(response.status, 403, what);
    assert.match(await response.text(), /<code>form_refused<\/code>/, what);
  }
  for (const type of ["application/json", "text/plain", "multipart/form-data; boundary=x", ""]) {
    const init = {
      method: "POST",
      headers: { cookie, ...sameOrigin, "content-type": type },
      body: JSON.stringify(members),
    };
    assert.equal((await ask("/note", init)).status, 415, type);
  }
  assert.deepEqual(written, []);
  const accepted = [sameOrigin, { "sec-fetch-site": "none" }, { origin: publicUrl }, { referer: `${publicUrl}/note` }];
  for (const headers of accepted) {
    assert.equal((await post("/note", { cookie, ...headers }, members)).status, 200, JSON.stringify(headers));
  }
  assert.equal(written.length, accepted.length);
});

Deno.test("T217 a token of one form is of no use for another", async () => {
  const { cookie, token } = await opened();
  using _ = signedIn(nowMs);
  const response = await post("/own", { cookie: `${cookie}; ${session}`, ...sameOrigin }, { form_token: token });
  assert.equal(response.status, 403);
});

Deno.test("a form that was drawn under the previous secret is good, and one of another secret is not", async () => {
  const { cookie, token } = await opened();
  const init = {
    method: "POST",
    headers: { cookie, ...sameOrigin },
    body: new URLSearchParams({ form_token: token, text: "mine" }),
  };
  assert.equal((await appWith(secrets[1], secrets[0])("/note", init)).status, 200);
  assert.equal((await appWith(secrets[1])("/note", init)).status, 403);
});

Deno.test("after a form the page goes on by itself and by a link, and is no redirect", async () => {
  const { cookie, token } = await opened();
  const response = await post("/note", { cookie, ...sameOrigin }, { form_token: token, text: "mine" });
  assert.equal(response.status, 200);
  const text = await response.text();
  assert.match(text, /<meta http-equiv="refresh" content="0; url=\/note">/);
  assert.match(text, /<a class="button primary" href="\/note">Continue<\/a>/);
  const led = await ask("/lost");
  assert.deepEqual([led.status, led.headers.get("location"), await led.text()], [303, "/note", ""]);
});

Deno.test("a form that other sites may send needs no token, and is read as a query in the characters of a URL", async () => {
  const headers = { "sec-fetch-site": "cross-site", "content-type": "application/x-www-form-urlencoded" };
  const sent = await ask("/foreign", { method: "POST", headers, body: "a=1&a=%0d%0ä&b='\r\nx: y" });
  assert.deepEqual([sent.status, sent.headers.get("location")], [
    303,
    "/foreign?a=1&a=%0D%250%C3%A4&b=%27%0D%0Ax%3A+y",
  ]);
  assert.deepEqual(sent.headers.getSetCookie(), []);
  const json = { ...headers, "content-type": "application/json" };
  assert.equal((await ask("/foreign", { method: "POST", headers: json, body: "{}" })).status, 415);
});

Deno.test("whatever fails on a page is a page, which says what an operator needs and not why", async () => {
  const { cookie, token } = await opened();
  const rows = [
    [{ text: "x".repeat(21) }, 422, "invalid_request"],
    [{ text: "mine", more: "x" }, 422, "invalid_request"],
    [{ text: "wait" }, 429, "rate_limited"],
    [{ text: "fail" }, 500, "internal"],
  ] as const;
  for (const [members, status, code] of rows) {
    const response = await post("/note", { cookie, ...sameOrigin }, { form_token: token, ...members });
    assert.equal(response.status, status);
    assert.equal(response.headers.get("content-type"), "text/html; charset=utf-8");
    assert.equal(response.headers.get("retry-after"), status === 429 ? "7" : null);
    const text = await response.text();
    assert.ok(text.includes(`<code>${code}</code>`) && text.includes(response.headers.get("x-request-id")!));
    assert.match(text, /<title>Error: /);
    assert.doesNotMatch(text, /canary/);
  }
  await log.flush();
  assert.match(lines.join(""), /canary/);
});

Deno.test("T216 who is not signed in is led to the sign-in and back, and a form is refused with a way there", async () => {
  const led = await ask("/own?a=b&c=//evil.example");
  assert.deepEqual([led.status, led.headers.get("location")], [
    303,
    "/signin?next=%2Fown%3Fa%3Db%26c%3D%2F%2Fevil.example",
  ]);
  const { cookie } = await opened();
  const token = await (async () => {
    using _ = signedIn(nowMs);
    const text = await (await ask("/own", { headers: { cookie: `${cookie}; ${session}` } })).text();
    assert.match(text, /<h1>ada<\/h1>/);
    return tokenIn(text);
  })();
  const refused = await post("/own", { cookie, ...sameOrigin }, { form_token: token });
  assert.equal(refused.status, 403);
  assert.match(await refused.text(), /href="\/signin\?next=%2Fown">Sign in<\/a>/);
});

Deno.test("T173 a page that asks for a fresh sign-in refuses one that is older than 10 minutes", async () => {
  for (const [ageMs, status] of [[0, 200], [freshSeconds * 1_000 - 1, 200], [freshSeconds * 1_000, 303]] as const) {
    using _ = signedIn(nowMs - ageMs);
    assert.equal((await ask("/fresh", { headers: { cookie: session } })).status, status, String(ageMs));
  }
  assert.equal((await ask("/fresh")).headers.get("location"), "/signin?next=%2Ffresh");
  using _ = signedIn(0);
  const again = await ask("/fresh", { headers: { cookie: session } });
  assert.equal(again.headers.get("location"), "/signin?next=%2Ffresh&again=1");
});

Deno.test("a page of the console is for who may enter it and holds its permission, and names itself to the log", async () => {
  using _ = signedIn(nowMs);
  const { cookie } = await opened();
  const headers = { cookie: `${cookie}; ${session}` };
  for (const permissions of [[], ["users:write"], ["console:enter"], ["console:enter", "users:read"]]) {
    held.clear();
    for (const permission of permissions) held.add(permission);
    const refused = await ask("/manage", { headers });
    assert.deepEqual([refused.status, /<code>forbidden<\/code>/.test(await refused.text())], [403, true]);
    assert.equal((await post("/manage", { ...headers, ...sameOrigin }, {})).status, 403);
  }
  held.clear();
  for (const permission of ["console:enter", "users:write"]) held.add(permission);
  const page = await (await ask("/manage", { headers })).text();
  assert.match(page, /<h1>false console<\/h1>/);
  written.length = 0;
  const members = { form_token: tokenIn(page) };
  assert.equal((await post("/manage", { ...headers, ...sameOrigin }, members)).status, 200);
  held.delete("users:write");
  assert.equal((await post("/manage", { ...headers, ...sameOrigin }, members)).status, 403);
  assert.deepEqual(written, ["console"]);
  held.add("users:write").add("users:read");
  assert.match(await (await ask("/manage", { headers })).text(), /<h1>true console<\/h1>/);
  using _older = signedIn(nowMs - freshSeconds * 1_000);
  assert.equal((await ask("/manage", { headers })).status, 200);
  const stale = await post("/manage", { ...headers, ...sameOrigin }, members);
  assert.match(await stale.text(), /<code>sign_in_required<\/code>/);
  held.clear();
});

Deno.test("T173 such a page takes a sign-in with the second factor of who has one, and such a factor for a limited time", async () => {
  const rows = [[1, 0, 303], [2, 0, 200], [2, freshSeconds * 500 - 1, 200], [2, freshSeconds * 500, 303]] as const;
  for (const [aal, ageMs, status] of rows) {
    using _ = signedIn(nowMs - ageMs, { aal, has_factor: true });
    assert.equal((await ask("/fresh", { headers: { cookie: session } })).status, status, `${aal} ${ageMs}`);
    assert.equal((await ask("/own", { headers: { cookie: session } })).status, 200, "others need no second factor");
  }
});

Deno.test("values are escaped on pages, in text and in attributes", async () => {
  const response = await ask(`/note?text=${encodeURIComponent(`"><b>x</b>&'`)}`);
  const text = await response.text();
  assert.ok(text.includes('value="&quot;&gt;&lt;b&gt;x&lt;/b&gt;&amp;&#39;"'), text);
  assert.ok(text.includes("<title>Note · Ledger &lt;b&gt;</title>"), text);
});

Deno.test("a page is in the language of the browser", async () => {
  const { cookie } = await opened();
  const response = await post("/note", { cookie, ...sameOrigin, "accept-language": "de-DE" }, { text: "x" });
  const text = await response.text();
  assert.match(text, /<html lang="de">/);
  assert.match(text, /Dieses Formular ist zu alt/);
});

Deno.test("a browser gets a page where there is nothing, and a program a problem", async () => {
  const toBrowser = await ask("/nowhere", {
    headers: { accept: "text/html,*/*;q=0.8", "accept-language": "de", cookie: session },
  });
  assert.deepEqual([toBrowser.status, toBrowser.headers.get("content-type")], [404, "text/html; charset=utf-8"]);
  assert.match(await toBrowser.text(), /<html lang="de">[^]*Diese Seite gibt es nicht/);
  assert.match(toBrowser.headers.get("content-security-policy")!, /default-src 'none'/);
  assert.deepEqual(toBrowser.headers.getSetCookie(), []);
  for (const accept of ["*/*", "application/json", "text/html;q=0.5,application/json"]) {
    const toProgram = await ask("/nowhere", { headers: { accept } });
    assert.deepEqual([toProgram.status, (await toProgram.json()).type], [404, "/problems/not_found"], accept);
    assert.equal(toProgram.headers.get("vary"), "Accept");
  }
  const wrongMethod = await ask("/own", { method: "DELETE", headers: { accept: "text/html" } });
  assert.deepEqual([wrongMethod.status, (await wrongMethod.json()).type], [405, "/problems/method_not_allowed"]);
});
