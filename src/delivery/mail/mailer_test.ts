import assert from "node:assert/strict";
import { partOf, type Script, startSmtpServer } from "../../testing/mail/smtp_server.ts";
import { test } from "../../testing/harness.ts";
import { smtpUrl } from "../../vocabulary/settings/smtp_url.ts";
import { renderLetter } from "./letter_rendering.ts";
import { createMailer, type Mail } from "./mailer.ts";

const frame = { brand: "Example", language: "en", publicUrl: "https://auth.example.com" } as const;

const mailTo = (to: string, more: Partial<Mail> = {}): Mail => ({
  id: crypto.randomUUID(),
  to,
  date: new Date("2026-01-15T09:30:00Z"),
  ...renderLetter("test", "ada", {}, frame),
  ...more,
});

function mailerFor(url: string) {
  const from = { name: "Example, Inc.", address: "auth@example.com" };
  const mailer = createMailer({ server: smtpUrl.parse(url), ca: undefined, from, host: "auth.example.com" });
  return { ...mailer, [Symbol.dispose]: mailer.close };
}

/** The failure of a mail to a server that behaves so. */
async function failureWith(script: Script, url = (port: number) => `smtp://127.0.0.1:${port}`) {
  await using server = await startSmtpServer(script);
  using mailer = mailerFor(url(server.port));
  let failure: { errorClass: string; isPermanent: boolean; message: string } | undefined;
  await mailer.send(mailTo("grace@example.org")).catch((error) => failure = error);
  assert.deepEqual(server.mails, []);
  return { failure: failure!, commands: server.commands };
}

test("a mail reaches the server with both of its forms, its sender, its date and a Message-ID of its own", async () => {
  await using server = await startSmtpServer();
  using mailer = mailerFor(server.url);
  const mail = mailTo("grace@example.org");
  assert.match(await mailer.send(mail), /250 taken/);
  const [taken] = server.mails;
  assert.deepEqual([taken!.from, taken!.to], ["auth@example.com", ["grace@example.org"]]);
  for (
    const header of [
      'From: "Example, Inc." <auth@example.com>',
      "To: grace@example.org",
      "Subject: Test mail from Example",
      `Message-ID: <${mail.id}@auth.example.com>`,
      "Date: Thu, 15 Jan 2026 09:30:00 +0000",
      "Auto-Submitted: auto-generated",
    ]
  ) assert.ok(taken!.source.includes(`${header}\n`), `${header}\n\n${taken!.source}`);
  assert.match(partOf(taken!, "text/plain"), /^Hello ada,\n\nthis is a test mail\./);
  assert.match(partOf(taken!, "text/html"), /<p [^>]*>this is a test mail\./);
});

test("a user and password are sent to a server on this machine, and mails share its connections", async () => {
  await using server = await startSmtpServer();
  using mailer = mailerFor(server.url.replace("smtp://", "smtp://ada:p%40ss@"));
  for (let i = 0; i < 12; i++) await mailer.send(mailTo("grace@example.org"));
  const logins = server.commands.filter((command) => command.startsWith("AUTH PLAIN"));
  assert.ok(logins.length <= 5, String(logins.length));
  assert.equal(atob(logins[0]!.split(" ").at(-1)!), "\0ada\0p@ss");
  assert.equal(server.mails.length, 12);
});

test("T289 line breaks in a name, a subject or an address begin no header and no second recipient", async () => {
  await using server = await startSmtpServer();
  using mailer = mailerFor(server.url);
  const evil = "Hello\r\nBcc: mallory@example.net\r\n\r\nbody";
  await mailer.send(mailTo("grace@example.org", { subject: evil }));
  await mailer.send(mailTo("grace@example.org>\r\nRCPT TO:<mallory@example.net")).catch(() => {});
  const recipients = server.commands.filter((command) => command.startsWith("RCPT"));
  assert.ok(!recipients.some((command) => command.includes("<mallory@example.net>")), recipients.join());
  for (const { source } of server.mails) assert.doesNotMatch(source.split("\n\n")[0]!, /^Bcc:/m);
});

test("F43 what the server refuses for now is tried again, and what it refuses for good is not", async () => {
  const cases: [Script, string, boolean][] = [
    [{ RCPT: "451 later" }, "refused_for_now", false],
    [{ RCPT: "550 no such user" }, "refused", true],
    [{ DATA: "552 too large" }, "refused", true],
    [{ body: "554 spam" }, "refused", true],
    [{ body: "421 closing" }, "refused_for_now", false],
    [{ MAIL: "550 you may not send" }, "refused_for_now", false],
    [{ banner: "421 busy" }, "refused_for_now", false],
    [{ banner: "554 no service" }, "refused_for_now", false],
    [{ banner: "\x00\xff garbage" }, "invalid_answer", false],
    [{ RCPT: "close" }, "connection", false],
    [{ body: "close" }, "connection", false],
  ];
  for (const [script, errorClass, isPermanent] of cases) {
    const { failure } = await failureWith(script);
    assert.deepEqual([failure?.errorClass, failure?.isPermanent], [errorClass, isPermanent], JSON.stringify(script));
  }
});

test("a wrong password is a failure of the settings, so mails wait for another one", async () => {
  const { failure } = await failureWith({ AUTH: "535 no" }, (port) => `smtp://ada:wrong@127.0.0.1:${port}`);
  assert.deepEqual([failure.errorClass, failure.isPermanent], ["authentication", false]);
  assert.doesNotMatch(failure.message, /wrong/);
});

test("to another machine nothing is sent without STARTTLS, least of all a password", async () => {
  await using server = await startSmtpServer();
  const url = { ...smtpUrl.parse("smtp://ada:secret@mail.example.com"), host: "127.0.0.1", port: server.port };
  assert.equal(url.tls, "starttls");
  const from = { name: "Example", address: "auth@example.com" };
  const mailer = createMailer({ server: url, ca: undefined, from, host: "auth.example.com" });
  await assert.rejects(mailer.send(mailTo("grace@example.org")), { errorClass: "tls" });
  mailer.close();
  assert.ok(!server.commands.some((command) => /^(?:AUTH|MAIL)/.test(command)), server.commands.join());
});

test("what the server says about an address is not logged", async () => {
  const { failure } = await failureWith({ RCPT: "550 <grace@example.org> is unknown" });
  assert.match(failure.message, /550/);
  assert.doesNotMatch(failure.message, /grace/);
});

test("F43 a mail on its way fails at once when Sentinel stops", async () => {
  await using server = await startSmtpServer({ body: "hang" });
  const mailer = mailerFor(server.url);
  const sending = assert.rejects(mailer.send(mailTo("grace@example.org")), { errorClass: "connection" });
  while (!server.commands.includes("DATA")) await new Promise((resolve) => setTimeout(resolve, 5));
  mailer.close();
  await sending;
});
