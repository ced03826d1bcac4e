import assert from "node:assert/strict";
import { test } from "../../testing/harness.ts";
import { startIssuer } from "../../testing/servers/token_issuer.ts";
import { createProtection, ProtectionError, type ProtectionOptions } from "../protect.ts";

const audience = "https://api.example.com";
const seconds = () => Math.floor(Date.now() / 1_000);

/** An issuer with a feed of what a test adds to it, in pages of 1,000, with ETags. */
async function startFeed() {
  const items: object[] = [];
  const asked: { since: string | null; known: string | null; authorization: string | null; status: number }[] = [];
  const issuing = await startIssuer({
    "/revocations": answer,
    "/oauth/introspect": () => Response.json({ active: true }),
  });
  return { ...issuing, items, asked };

  function answer({ url, headers }: Request): Response {
    const since = new URL(url).searchParams.get("since");
    const from = Number(since ?? 0);
    const page = items.slice(from, from + 1_000);
    const etag = `"${from}-${page.length}"`;
    const [known, authorization] = [headers.get("if-none-match"), headers.get("authorization")];
    const status = known === etag ? 304 : 200;
    asked.push({ since, known, authorization, status });
    if (status === 304) return new Response(null, { status, headers: { etag } });
    return Response.json({ items: page, cursor: `${from + page.length}` }, { headers: { etag } });
  }
}

/** The status of requests to an API that follows the feed. */
function following(issuer: string, more: Partial<ProtectionOptions> = {}) {
  const client = { id: "an api", secret: "its secret:" };
  const protection = createProtection({ issuer, audience, check: "revocations", client, ...more });
  const ask = async (token: string): Promise<number> => {
    const headers = { authorization: `Bearer ${token}` };
    return await protection.authenticate(new Request(audience, { headers })).then(() => 200, (error) => {
      assert.ok(error instanceof ProtectionError);
      return error.status;
    });
  };
  return { ask, [Symbol.dispose]: () => protection.close() };
}

test("tokens of an ended session, and earlier ones of an ended user or client, are refused; others are not", async () => {
  await using served = await startFeed();
  const { items, sign, issuer } = served;
  const now = seconds();
  const end = { until: now + 600 };
  items.push({ sid: "ended", ...end }, { sub: "gone", before: now, ...end }, {
    client_id: "lost",
    before: now,
    ...end,
  });
  items.push({ sub: "gone", before: now - 100, ...end });
  using api = following(issuer);
  const ask = async (claims: object) => await api.ask(await sign({ aud: audience, ...claims }));
  const refused = [{ sid: "ended" }, { sub: "gone", iat: now - 1 }, { client_id: "lost", iat: now - 1 }];
  for (const claims of refused) assert.equal(await ask(claims), 401, JSON.stringify(claims));
  const accepted = [{ sid: "other" }, { sub: "gone", iat: now }, { client_id: "lost", iat: now }, { sub: "ended" }, {}];
  for (const claims of accepted) assert.equal(await ask(claims), 200, JSON.stringify(claims));
  assert.deepEqual(served.asked, [{
    since: null,
    known: null,
    authorization: `Basic ${btoa("an%20api:its%20secret%3A")}`,
    status: 200,
  }], "one poll for all");
});

test("the first answer is complete, also when it takes several pages, and later ones go on from there", async () => {
  await using served = await startFeed();
  const { items, asked, sign, issuer } = served;
  for (let n = 0; n < 2_001; n++) items.push({ sid: `${n}`, until: seconds() + 600 });
  const clock = { ms: Date.now() };
  using api = following(issuer, { now: () => clock.ms, silenceSeconds: 2 });
  const ask = async (sid: string) => await api.ask(await sign({ aud: audience, sid }));
  for (const sid of ["0", "1000", "2000"]) assert.equal(await ask(sid), 401);
  items.push({ sid: "next", until: seconds() + 600 });
  for (let poll = 0; poll < 3; poll++) {
    clock.ms += 3_000;
    assert.equal(await ask("next"), 401);
  }
  assert.equal(await ask("another"), 200);
  assert.deepEqual(asked.map(({ since }) => since), [null, "1000", "2000", "2001", "2002", "2002"]);
  assert.deepEqual(asked.slice(-2).map(({ status }) => status), [200, 304]);
});

test("a token is accepted for silenceSeconds after the last answer, and then answered 503, or accepted by choice", async () => {
  await using served = await startFeed();
  const clock = { ms: Date.now() };
  const now = () => clock.ms;
  const errors: unknown[] = [];
  using refusing = following(served.issuer, { now, silenceSeconds: 60, onError: (error) => errors.push(error) });
  using accepting = following(served.issuer, { now, silenceSeconds: 60, whenSilent: "accept" });
  const token = await served.sign({ aud: audience });
  const ask = async () => [await refusing.ask(token), await accepting.ask(token)];
  assert.deepEqual(await ask(), [200, 200]);
  served.state.isDown = true;
  clock.ms += 60_000;
  assert.deepEqual(await ask(), [200, 200]);
  clock.ms += 1;
  assert.deepEqual(await ask(), [503, 200]);
  assert.match(String(errors.at(-1)), /revocations.* answered 503/);
  served.state.isDown = false;
  clock.ms += 2_000;
  assert.deepEqual(await ask(), [200, 200]);
});

test("while the feed is silent, callers cause one request in two seconds", async () => {
  await using served = await startFeed();
  const clock = { ms: Date.now() };
  using api = following(served.issuer, { now: () => clock.ms });
  const token = await served.sign({ aud: audience });
  assert.equal(await api.ask(await served.sign({ aud: "another API" })), 401, "the keys are known");
  served.state.isDown = true;
  const before = served.counts.get("/revocations") ?? 0;
  const answers = await Promise.all(Array.from({ length: 20 }, () => api.ask(token)));
  assert.deepEqual(new Set(answers), new Set([503]));
  assert.equal(await api.ask(token), 503);
  assert.equal(served.counts.get("/revocations")! - before, 1);
});

test("a process whose protection follows the feed can end", async () => {
  await using served = await startFeed();
  const token = await served.sign({ aud: audience });
  const module = new URL("../protect.ts", import.meta.url).href;
  const options = { issuer: served.issuer, audience, check: "revocations", client: { id: "a", secret: "b" } };
  const program = `import { createProtection } from "${module}";
    const headers = { authorization: "Bearer ${token}" };
    const protection = createProtection(${JSON.stringify(options)});
    console.log((await protection.authenticate(new Request("${audience}", { headers }))).clientId);`;
  const args = ["run", "--quiet", "--allow-net", "--ext=ts", "-"];
  const cwd = new URL("../../..", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), { args, cwd, stdin: "piped", stdout: "piped", stderr: "piped" })
    .spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(program));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  assert.deepEqual([code, new TextDecoder().decode(stdout)], [0, "a client\n"], new TextDecoder().decode(stderr));
  assert.equal(served.asked.length, 1);
});
