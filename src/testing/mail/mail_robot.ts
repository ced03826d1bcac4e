import assert from "node:assert/strict";
import type { KeptMail } from "../../delivery/mail/mailbox.ts";
import type { Sentinel } from "../harness.ts";

/** Every address in both forms of the mail. No sentence ends after one, as readers take its full stop for a part. */
export function urlsOf({ text, html }: Pick<KeptMail, "text" | "html">): string[] {
  const found = `${text}\n${html}`.replaceAll("&amp;", "&").match(/https?:\/\/[^\s"'<>]+/g) ?? [];
  return [...new Set(found)];
}

/**
 * A program that checks mails: it opens every address of the mail twice, by GET and by HEAD, and whatever these lead
 * to, without cookies. Nothing in the database may change.
 */
export async function openAsRobot(sentinel: Sentinel, mail: KeptMail): Promise<void> {
  const before = await stateOf(sentinel);
  for (const url of urlsOf(mail)) {
    for (const method of ["GET", "HEAD", "GET", "HEAD"]) await follow(sentinel, url, method);
  }
  assert.deepEqual(await stateOf(sentinel), before);
}

async function follow(sentinel: Sentinel, url: string, method: string): Promise<void> {
  const { origin, pathname, search } = new URL(url, sentinel.settings.SENTINEL_PUBLIC_URL);
  assert.equal(origin, sentinel.settings.SENTINEL_PUBLIC_URL);
  const answer = await sentinel.fetch(pathname + search, { method, redirect: "manual" });
  assert.ok(answer.status < 500, `${method} ${pathname} answers ${answer.status}`);
  const location = answer.headers.get("location");
  if (location !== null) await follow(sentinel, location, method);
}

/** The content of every table. */
async function stateOf({ db }: Sentinel): Promise<Record<string, unknown>> {
  const tables = await db.query<{ name: string }>(
    "test",
    "select tablename as name from pg_tables where schemaname = current_schema() order by 1",
  );
  const state: Record<string, unknown> = {};
  for (const { name } of tables) {
    const rows = await db.query<{ row: string }>("test", `select t::text as row from ${name} t order by 1`);
    state[name] = rows.map(({ row }) => row);
  }
  return state;
}
