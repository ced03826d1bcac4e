import assert from "node:assert/strict";
import { ConfigError, type ConfigIssue, describeConfig, type Environment, readConfig } from "./config.ts";
import { settingNames } from "./config.ts";

const canary = "canary-7f3a-do-not-print";
const secret = "3q2+7wABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhs=";
const cluster = { DATABASE_URL: "postgres://ada@db.example/app?sslmode=verify-full", SENTINEL_SECRET: secret };

function issuesOf(env: Environment): ConfigIssue[] {
  try {
    readConfig(env);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.issues;
  }
  return [];
}

const wrongSettings = (env: Environment) => issuesOf(env).map(({ setting }) => setting);

/** A file in a folder of its own, for the time of `use`. */
async function withFile(text: string, mode: number, use: (path: string) => void) {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/value`;
    await Deno.writeTextFile(path, text);
    await Deno.chmod(path, mode);
    use(path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Clients that no administrator created. */
const strangers = {
  SENTINEL_CLIENT_METADATA_DOCUMENTS: "off",
  SENTINEL_CLIENT_REGISTRATION: "off",
  SENTINEL_CLIENT_REGISTRATION_MAX: 1_000,
};

const rateLimits = {
  SENTINEL_RATE_LIMIT: true,
  SENTINEL_RATE_LIMIT_LOGIN_ADDRESS: { count: 50, seconds: 900 },
  SENTINEL_RATE_LIMIT_LOGIN_ACCOUNT: { count: 10, seconds: 900 },
  SENTINEL_RATE_LIMIT_REGISTER_ADDRESS: { count: 20, seconds: 3600 },
  SENTINEL_RATE_LIMIT_ACCOUNT_CHANGE: { count: 10, seconds: 3600 },
  SENTINEL_RATE_LIMIT_CLIENT_ADDRESS: { count: 50, seconds: 900 },
  SENTINEL_RATE_LIMIT_DEVICE_ADDRESS: { count: 10, seconds: 900 },
  SENTINEL_RATE_LIMIT_CLIENT_REGISTRATION: { count: 20, seconds: 3_600 },
};

const mailDefaults = {
  SENTINEL_SMTP_URL: undefined,
  SENTINEL_SMTP_PASSWORD: undefined,
  SENTINEL_MAIL: "mailbox",
  SENTINEL_MAIL_FROM: undefined,
  SENTINEL_RATE_LIMIT_MAIL_ADDRESS: { count: 20, seconds: 3600 },
  SENTINEL_RATE_LIMIT_MAIL_RECIPIENT: { count: 5, seconds: 3600 },
  SENTINEL_EMAIL_VERIFICATION: "off",
};

Deno.test("readConfig without any setting is a whole configuration, without warnings", () => {
  const { settings, warnings } = readConfig({});
  assert.deepEqual(warnings, []);
  const { SENTINEL_RESERVED_USERNAMES: reserved, ...others } = settings;
  assert.ok(reserved.includes("root"));
  assert.deepEqual(others, {
    HOST: "127.0.0.1",
    PORT: 8000,
    DATABASE_URL: undefined,
    SENTINEL_IMPORT_DATABASE_URL: undefined,
    SENTINEL_IMPORT_HASH_MS_MAX: 5000,
    SENTINEL_RECIPIENT_SECRET: undefined,
    SENTINEL_DATA_DIR: "./data",
    ...mailDefaults,
    SENTINEL_BRAND_NAME: "Sentinel",
    SENTINEL_PUBLIC_URL: "http://localhost:8000",
    SENTINEL_AAL2_MAX_SECONDS: 43_200,
    SENTINEL_DB_SCHEMA: "sentinel",
    SENTINEL_DB_POOL_SIZE: 10,
    SENTINEL_DB_WAIT_SECONDS: 60,
    ...strangers,
    SENTINEL_CHANGE_FEED: "listen",
    SENTINEL_SECRET: undefined,
    SENTINEL_SECRET_PREVIOUS: undefined,
    SENTINEL_ADMIN_USERNAME: undefined,
    SENTINEL_ADMIN_EMAIL: undefined,
    SENTINEL_ADMIN_PASSWORD: undefined,
    SENTINEL_ACCESS_TOKEN_TTL_SECONDS: 600,
    SENTINEL_SESSION_IDLE_SECONDS: 604800,
    SENTINEL_SESSION_MAX_SECONDS: 2592000,
    SENTINEL_SESSIONS_PER_USER_MAX: 1000,
    SENTINEL_REFRESH_GRACE_SECONDS: 10,
    ...rateLimits,
    SENTINEL_PASSWORD_HASH: "argon2id",
    SENTINEL_BCRYPT_COST: 12,
    SENTINEL_PASSWORD_MIN_LENGTH: 8,
    SENTINEL_API_KEY_TTL_MAX_DAYS: 366,
    SENTINEL_API_KEYS_PER_USER_MAX: 50,
    SENTINEL_PASSKEY_RP_ID: undefined,
    SENTINEL_PASSWORD_BLOCKLIST: true,
    SENTINEL_REGISTRATION: "open",
    SENTINEL_HASH_CONCURRENCY: navigator.hardwareConcurrency,
    SENTINEL_HASH_QUEUE_MAX: 64 * navigator.hardwareConcurrency,
    SENTINEL_TRUSTED_PROXIES: [],
    SENTINEL_WORKERS: 1,
    SENTINEL_FORWARDED_HEADER: "x-forwarded-for",
    SENTINEL_CORS_ORIGINS: [],
    SENTINEL_METRICS_TOKEN: undefined,
    SENTINEL_DOCS: true,
    SENTINEL_LOG_LEVEL: "info",
    SENTINEL_LANGUAGE: "en",
    SENTINEL_LOG_FORMAT: undefined,
    SENTINEL_ACCESS_LOG_SAMPLE: 1,
    SENTINEL_DRAIN_SECONDS: 0,
    SENTINEL_MFA: "optional",
    SENTINEL_MIGRATE: "auto",
    SENTINEL_OUTBOUND_ALLOW: [],
    SENTINEL_OUTBOUND_CA: undefined,
  });
});

Deno.test("X18 a setting read from a file loses a byte-order mark, and nothing else", async () => {
  const admin = { SENTINEL_ADMIN_USERNAME: "ada", SENTINEL_ADMIN_EMAIL: "ada@example.com" };
  const passwordIn = (path: string) =>
    readConfig({ ...admin, SENTINEL_ADMIN_PASSWORD_FILE: path }).settings.SENTINEL_ADMIN_PASSWORD;
  await withFile("\ufeffanalytical engine\r\n", 0o600, (path) => assert.equal(passwordIn(path), "analytical engine"));
  await withFile("an\ufeffalytical \n\n", 0o600, (path) => assert.equal(passwordIn(path), "an\ufeffalytical \n"));
  await withFile("\ufeff9000", 0o644, (path) => assert.equal(readConfig({ PORT_FILE: path }).settings.PORT, 9000));
});

Deno.test("X18 a setting read from a file in another encoding is refused, not guessed", async () => {
  await withFile("", 0o600, (path) => {
    Deno.writeFileSync(path, new Uint8Array([0xff, 0xfe, 0x61, 0x00])); // UTF-16, as some shells write it
    assert.deepEqual(issuesOf({ SENTINEL_METRICS_TOKEN_FILE: path }), [
      { setting: "SENTINEL_METRICS_TOKEN_FILE", problem: "names a file that is no UTF-8 text" },
    ]);
  });
});

Deno.test("readConfig computes defaults from other settings", () => {
  const { settings } = readConfig({ PORT: "9000", SENTINEL_HASH_CONCURRENCY: "3" });
  assert.equal(settings.SENTINEL_PUBLIC_URL, "http://localhost:9000");
  assert.equal(settings.SENTINEL_HASH_QUEUE_MAX, 192);
});

Deno.test("readConfig takes an empty value for an unset one", () => {
  const { settings, warnings } = readConfig({
    PORT: "",
    DATABASE_URL: "",
    SENTINEL_SECRET_FILE: "",
    SENTINEL_DOCS: "",
  });
  assert.equal(settings.PORT, 8000);
  assert.equal(settings.DATABASE_URL, undefined);
  assert.deepEqual(warnings, []);
});

Deno.test("readConfig tells all errors at once, and nothing that only follows from them", () => {
  const env = { PORT: "80a", DATABASE_URL: "mysql://x", SENTINEL_DOCS: "yes", SENTINEL_BCRYPT_COST: "9" };
  assert.deepEqual(issuesOf(env), [
    { setting: "PORT", problem: "must be a whole number from 1 to 65535" },
    {
      setting: "DATABASE_URL",
      problem: "must be a postgres:// or postgresql:// URL, its user and password percent-encoded",
    },
    { setting: "SENTINEL_BCRYPT_COST", problem: "must be a whole number from 10 to 15" },
    { setting: "SENTINEL_DOCS", problem: "must be on or off" },
    { setting: "SENTINEL_SECRET", problem: "is required with DATABASE_URL" },
  ]);
});

Deno.test("readConfig needs a secret with DATABASE_URL", () => {
  assert.deepEqual(wrongSettings({ DATABASE_URL: cluster.DATABASE_URL }), ["SENTINEL_SECRET"]);
});

Deno.test("F53 readConfig refuses what only replicas need where each would have an embedded database of its own", () => {
  assert.deepEqual(wrongSettings({ SENTINEL_CHANGE_FEED: "ttl" }), ["SENTINEL_CHANGE_FEED"]);
  assert.equal(readConfig({ ...cluster, SENTINEL_CHANGE_FEED: "ttl" }).settings.SENTINEL_CHANGE_FEED, "ttl");
  assert.equal(readConfig({ SENTINEL_CHANGE_FEED: "listen" }).settings.SENTINEL_CHANGE_FEED, "listen");
});

Deno.test("readConfig warns about DATABASE_URL without a public URL", () => {
  assert.match(readConfig(cluster).warnings.join(), /^SENTINEL_PUBLIC_URL is unset/);
  const { settings, warnings } = readConfig({ ...cluster, SENTINEL_PUBLIC_URL: "https://auth.example/" });
  assert.deepEqual(warnings, []);
  assert.equal(settings.SENTINEL_PUBLIC_URL, "https://auth.example");
});

Deno.test("readConfig takes the password of the first admin with one name at least, or nothing", () => {
  const admin = { SENTINEL_ADMIN_USERNAME: "ada", SENTINEL_ADMIN_EMAIL: "ada@example.com" };
  assert.deepEqual(wrongSettings(admin), ["SENTINEL_ADMIN_PASSWORD"]);
  for (const [name, value] of Object.entries(admin)) {
    assert.deepEqual(wrongSettings({ [name]: value }), ["SENTINEL_ADMIN_PASSWORD"]);
    assert.deepEqual(wrongSettings({ [name]: value, SENTINEL_ADMIN_PASSWORD: canary }), []);
  }
  assert.deepEqual(wrongSettings({ SENTINEL_ADMIN_PASSWORD: canary }), ["SENTINEL_ADMIN_USERNAME"]);
  assert.deepEqual(wrongSettings({ ...admin, SENTINEL_ADMIN_PASSWORD: canary }), []);
});

Deno.test("T306 readConfig reads a setting from a file and strips one trailing newline", async () => {
  await withFile(`${canary}\n\n`, 0o600, (path) => {
    const { settings, warnings } = readConfig({
      SENTINEL_ADMIN_USERNAME: "ada",
      SENTINEL_ADMIN_EMAIL: "ada@example.com",
      SENTINEL_ADMIN_PASSWORD_FILE: path,
    });
    assert.equal(settings.SENTINEL_ADMIN_PASSWORD, `${canary}\n`);
    assert.deepEqual(warnings, []);
  });
});

Deno.test("T306 readConfig warns about a secret's file that every user may read, and about no other file", async () => {
  await withFile(secret, 0o644, (path) => {
    const { warnings } = readConfig({ SENTINEL_SECRET_FILE: path });
    assert.deepEqual(warnings, ["SENTINEL_SECRET_FILE names a file that every user may read: chmod o-r"]);
  });
  await withFile("9000", 0o644, (path) => assert.deepEqual(readConfig({ PORT_FILE: path }).warnings, []));
});

Deno.test("readConfig refuses a setting given twice, and does not read the file", () => {
  assert.deepEqual(issuesOf({ PORT: "8000", PORT_FILE: "/nowhere" }), [
    { setting: "PORT", problem: "and PORT_FILE are both set" },
  ]);
});

Deno.test("readConfig names the folders it may read when it cannot read a file", () => {
  assert.deepEqual(issuesOf({ ...cluster, SENTINEL_SECRET: "", SENTINEL_SECRET_FILE: `/nowhere/${canary}` }), [{
    setting: "SENTINEL_SECRET_FILE",
    problem: "names a file that cannot be read (NotFound); Sentinel may read " +
      "./data, /data, /var/lib/sentinel, /run/secrets, /run/credentials, /etc/sentinel",
  }]);
});

Deno.test("readConfig refuses a database whose certificates it cannot read, and names the folders it may read", async () => {
  const url = (file: string) => `postgres://ada@db.example/app?sslmode=verify-full&sslrootcert=${file}`;
  await withFile("-----BEGIN CERTIFICATE-----", 0o644, (path) => {
    assert.deepEqual(issuesOf({ ...cluster, DATABASE_URL: url(path) }), []);
  });
  for (const setting of ["DATABASE_URL", "SENTINEL_IMPORT_DATABASE_URL"]) {
    assert.deepEqual(issuesOf({ ...cluster, [setting]: url(`/nowhere/${canary}`) }), [{
      setting,
      problem: "names a file in sslrootcert that cannot be read (NotFound); Sentinel may read " +
        "./data, /data, /var/lib/sentinel, /run/secrets, /run/credentials, /etc/sentinel",
    }]);
  }
});

