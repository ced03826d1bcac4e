import assert from "node:assert/strict";
import { formatCookie } from "../../sessions/browser/session_cookie.ts";
import { startSentinel, test, testSecret } from "../../testing/harness.ts";
import {
  answerIn,
  authorizePath,
  newApplication,
  newVisitors,
  othersApplication,
  type Visitor,
} from "../../testing/people/applications.ts";
import { countNamed } from "../../testing/statements/statements.ts";
import { createSecrets } from "../../vocabulary/secrets.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db } = sentinel;
const subkey = createSecrets(testSecret).subkey("cookie");
const cookieName = sentinel.settings.SENTINEL_PUBLIC_URL.startsWith("https:") ? "__Host-session" : "session";

const visitors = (count: number) => newVisitors(sentinel, count);

/** The cookie of the visitor's browser, with this counter, or with the seed of another visitor's session. */
async function cookieOf({ sessionId }: Visitor, { counter = 0, seedOf = sessionId } = {}): Promise<string> {
  const [row] = await db.query<{ refresh_seed: Uint8Array }>(
    "test",
    "select refresh_seed from sessions where id = $1",
    [
      seedOf,
    ],
  );
  return `${cookieName}=${formatCookie(subkey, row!.refresh_seed, sessionId, counter)}`;
}

/** Sends one request with each cookie, all at once, and returns the `Location` of each answer, or its status. */
async function askAtOnce(cookies: string[], path: string): Promise<string[]> {
  const answers = await Promise.all(
    cookies.map((cookie) => sentinel.fetch(path, { redirect: "manual", headers: { cookie } })),
  );
  return answers.map((answer) => answer.headers.get("location") ?? `${answer.status}`);
}

/** The user whose code is in this `Location`. */
async function userOf(location: string): Promise<string | undefined> {
  const { code } = answerIn(location);
  return (await db.transaction((tx) => sentinel.authorizationCodes.consumeIn(tx, code!)))?.code.userId;
}

test("browsers that ask at once share look-ups, and each gets a code of its own user or has to sign in", async () => {
  const application = await newApplication(sentinel);
  const all = await visitors(24);
  const [old, forged, gone, disabled, ...others] = all as [Visitor, Visitor, Visitor, Visitor, ...Visitor[]];
  await db.query("test", "update sessions set revoked_at = now() where id = $1", [gone.sessionId]);
  await db.query("test", "update users set disabled_at = now() where id = $1", [disabled.userId]);
  await db.query("test", "update sessions set refresh_counter = 1 where id = $1", [old.sessionId]);
  const cookies = await Promise.all([
    cookieOf(old),
    cookieOf(forged, { seedOf: others[0]!.sessionId }),
    cookieOf(gone),
    cookieOf(disabled),
    ...others.map((visitor) => cookieOf(visitor)),
  ]);
  const names = ["find_browser_session", "list_browser_sessions"];
  let led: string[] = [];
  const statements = await countNamed(sentinel, names, async () => {
    led = await askAtOnce(cookies, authorizePath(application));
  });
  assert.ok(statements > 0 && statements < 12, `${statements}`);
  for (const location of led.slice(0, 4)) assert.match(location, /^\/signin\?next=/);
  const users = await Promise.all(led.slice(4).map(userOf));
  assert.deepEqual(users, others.map(({ userId }) => userId));
});

test("of users who come at once, those who allowed the application nothing, or less, are asked", async () => {
  const application = await othersApplication(sentinel);
  const all = await visitors(18);
  const scopesOf = (n: number) => [["openid", "email"], ["openid"], undefined][n % 3];
  for (const [n, { userId }] of all.entries()) {
    const scopes = scopesOf(n);
    if (!scopes) continue;
    await db.query(
      "test",
      "insert into consents (user_id, client_id, scopes, resources) values ($1, $2, $3, '{}')",
      [userId, application.id, scopes],
    );
  }
  const cookies = await Promise.all(all.map((visitor) => cookieOf(visitor)));
  let led: string[] = [];
  const statements = await countNamed(sentinel, ["find_consents"], async () => {
    led = await askAtOnce(cookies, authorizePath(application, { scope: "openid email" }));
  });
  assert.ok(statements > 0 && statements < 12, `${statements}`);
  for (const [n, location] of led.entries()) {
    if (n % 3 === 0) assert.equal(await userOf(location), all[n]!.userId);
    else assert.match(location, /^\/consent\?flow=/);
  }
});
