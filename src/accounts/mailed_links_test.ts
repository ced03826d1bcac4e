import assert from "node:assert/strict";
import { startSentinel, test } from "../testing/harness.ts";
import { urlsOf } from "../testing/mail/mail_robot.ts";
import { partOf, startSmtpServer } from "../testing/mail/smtp_server.ts";
import { overSockets } from "../testing/traffic/sockets.ts";
import { localActor } from "../vocabulary/actor.ts";

const publicUrl = "https://auth.example.com";
const password = "seven seas and one harbour";

const smtp = await startSmtpServer();
const sentinel = await startSentinel({
  settings: {
    SENTINEL_PUBLIC_URL: publicUrl,
    SENTINEL_MAIL: "smtp",
    SENTINEL_SMTP_URL: smtp.url,
    SENTINEL_MAIL_FROM: "auth@example.com",
  },
  lasting: false,
});
const { speak, ...server } = overSockets(sentinel.handle);
Deno.test.afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await sentinel[Symbol.asyncDispose]();
  await smtp[Symbol.asyncDispose]();
});

/** A user, and the requests that mail a link to the user or at the user's wish. */
async function person() {
  const username = `u${crypto.randomUUID().slice(0, 13)}`;
  const email = `${username}@example.com`;
  const { id } = await sentinel.registrations.create({ username, email, password }, ["user"], localActor);
  const { access_token } = await (await sentinel.fetch("/login", { form: { username, password } })).json();
  await sentinel.outbox.deliver();
  return {
    id,
    email,
    requests: [
      { method: "POST", path: "/password-reset", json: { email }, to: email },
      { method: "POST", path: "/email-verification", json: { email }, to: email },
      {
        method: "PUT",
        path: "/users/me/email",
        json: { email: `new-${email}`, current_password: password },
        token: access_token,
        to: `new-${email}`,
      },
      {
        method: "POST",
        path: "/invitations",
        json: { email: `invited-${email}`, roles: [] },
        token: await sentinel.tokenOf("ada"),
        to: `invited-${email}`,
      },
    ],
  };
}

/** Everything that a request may say of the host that it was sent to. */
const lies = [
  "X-Forwarded-Host: evil.example",
  "X-Forwarded-Proto: http",
  "X-Forwarded-Port: 81",
  "X-Forwarded-Prefix: /evil.example",
  "X-Forwarded-Server: evil.example",
  "X-Original-Host: evil.example",
  "X-Original-URL: http://evil.example/",
  "Forwarded: for=192.0.2.1;host=evil.example;proto=http",
  "Origin: http://evil.example",
  "Referer: http://evil.example/",
];

for (
  const [form, prefix, host, more] of [
    ["a Host", "", "evil.example", []],
    ["headers of proxies", "", "auth.example.com", lies],
    ["an absolute URI", "http://evil.example", "evil.example", lies],
  ] as const
) {
  test(`T279 T280 every link of a mail leads to SENTINEL_PUBLIC_URL, whatever the request says by ${form}`, async () => {
    const { requests } = await person();
    for (const { method, path, json, token, to } of requests) {
      const lines = [`${method} ${prefix}${path} HTTP/1.1`, `Host: ${host}`, ...more, "Content-Type: application/json"];
      if (token) lines.push(`Authorization: Bearer ${token}`);
      const body = JSON.stringify(json);
      const answer = await speak([...lines, `Content-Length: ${body.length}`], body);
      assert.ok([201, 202].includes(answer!.status), `${path} ${answer!.status} ${answer!.body}`);
      await sentinel.outbox.deliver();
      const mail = smtp.mails.findLast((each) => each.to[0] === to);
      assert.ok(mail, path);
      const urls = urlsOf({ text: partOf(mail, "text/plain"), html: partOf(mail, "text/html") });
      assert.ok(urls.some((url) => url.includes("?ticket=snt_mt_")), `${path} ${urls}`);
      assert.deepEqual(urls.filter((url) => new URL(url).origin !== publicUrl), [], path);
      assert.doesNotMatch(mail.source, /evil|http:\/\//, path);
    }
  });
}

test("T289 what is no mailbox is refused as a recipient, and mails nothing", async () => {
  const { email, requests } = await person();
  const taken = smtp.mails.length;
  const wrong = [
    `${email}\r\nBcc: mallory@example.net`,
    `${email}\nX: y`,
    `${email}, mallory@example.net`,
    `Mallory <mallory@example.net>`,
    `${"a".repeat(100_000)}@example.com`,
    { raw: "RCPT TO:<mallory@example.net>" },
    { path: "/etc/passwd" },
    { href: "http://evil.example/" },
    [email, "mallory@example.net"],
  ];
  for (const { method, path, json, token } of requests) {
    for (const each of wrong) {
      const headers = token ? { authorization: `Bearer ${token}` } : {};
      const { status } = await sentinel.fetch(path, { method, json: { ...json, email: each }, headers });
      assert.equal(
        status,
        JSON.stringify(each).length > 65_536 ? 413 : 422,
        `${path} ${JSON.stringify(each).slice(0, 60)}`,
      );
    }
  }
  await sentinel.outbox.deliver();
  assert.equal(smtp.mails.length, taken);
});