Deno.test("readConfig refuses an empty file: it never opens what a token should guard", async () => {
  await withFile("\n", 0o600, (path) => {
    assert.deepEqual(issuesOf({ SENTINEL_METRICS_TOKEN_FILE: path }), [
      { setting: "SENTINEL_METRICS_TOKEN_FILE", problem: "names an empty file" },
    ]);
  });
});

Deno.test({
  name: "readConfig refuses a data folder that it may not write, in embedded mode only",
  permissions: { read: true, write: ["./data"] },
  fn() {
    assert.deepEqual(wrongSettings({ SENTINEL_DATA_DIR: "/srv/x" }), ["SENTINEL_DATA_DIR"]);
    assert.deepEqual(wrongSettings({ SENTINEL_DATA_DIR: "./data/x" }), []);
    assert.deepEqual(wrongSettings({ SENTINEL_DATA_DIR_FILE: "./nothing" }), ["SENTINEL_DATA_DIR_FILE"]);
    assert.deepEqual(wrongSettings({ ...cluster, SENTINEL_DATA_DIR: "/srv/x" }), []);
  },
});

for (
  const [unknown, nearest] of [
    ["SENTINEL_SECRT", "SENTINEL_SECRET"],
    ["SENTINEL_PORT", "PORT"],
    ["SENTINEL_DATABASE_URL", "DATABASE_URL"],
    ["SENTINEL_METRIC_TOKEN_FILE", "SENTINEL_METRICS_TOKEN_FILE"],
  ] as const
) {
  Deno.test(`readConfig warns about ${unknown} and names ${nearest}`, () => {
    const expected = [`${unknown} is not a setting; did you mean ${nearest}?`];
    assert.deepEqual(readConfig({ [unknown]: canary, OTHER_PROGRAM: "x" }).warnings, expected);
  });
}

