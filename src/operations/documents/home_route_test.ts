import assert from "node:assert/strict";
import { problems } from "../../vocabulary/dictionary.ts";
import { startSentinel, test } from "../../testing/harness.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

/** The Accept header of Firefox and Chrome. */
const browser = { headers: { accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" } };

const pages = ["/", "/problems", "/problems/invalid_token"];

const linksIn = (html: string, at: string) =>
  [...html.matchAll(/ (?:href|src)="([^"]+)"/g)].map(([, url]) => new URL(url!, `http://localhost:8000${at}`));

test("X22 GET / is a page in a browser and links in JSON elsewhere, and caches keep them apart", async () => {
  const page = await sentinel.fetch("/", browser);
  assert.equal(page.status, 200);
  assert.equal(page.headers.get("content-type"), "text/html; charset=utf-8");
  assert.match(await page.text(), /<h1>This server signs users in for Sentinel<\/h1>/);
  for (const accept of ["*/*", "application/json"]) {
    const json = await sentinel.fetch("/", { headers: { accept } });
    assert.equal(json.headers.get("content-type"), "application/json");
    assert.equal(json.headers.get("vary"), "Accept");
    assert.equal((await json.json()).documentation, "http://localhost:8000/docs");
  }
  assert.equal(page.headers.get("vary"), "Accept");
});

test("X22 every link of GET / works, on the page and in JSON", async () => {
  const { issuer, ...links } = await (await sentinel.fetch("/")).json();
  assert.equal(issuer, "http://localhost:8000");
  const hrefs = linksIn(await (await sentinel.fetch("/", browser)).text(), "/").map(({ pathname }) => pathname);
  assert.ok(hrefs.length > 6);
  const paths = [...Object.values<string>(links).map((url) => new URL(url).pathname), ...hrefs];
  for (const path of paths) {
    const status = path === "/account" ? 303 : 200; // to the sign-in
    assert.equal((await sentinel.fetch(path)).status, status, path);
  }
});

test("X22 pages have no inline code and nothing from other origins, and their policy says so", async () => {
  for (const path of pages) {
    const { headers, ...page } = await sentinel.fetch(path, browser).then(async (it) => ({
      headers: it.headers,
      html: await it.text(),
    }));
    assert.equal(
      headers.get("content-security-policy"),
      "default-src 'none'; style-src 'self'; img-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; " +
        "trusted-types 'none'; script-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    );
    assert.equal(headers.get("referrer-policy"), "no-referrer");
    assert.equal(headers.get("cross-origin-resource-policy"), "same-origin");
    assert.equal(headers.get("cache-control"), "no-store");
    assert.doesNotMatch(page.html, /<style|<script|\sstyle=|\son\w+=|javascript:/i, path);
    for (const { origin } of linksIn(page.html, path)) assert.equal(origin, "http://localhost:8000", path);
    for (const href of page.html.matchAll(/ href="([^"]+)"/g)) assert.doesNotMatch(href[1]!, /^\/|:/, "relative");
  }
});

test("X22 /favicon.ico, the style sheet and /docs/ answer a browser's requests", async () => {
  const icon = await sentinel.fetch("/favicon.ico");
  assert.deepEqual([icon.status, icon.headers.get("content-type")], [200, "image/svg+xml"]);
  assert.match(await icon.text(), /^<svg /);
  const [href] = /sentinel-[0-9a-f]{12}\.css/.exec(await (await sentinel.fetch("/", browser)).text())!;
  const style = await sentinel.fetch(`/${href}`);
  assert.deepEqual([style.status, style.headers.get("content-type")], [200, "text/css; charset=utf-8"]);
  assert.equal(style.headers.get("cache-control"), "public, max-age=31536000, immutable");
  const css = await style.text();
  assert.doesNotMatch(css, /@import|url\(/);
  assert.ok(new TextEncoder().encode(css).length <= 8 * 1024);
  const docs = await sentinel.fetch("/docs/", { redirect: "manual" });
  assert.deepEqual([docs.status, docs.headers.get("location")], [308, "../docs"]);
});

test("X22 GET /problems lists every problem, each with a page that explains it", async () => {
  const { items } = await (await sentinel.fetch("/problems")).json();
  assert.deepEqual(
    items.map(({ type }: { type: string }) => type).sort(),
    Object.keys(problems).map((code) => `/problems/${code}`).sort(),
  );
  const list = await (await sentinel.fetch("/problems", browser)).text();
  for (const { type, title, status, about } of items) {
    assert.ok(list.includes(`href="${type.slice(1)}"`), type);
    const page = await sentinel.fetch(type, browser);
    assert.equal(page.headers.get("content-type"), "text/html; charset=utf-8", type);
    const html = await page.text();
    const text = html.replaceAll(/<[^>]+>/g, "").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll(
      "&quot;",
      '"',
    )
      .replaceAll("&#39;", "'").replaceAll("&amp;", "&");
    for (const part of [title, String(status), about.replaceAll("`", ""), type]) assert.ok(text.includes(part), part);
    const json = await (await sentinel.fetch(type, { headers: { accept: "application/json" } })).json();
    assert.deepEqual(json, { type, title, status, about });
  }
  const unknown = await sentinel.fetch("/problems/no_such_problem", browser);
  assert.deepEqual([unknown.status, unknown.headers.get("content-type")], [404, "application/problem+json"]);
});
