import assert from "node:assert/strict";
import { ConfigError, type Environment, readConfig } from "./config.ts";

const secret = "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s="; // 32 bytes 0xab

function issuesOf(env: Environment) {
  try {
    readConfig(env);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.issues;
  }
  return [];
}

const wrongSettings = (env: Environment) => issuesOf(env).map(({ setting }) => setting);

for (
  const [setting, bad] of [
    ["PORT", "0"],
    ["PORT", "65536"],
    ["PORT", "8e3"],
    ["HOST", "a b"],
    ["DATABASE_URL", "postgres://ada:p@ss/word@db/app"],
    ["SENTINEL_PUBLIC_URL", "auth.example"],
    ["SENTINEL_PUBLIC_URL", "https://auth.example/?a=1"],
    ["SENTINEL_PUBLIC_URL", "https://ada:pw@auth.example"],
    ["SENTINEL_PUBLIC_URL", "https://auth.example/sso"],
    ["SENTINEL_PUBLIC_URL", "https://auth.example//"],
    ["SENTINEL_DB_SCHEMA", 'x"; drop schema public'],
    ["SENTINEL_DB_SCHEMA", "a".repeat(42)],
    ["SENTINEL_CHANGE_FEED", "LISTEN"],
    ["SENTINEL_SECRET", "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urqw=="], // 31 bytes
    ["SENTINEL_SECRET", "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6ur"], // 33 bytes
    ["SENTINEL_SECRET_PREVIOUS", "correct horse battery staple"],
    ["SENTINEL_PASSWORD_MIN_LENGTH", "7"],
    ["SENTINEL_PASSWORD_HASH", "md5"],
    ["SENTINEL_BCRYPT_COST", "16"],
    ["SENTINEL_METRICS_TOKEN", "short"],
    ["SENTINEL_ACCESS_LOG_SAMPLE", "1.1"],
    ["SENTINEL_LOG_LEVEL", "trace"],
    ["SENTINEL_MIGRATE", "never"],
  ] as const
) {
  Deno.test(`readConfig refuses ${setting}=${bad}`, () => {
    assert.ok(wrongSettings({ [setting]: bad }).includes(setting));
  });
}

for (
  const text of [
    secret,
    secret.slice(0, -1),
    "_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-8",
    "/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+8=",
  ]
) {
  Deno.test(`readConfig reads 32 bytes from the secret ${text}`, () => {
    assert.equal(readConfig({ SENTINEL_SECRET: text }).settings.SENTINEL_SECRET?.length, 32);
  });
}

Deno.test("readConfig reads trusted proxies, IPv4-mapped ones as IPv4", () => {
  const { settings } = readConfig({
    SENTINEL_TRUSTED_PROXIES: "10.0.0.0/8, 192.0.2.7,fd00::/8,2001:db8::1,::ffff:10.1.0.0/112",
  });
  const networks = settings.SENTINEL_TRUSTED_PROXIES.map(([address, bits]) => `${address}/${bits}`);
  assert.deepEqual(networks, ["10.0.0.0/8", "192.0.2.7/32", "fd00::/8", "2001:db8::1/128", "10.1.0.0/16"]);
});

for (
  const proxy of [
    "127.1",
    "127.1/8",
    "0.0.0.0/0",
    "10.0.0.0/0",
    "::/0",
    "::ffff:0:0/96",
    "proxy.example",
    "localhost",
    "*",
    "010.0.0.1",
    "0x7f.0.0.1",
    "2130706433",
    "10.0.0.0/33",
    "10.0.0.0/",
    "10.0.0.256",
    "fe80::1%eth0",
  ]
) {
  Deno.test(`T113 readConfig refuses the trusted proxy ${proxy}`, () => {
    const problem = "entry 2 must be an IP address, or a CIDR of at least /8 for IPv4 and /7 for IPv6";
    assert.deepEqual(issuesOf({ SENTINEL_TRUSTED_PROXIES: `192.0.2.1,${proxy}` }), [
      { setting: "SENTINEL_TRUSTED_PROXIES", problem },
    ]);
  });
}