Deno.test("readConfig names no setting for a name that is like none", () => {
  for (const unknown of ["SENTINEL_", "SENTINEL_X", "SENTINEL_FAVOURITE_COLOUR", "SENTINEL_LDAP_BIND_DN"]) {
    assert.deepEqual(readConfig({ [unknown]: canary }).warnings, [`${unknown} is not a setting`]);
  }
});

Deno.test("readConfig tells warnings along with errors", () => {
  assert.throws(() => readConfig({ PORT: "x", SENTINEL_SECRT: secret }), (error) => {
    assert.ok(error instanceof ConfigError);
    assert.deepEqual(error.warnings, ["SENTINEL_SECRT is not a setting; did you mean SENTINEL_SECRET?"]);
    return true;
  });
});

Deno.test("readConfig repeats no value in an error message", () => {
  for (const setting of settingNames) {
    for (
      const env of [{ [setting]: ` ${canary}@*` }, { [`${setting}_FILE`]: canary }, {
        [setting]: canary,
        [`${setting}_FILE`]: canary,
      }]
    ) {
      assert.ok(!JSON.stringify(issuesOf(env)).includes(canary), setting);
    }
  }
});

Deno.test("describeConfig lists every setting with its source and no secret", async () => {
  await withFile(secret, 0o600, (path) => {
    const { settings } = describeConfig({
      DATABASE_URL: `postgres://ada:${canary}@db.example/app?sslmode=verify-full&password=${canary}`,
      SENTINEL_SECRET_FILE: path,
      SENTINEL_METRICS_TOKEN: canary,
    });
    assert.deepEqual(settings.map(({ setting }) => setting), settingNames);
    const line = (name: string) => settings.find(({ setting }) => setting === name);
    assert.deepEqual(line("PORT"), { setting: "PORT", value: "8000", source: "default" });
    assert.deepEqual(line("SENTINEL_SECRET"), { setting: "SENTINEL_SECRET", value: "(set)", source: `file ${path}` });
    assert.deepEqual(line("SENTINEL_SECRET_PREVIOUS")?.value, null);
    assert.equal(line("DATABASE_URL")?.source, "environment");
    assert.equal(line("DATABASE_URL")?.value, "postgres://ada:***@db.example/app?sslmode=verify-full&password=***");
    for (const text of [canary, secret]) assert.ok(!JSON.stringify(settings).includes(text));
  });
});

