import assert from "node:assert/strict";
import { createCertificates } from "../../testing/servers/certificates.ts";
import { type SmtpServer, startSmtpServer, startStartTls } from "../../testing/mail/smtp_server.ts";
import { test } from "../../testing/harness.ts";
import { smtpUrl } from "../../vocabulary/settings/smtp_url.ts";
import { createMailer, type Mail } from "./mailer.ts";

const stack = new AsyncDisposableStack();
Deno.test.afterAll(() => stack.disposeAsync());

async function certificates() {
  const folder = await Deno.makeTempDir({ prefix: "sentinel-smtp-" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const { ca, certificate, key } = await createCertificates(folder, "IP:127.0.0.1");
  const read = (path: string) => Deno.readTextFileSync(path);
  return { ca: read(ca), pair: { cert: read(certificate), key: read(key) } };
}

const [own, strange] = [await certificates(), await certificates()];

const mail: Mail = {
  id: crypto.randomUUID(),
  to: "grace@example.org",
  date: new Date("2026-01-15T09:30:00Z"),
  subject: "Hello",
  text: "Hello",
  html: "<p>Hello</p>",
};

/** Sends a mail with a password by TLS of this kind; the answer, or the class of the failure. */
async function send(tls: "implicit" | "starttls", port: number, ca: string | undefined, host = "127.0.0.1") {
  const server = { ...smtpUrl.parse("smtps://ada:canary@mail.example.com"), host, port, tls };
  const from = { name: "Example", address: "auth@example.com" };
  const mailer = createMailer({ server, ca, from, host: "auth.example.com" });
  try {
    return await mailer.send(mail);
  } catch (error) {
    return (error as { errorClass: string }).errorClass;
  } finally {
    mailer.close();
  }
}

/** What comes of a mail to a server of a strange authority, and of our own by another name. */
async function assertRefused(tls: "implicit" | "starttls", port: number, inner: SmtpServer): Promise<void> {
  assert.equal(await send(tls, port, strange.ca), "tls", "another authority");
  assert.equal(await send(tls, port, undefined), "tls", "the system's authorities");
  assert.equal(await send(tls, port, own.ca, "localhost"), "tls", "another host");
  assert.deepEqual([inner.commands, inner.mails], [[], []]);
}

test("over TLS from the start a mail goes only to a server that the given authority vouches for", async () => {
  await using server = await startSmtpServer({}, own.pair);
  await assertRefused("implicit", server.port, server);
  assert.match(await send("implicit", server.port, own.ca), /250 taken/);
  assert.equal(server.mails.length, 1);
});

test("over STARTTLS a mail goes only to a server that the given authority vouches for, its password too", async () => {
  await using server = await startSmtpServer({ banner: "hang" }, own.pair);
  await using front = startStartTls(server);
  await assertRefused("starttls", front.port, server);
  assert.match(await send("starttls", front.port, own.ca), /250 taken/);
  assert.equal(server.mails.length, 1);
  assert.ok(server.commands.some((command) => command.startsWith("AUTH PLAIN")));
  assert.deepEqual([...new Set(front.commands)], ["EHLO auth.example.com", "STARTTLS"]);
});
