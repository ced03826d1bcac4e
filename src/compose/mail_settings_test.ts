import assert from "node:assert/strict";
import { ConfigError, type Environment, readConfig } from "./config.ts";
import { mailModeOf } from "../delivery/mail/mail_mode.ts";
import { smtpUrl } from "../vocabulary/settings/smtp_url.ts";

const secret = crypto.getRandomValues(new Uint8Array(32)).toBase64();
const cluster = {
  DATABASE_URL: "postgres://ada@127.0.0.1/app",
  SENTINEL_SECRET: secret,
  SENTINEL_PUBLIC_URL: "https://auth.example.com",
};
const server = { SENTINEL_SMTP_URL: "smtps://mail.example.com", SENTINEL_MAIL_FROM: "auth@example.com" };

const modeOf = (env: Environment) => mailModeOf(readConfig(env).settings);

Deno.test("mail goes to the mailbox only where no other machine can reach it, and is off otherwise", () => {
  assert.equal(modeOf({}), "mailbox");
  assert.equal(modeOf({ HOST: "::1", SENTINEL_PUBLIC_URL: "http://[::1]:8000" }), "mailbox");
  assert.equal(modeOf(cluster), "off");
  assert.deepEqual(readConfig(cluster).warnings, []);
  for (const env of [{ HOST: "0.0.0.0" }, { SENTINEL_PUBLIC_URL: "https://auth.example.com" }]) {
    assert.equal(modeOf(env), "off");
    assert.match(readConfig(env).warnings.join(), /mail is off/);
  }
  assert.equal(modeOf({ ...cluster, SENTINEL_PUBLIC_URL: "http://localhost", SENTINEL_MAIL: "mailbox" }), "mailbox");
});

Deno.test("a mail server is used when it is set, and SENTINEL_MAIL=off turns it off", () => {
  assert.equal(modeOf({ ...cluster, ...server }), "smtp");
  assert.equal(modeOf({ ...cluster, ...server, SENTINEL_MAIL: "off" }), "off");
});

Deno.test("config check names what a mail server needs, and never repeats its URL", () => {
  for (
    const [env, setting] of [
      [{ SENTINEL_SMTP_URL: "smtps://mail.example.com" }, "SENTINEL_MAIL_FROM"],
      [{ SENTINEL_MAIL: "smtp", SENTINEL_MAIL_FROM: "auth@example.com" }, "SENTINEL_SMTP_URL"],
      [{ ...server, SENTINEL_MAIL_FROM: "Example <auth@example.com>" }, "SENTINEL_MAIL_FROM"],
      [{ ...server, SENTINEL_SMTP_URL: "smtps://mail.example.com?ca=/etc/sentinel/none.pem" }, "SENTINEL_SMTP_URL"],
      [{ ...server, SENTINEL_SMTP_URL: "https://ada:canary@mail.example.com" }, "SENTINEL_SMTP_URL"],
    ] as [Environment, string][]
  ) {
    assert.throws(() => readConfig(env), (error: Error) => {
      assert.ok(error instanceof ConfigError);
      assert.ok(error.issues.some((issue) => issue.setting === setting), error.message);
      assert.doesNotMatch(error.message, /canary/);
      return true;
    });
  }
  const warnings = (more: Environment) => readConfig({ ...server, ...more }).warnings.join();
  assert.match(warnings({ SENTINEL_SMTP_URL: "smtp://mail.example.com?tls=off" }), /unencrypted/);
  assert.equal(warnings({ SENTINEL_SMTP_URL: "smtp://127.0.0.1:1025" }), "");
  assert.match(warnings({ SENTINEL_SMTP_PASSWORD: "x" }), /names no user/);
});

Deno.test("SENTINEL_SMTP_URL says how the server is reached; what it cannot say is refused", () => {
  const parsed = (url: string) => smtpUrl.parse(url);
  const { host, port, tls, user, password } = parsed("smtp://ada:p%40ss@mail.example.com");
  assert.deepEqual([host, port, tls, user, password], ["mail.example.com", 587, "starttls", "ada", "p@ss"]);
  assert.deepEqual([parsed("smtps://mail.example.com").port, parsed("smtps://mail.example.com").tls], [
    465,
    "implicit",
  ]);
  for (
    const url of ["smtp://localhost:25", "smtp://127.0.0.1", "smtp://[::1]:1025", "smtp://mail.example.com?tls=off"]
  ) {
    assert.equal(parsed(url).tls, "off", url);
  }
  assert.equal(parsed("smtp://[::1]:1025").host, "::1");
  assert.equal(parsed("smtps://m.example?ca=/etc/sentinel/ca.pem").caFile, "/etc/sentinel/ca.pem");
  for (
    const url of [
      "mail.example.com",
      "smtp://",
      "smtp://a@b@c/d",
      "smtp://mail.example.com/inbox",
      "smtp://mail.example.com#x",
      "smtp://mail.example.com?tls=on",
      "smtp://mail.example.com?tsl=off",
      "smtps://mail.example.com?tls=off",
      "smtp://mail.example.com?ca=a&ca=b",
      "smtp://%ff@mail.example.com",
    ]
  ) assert.ok(!smtpUrl.safeParse(url).success, url);
});