Deno.test("X21 PGSSLMODE beside a URL without sslmode is refused: what it asks for would not be had", () => {
  const bare = { DATABASE_URL: "postgres://ada@db.example/app", SENTINEL_SECRET: secret };
  for (const PGSSLMODE of ["require", "verify-full", "no-verify", "verify_full"]) {
    const [issue, ...others] = issuesOf({ ...bare, PGSSLMODE });
    assert.deepEqual([issue?.setting, others], ["DATABASE_URL", []]);
    assert.match(issue!.problem, /PGSSLMODE is set.*add sslmode to the URL/);
    assert.deepEqual(wrongSettings({ ...cluster, PGSSLMODE }), []);
    assert.deepEqual(wrongSettings({ PGSSLMODE }), []); // embedded: there is no network
    const source = { ...cluster, SENTINEL_IMPORT_DATABASE_URL: bare.DATABASE_URL };
    assert.deepEqual(wrongSettings({ ...source, PGSSLMODE }), ["SENTINEL_IMPORT_DATABASE_URL"]);
  }
  assert.deepEqual(wrongSettings({ ...bare, PGSSLMODE: "" }), []);
});

Deno.test("readConfig refuses an authority for outgoing requests that cannot be read, and networks as wide as the internet", () => {
  for (
    const [setting, value] of [
      ["SENTINEL_OUTBOUND_CA", "/etc/sentinel/none.pem"],
      ["SENTINEL_OUTBOUND_ALLOW", "0.0.0.0/0"],
      ["SENTINEL_OUTBOUND_ALLOW", "app.example"],
    ] as const
  ) {
    assert.throws(() => readConfig({ [setting]: value }), (error: Error) => {
      assert.ok(error instanceof ConfigError);
      assert.deepEqual(error.issues.map((issue) => issue.setting), [setting]);
      return true;
    });
  }
});
