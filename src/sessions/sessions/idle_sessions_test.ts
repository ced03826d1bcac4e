import assert from "node:assert/strict";
import { decodeJwt } from "jose";
import { startSentinel, test } from "../../testing/harness.ts";
import type { Tokens } from "../../tokens/access_tokens/mint.ts";

// Sessions whose idle time is shorter than the lifetime of an access token.
const idleSeconds = 60;
const sentinel = await startSentinel({
  settings: { SENTINEL_SESSION_IDLE_SECONDS: String(idleSeconds), SENTINEL_ACCESS_TOKEN_TTL_SECONDS: "600" },
});
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const refreshing = (refresh_token: string) =>
  sentinel.fetch("/oauth/token", { form: { grant_type: "refresh_token", refresh_token } });

const refresh = async (refresh_token: string): Promise<Tokens> => await (await refreshing(refresh_token)).json();

const lifetime = ({ access_token }: Tokens): number => {
  const { iat, exp } = decodeJwt(access_token);
  return exp! - iat!;
};

test(
  "an access token never outlives an idle session, whether from a login, a refresh or a repeated answer",
  async () => {
    const first = await sentinel.login("grace") as Tokens;
    const second = await refresh(first.refresh_token);
    for (const tokens of [first, second]) {
      assert.deepEqual([tokens.expires_in, lifetime(tokens)], [idleSeconds, idleSeconds]);
    }
    await sentinel.db.query("test", "update sessions set last_seen_at = last_seen_at - interval '5 seconds'");
    const repeated = await refresh(first.refresh_token);
    assert.equal(repeated.refresh_token, second.refresh_token);
    assert.equal(decodeJwt(repeated.access_token).exp, decodeJwt(second.access_token).exp! - 5);
  },
);

test("an access token expires no later than its session, if the session is not refreshed", async () => {
  const { access_token, refresh_token } = await sentinel.login("nobody");
  const [row] = await sentinel.db.query<{ idle_at: number }>(
    "test",
    `select extract(epoch from last_seen_at)::float8 + ${idleSeconds} as idle_at from sessions where id = $1`,
    [decodeJwt(access_token).sid],
  );
  assert.equal(decodeJwt(access_token).exp, Math.floor(row!.idle_at));
  await sentinel.db.query("test", `update sessions set last_seen_at = now() - interval '${idleSeconds} seconds'`);
  assert.equal((await refreshing(refresh_token)).status, 400);
});