for (
  const origin of ["*", "https://*.example.com", "https://app.example.com/", "app.example.com", "null", "file:///x"]
) {
  Deno.test(`T211 readConfig refuses the CORS origin ${origin}`, () => {
    assert.deepEqual(wrongSettings({ SENTINEL_CORS_ORIGINS: origin }), ["SENTINEL_CORS_ORIGINS"]);
  });
}

Deno.test("readConfig reads exact CORS origins", () => {
  const { settings } = readConfig({ SENTINEL_CORS_ORIGINS: "https://app.example.com, http://localhost:5173" });
  assert.deepEqual(settings.SENTINEL_CORS_ORIGINS, ["https://app.example.com", "http://localhost:5173"]);
});

Deno.test("X21 parameters of a database's URL are known ones, spelled right and there once", () => {
  const problemOf = (parameters: string) => {
    try {
      readConfig({ DATABASE_URL: `postgres://ada@db.example/app?${parameters}`, SENTINEL_SECRET: secret });
      return undefined;
    } catch (error) {
      return (error as ConfigError).issues.find(({ setting }) => setting === "DATABASE_URL")?.problem;
    }
  };
  for (const mode of ["disable", "no-verify", "prefer", "require", "verify-ca", "verify-full"]) {
    assert.equal(problemOf(`sslmode=${mode}`), undefined, mode);
  }
  assert.equal(problemOf("application_name=sentinel&options=-c%20jit%3Doff"), undefined);
  assert.equal(problemOf("host=/run/postgresql"), undefined);
  for (
    const [parameters, problem] of [
      ["sslmod=verify-full", /unknown parameter sslmod; did you mean sslmode\?/],
      ["SSLMODE=verify-full", /unknown parameter SSLMODE; did you mean sslmode\?/],
      ["ssl_mode=verify-full", /did you mean sslmode\?/],
      ["sslmode=verify_full", /wrong value for sslmode.*did you mean verify-full\?/],
      ["sslmode=Require", /wrong value for sslmode.*did you mean require\?/],
      ["sslmode=", /wrong value for sslmode/],
      ["sslmode=allow", /wrong value for sslmode/],
      ["sslmode=verify-full&sslmode=disable", /parameter sslmode more than once/],
      ["sslrootcrt=/etc/ca.pem", /did you mean sslrootcert\?/],
      ["ssl=false", /wrong value for ssl/],
      ["channel_binding=require", /wrong value for channel_binding/],
      ["connect_timeout=3", /unknown parameter connect_timeout/],
      ["__proto__=x", /unknown parameter/],
    ] as const
  ) {
    assert.match(problemOf(parameters) ?? "", problem, parameters);
  }
  for (
    const [parameters, problem] of [["port=0", /port/], ["port=65536", /port/], [
      "host=one,two",
      /several hosts/,
    ]] as const
  ) {
    assert.match(problemOf(parameters) ?? "", problem, parameters);
  }
  assert.equal(problemOf("port=65535"), undefined);
  assert.doesNotMatch(problemOf("pa%3Fss-word&hunter2%21=1") ?? "", /hunter2|pa\?ss/);
});

