import assert from "node:assert/strict";
import { runCommand, settingsBeside } from "../../testing/commands.ts";
import { startSentinel, test, testOnPostgres } from "../../testing/harness.ts";
import { startSmtpServer } from "../../testing/mail/smtp_server.ts";

const settingsFor = (url: string) => ({ SENTINEL_SMTP_URL: url, SENTINEL_MAIL_FROM: "auth@example.com" });

test("mail test sends one mail without a database, and prints what the server says", async () => {
  await using server = await startSmtpServer();
  const { code, out } = await runCommand(["mail", "test", "grace@example.org"], { env: settingsFor(server.url) });
  assert.deepEqual([code, out], [0, ["The mail server has taken the mail to grace@example.org: 250 taken"]]);
  assert.deepEqual(server.mails.map(({ to }) => to), [["grace@example.org"]]);
});

test("mail test says why the server took nothing, without the password", async () => {
  await using server = await startSmtpServer({ AUTH: "535 no such user" });
  const env = { ...settingsFor(server.url.replace("//", "//ada@")), SENTINEL_SMTP_PASSWORD: "canary-7f3a" };
  const { code, out, err } = await runCommand(["mail", "test", "grace@example.org"], { env });
  assert.deepEqual([code, out], [1, []]);
  assert.match(err.join("\n"), /^error: The mail was not sent \(authentication\): .*535/);
  assert.doesNotMatch(err.join("\n"), /canary/);
});

test("mail test without a mail server, or to no address, says so", async () => {
  for (
    const [address, reason] of [["grace@example.org", /SENTINEL_SMTP_URL/], ["grace", /not a valid e-mail/]] as const
  ) {
    const { code, err } = await runCommand(["mail", "test", address]);
    assert.equal(code, 1);
    assert.match(err.join("\n"), reason);
  }
});

testOnPostgres("mail list shows what was given up, without addresses, and mail retry sends it again", async () => {
  await using sentinel = await startSentinel({ lasting: false });
  const env = settingsBeside(sentinel);
  const { outbox, db } = sentinel;
  const payload = { letter: "password_changed", to: "grace@example.org", name: "grace", values: {} };
  const id = await outbox.enqueue(db, "mail", payload);
  await db.query("test", "update outbox set dead_at = now(), error_class = 'refused', attempts = 1");
  const listed = await runCommand(["mail", "list", "--json"], { env });
  const { items } = JSON.parse(listed.out.join("\n"));
  assert.deepEqual(items.map((item: Record<string, unknown>) => [item.id, item.letter, item.error_class]), [
    [id, "password_changed", "refused"],
  ]);
  assert.doesNotMatch(listed.out.join(), /grace/);
  const other = await runCommand(["mail", "retry", crypto.randomUUID()], { env });
  assert.deepEqual(other.out, ["The server will send 0 mails again."]);
  const retried = await runCommand(["mail", "retry", id], { env });
  assert.deepEqual([retried.code, retried.out], [0, ["The server will send 1 mail again."]]);
  const [row] = await db.query("test", "select dead_at, attempts from outbox");
  assert.deepEqual(row, { dead_at: null, attempts: 0 });
});