Deno.test("X21 a database's URL names one host, and hides nothing behind a #", () => {
  for (
    const [url, problem] of [
      ["postgres://ada@one,two/app?sslmode=verify-full", /several hosts/],
      ["postgres://ada@one%2Ctwo/app?sslmode=verify-full", /several hosts/],
      ["postgres://ada@db.example/app#?sslmode=verify-full", /has a #/],
      ["postgres://ada@db.example/app?sslmode=verify-full#&sslmode=disable", /has a #/],
    ] as const
  ) {
    assert.throws(() => readConfig({ DATABASE_URL: url, SENTINEL_SECRET: secret }), problem, url);
  }
});

Deno.test("X30 X21 TLS that takes any certificate is warned of, however it is spelled", () => {
  const warningsOf = (parameters: string, host = "db.example") =>
    readConfig({
      DATABASE_URL: `postgres://ada@${host}/app?${parameters}`,
      SENTINEL_SECRET: crypto.getRandomValues(new Uint8Array(32)).toBase64(),
      SENTINEL_PUBLIC_URL: "https://auth.example.com",
    }).warnings.join();
  const [ca] = [import.meta.filename!]; // any file that is there
  for (
    const parameters of [
      "sslmode=no-verify",
      "ssl=no-verify",
      `sslmode=no-verify&sslrootcert=${ca}`,
      "ssl=true&sslmode=no-verify",
      "uselibpqcompat=true&sslmode=require",
      "uselibpqcompat=true&sslmode=prefer",
      `uselibpqcompat=true&sslmode=prefer&sslrootcert=${ca}`,
    ]
  ) {
    assert.match(warningsOf(parameters), /DATABASE_URL takes any certificate.*sslmode=verify-full/, parameters);
    assert.equal(warningsOf(parameters, "127.0.0.1"), "", parameters);
  }
  for (
    const parameters of [
      "sslmode=require",
      "sslmode=prefer",
      "sslmode=verify-full&uselibpqcompat=true",
      "uselibpqcompat=false&sslmode=require",
      "ssl=no-verify&sslmode=require", // the driver heeds sslmode
      `ssl=no-verify&sslrootcert=${ca}`, // and a certificate to verify by
      "ssl=true",
      "sslnegotiation=direct",
    ]
  ) {
    assert.equal(warningsOf(parameters), "", parameters);
  }
});

Deno.test("X30 what protects less than it seems is warned of, and ranges that are the whole internet are refused", () => {
  const warningsOf = (env: Record<string, string>) => readConfig({ SENTINEL_MAIL: "off", ...env }).warnings.join();
  const zero = new Uint8Array(32).toBase64();
  assert.match(warningsOf({ SENTINEL_SECRET: zero }), /SENTINEL_SECRET is not random/);
  assert.match(
    warningsOf({ SENTINEL_SECRET: btoa("abababababababababababababababab") }),
    /SENTINEL_SECRET is not random/,
  );
  assert.doesNotMatch(warningsOf({ SENTINEL_SECRET: zero }), new RegExp(zero.slice(0, 20)));
  const random = crypto.getRandomValues(new Uint8Array(32)).toBase64();
  assert.equal(warningsOf({ SENTINEL_SECRET: random }), "");
  assert.match(warningsOf({ SENTINEL_PUBLIC_URL: "http://auth.example.com" }), /SENTINEL_PUBLIC_URL is http/);
  for (const url of ["https://auth.example.com", "http://localhost:8000", "http://127.0.0.1", "http://[::1]:8000"]) {
    assert.equal(warningsOf({ SENTINEL_PUBLIC_URL: url }), "", url);
  }
  const database = (url: string) =>
    warningsOf({ DATABASE_URL: url, SENTINEL_SECRET: random, SENTINEL_PUBLIC_URL: "https://auth.example.com" });
  assert.match(database("postgres://ada@db.example/app"), /DATABASE_URL leads to another machine without TLS/);
  assert.match(database("postgres://ada@db.example/app?sslmode=disable"), /without TLS/);
  for (const url of ["postgres://ada@db.example/app?sslmode=verify-full", "postgres://ada@127.0.0.1/app"]) {
    assert.equal(database(url), "", url);
  }
  for (const networks of ["0.0.0.0/1,128.0.0.0/1", "0.0.0.0/2", "::/1,8000::/1", "2000::/3", "::ffff:0.0.0.0/97"]) {
    assert.throws(() => readConfig({ SENTINEL_TRUSTED_PROXIES: networks }), /SENTINEL_TRUSTED_PROXIES/, networks);
  }
});
