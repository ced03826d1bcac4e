import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { schemeOf } from "../../platform/hashing/hashing.ts";
import { startSentinel, testOnPostgres } from "../../testing/harness.ts";
import { runCommand, settingsBeside } from "../../testing/commands.ts";

const sentinel = await startSentinel({ cheapHashes: true });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const password = "correct horse";

/** Files in the shape of each system's export, with hashes made by others, as `foreign_hashes.ts` says. */
const pathOf = (name: string) => fileURLToPath(new URL(`../../testing/imports/files/${name}`, import.meta.url));

await sentinel.db.query(
  "test",
  "insert into roles (name) values ('customer'), ('shop-editor'), ('content_editors') on conflict do nothing",
);

async function imported(system: string, file: string, ...flags: string[]) {
  const stdin = await Deno.readTextFile(pathOf(file));
  const env = settingsBeside(sentinel);
  const result = await runCommand(["user", "import", "--from", system, "-", "--json", ...flags], { stdin, env });
  const { items, ...tally } = JSON.parse(result.out.join("\n"));
  const found = items.map(({ at, code }: { at: string; code?: string }) => `${at} ${code ?? "taken"}`);
  return { ...result, items, tally, found };
}

type Row = {
  username: string | null;
  email: string | null;
  password_hash: string | null;
  email_verified: boolean;
  disabled: boolean;
  external_id: string | null;
  created_at: Date;
  roles: string[];
};

async function rowOf(name: string): Promise<Row | undefined> {
  const [row] = await sentinel.db.query<Row>(
    "test",
    `select *, email_verified_at is not null as email_verified, disabled_at is not null as disabled,
       array(select role from grants where user_id = u.id order by role) as roles
     from users u where username = $1 or email = $1`,
    [name],
  );
  return row;
}

const login = async (username: string, password: string) =>
  (await sentinel.fetch("/login", { form: { username, password } })).status;

/** Imports the file in a rehearsal, for good and again, and logs everybody in with the old password. */
async function moves(system: string, file: string, people: string[], { flags = [], expected, dropped }: {
  flags?: string[];
  expected: { skipped?: string[]; without_password?: number; without_name?: number; without_role?: number };
  dropped: string[];
}) {
  const { skipped = [], without_password = 0, without_name = 0, without_role = 0 } = expected;
  const rehearsal = await imported(system, file, "--dry-run", ...flags);
  for (const name of people) assert.equal(await rowOf(name), undefined, `${name} before`);
  const real = await imported(system, file, ...flags);
  assert.deepEqual({ ...real.tally, slowest: null, dry_run: true }, { ...rehearsal.tally, slowest: null });
  assert.deepEqual(real.found, rehearsal.found.filter((each: string) => !each.endsWith(" taken")));
  const counts = [real.tally.skipped, real.tally.without_password, real.tally.without_name, real.tally.without_role];
  assert.deepEqual(counts, [skipped.length, without_password, without_name, without_role], real.found.join());
  for (const finding of skipped) assert.ok(real.found.includes(finding), `${finding} in ${real.found}`);
  assert.equal(real.tally.imported, people.length + without_password);
  assert.deepEqual(Object.keys(real.tally.dropped).toSorted(), dropped.toSorted());
  const again = await imported(system, file, ...flags);
  assert.deepEqual([again.tally.imported, again.tally.unchanged], [0, real.tally.imported]);
  for (const name of people) {
    const { disabled } = (await rowOf(name))!;
    assert.equal(await login(name, `${password}?`), 401);
    assert.equal(await login(name, password), disabled ? 401 : 200, name);
    if (!disabled) assert.equal(schemeOf((await rowOf(name))!.password_hash!), "$2$04", "that of the policy");
  }
  return real;
}

testOnPostgres(
  "X12 X13 X72 user import --from keycloak: PBKDF2 of 64 bytes, Argon2id, bcrypt; roles, ids, times",
  async () => {
    const people = ["kc.sha256", "kc.sha512", "kc.sha1", "kc.argon2", "kc.mail@example.com", "kc.old"];
    const { tally } = await moves("keycloak", "keycloak.json", people, {
      expected: { skipped: ["user 7 malformed_row"], without_password: 1, without_role: 1 },
      dropped: ["attributes", "credentials.otp", "federatedIdentities", "firstName", "groups", "lastName"],
    });
    assert.deepEqual(tally.privileged, [{ at: "user 8", name: "kc.old", roles: ["admin"] }]);
    const { external_id, created_at, email_verified, roles } = (await rowOf("kc.sha256"))!;
    assert.deepEqual([external_id, created_at.getTime(), email_verified, roles], [
      "8d3f1b5e-7e2a-4c55-9a3b-000000000001",
      1580000000001,
      true,
      ["customer", "user"],
    ]);
    const other = (await rowOf("kc.sha512"))!;
    assert.deepEqual([other.email_verified, other.roles], [false, ["customer", "shop-editor", "user"]]);
    assert.equal((await rowOf("kc.sha1"))!.disabled, true);
    assert.equal((await rowOf("kc.mail@example.com"))!.username, null);
    assert.equal((await rowOf("kc.federated"))!.password_hash, null);
  },
);

testOnPostgres("X13 user import --from auth0: the export of hashes, and every algorithm of a bulk import", async () => {
  await moves("auth0", "auth0.ndjson", ["a0.hashes@example.com", "a0.plain"], {
    expected: {},
    dropped: ["phone_number"],
  });
  assert.equal((await rowOf("a0.plain"))!.external_id, "auth0|60425dc43519d90068f82973");
  const people = ["bcrypt", "argon2", "pbkdf2", "md5", "sha512", "sha1", "hmac", "ldap", "scrypt"];
  await moves("auth0", "auth0_import.json", people.map((name) => `a0.${name}@example.com`), {
    expected: { skipped: ["user 10 unknown_hash"] },
    dropped: ["given_name"],
  });
  assert.equal((await rowOf("a0.bcrypt@example.com"))!.disabled, true);
});

testOnPostgres("X13 user import --from firebase: JSON and CSV, with the project's parameters from a file", async () => {
  const without = await runCommand(["user", "import", "--from", "firebase", "-"], {
    stdin: await Deno.readTextFile(pathOf("firebase.json")),
    env: settingsBeside(sentinel),
  });
  assert.equal(without.code, 1);
  assert.match(without.err.join(), /^error: The users have password hashes of Firebase: .*--hash-parameters\.$/);
  const flags = ["--hash-parameters", pathOf("firebase_hash_config.txt")];
  await moves("firebase", "firebase.json", ["fb.one@example.com", "fb.off@example.com"], {
    flags,
    expected: { skipped: ["user 3 nameless"], without_password: 1 },
    dropped: ["customAttributes", "displayName", "photoUrl", "providerUserInfo"],
  });
  const { external_id, created_at, email_verified } = (await rowOf("fb.one@example.com"))!;
  assert.deepEqual([external_id, created_at.getTime(), email_verified], ["fbA1", 1600000000000, true]);
  await moves("firebase", "firebase.csv", ["fb.csv0@example.com", "fb.csv3@example.com"], {
    flags,
    expected: { skipped: ["line 3 malformed_row"] },
    dropped: ["customAttributes", "displayName"],
  });
  const columns = "select column_name, string_agg(password_hash, '') from information_schema.columns, users group by 1";
  assert.ok(!JSON.stringify(await sentinel.db.query("test", columns)).includes("CzBVep"), "the signer key is nowhere");
});

for (const [kind, file] of [["a", "supabase.csv"], ["b", "supabase.sql"], ["c", "supabase.json"]] as const) {
  testOnPostgres(`X13 user import --from supabase: ${file}`, async () => {
    const prefix = ["--external-id-prefix", `${kind}:`];
    const at = file === "supabase.json" ? "user" : "line";
    const lines = file === "supabase.csv" ? [5, 6] : file === "supabase.sql" ? [20, 21] : [4, 5];
    await moves("supabase", file, [1, 3, 6, 7].map((n) => `sb${kind}.${n}@example.com`), {
      flags: prefix,
      expected: { skipped: [`${at} ${lines[0]} malformed_row`, `${at} ${lines[1]} nameless`], without_password: 1 },
      dropped: ["raw_app_meta_data", "raw_user_meta_data"],
    });
    const { external_id, created_at, email_verified } = (await rowOf(`sb${kind}.1@example.com`))!;
    assert.equal(external_id, `${kind}:5b0a1c3e-0000-4000-8000-${kind}00000000001`);
    assert.deepEqual([created_at.toISOString(), email_verified], ["2023-05-01T09:59:59.500Z", true]);
    const banned = (await rowOf(`sb${kind}.3@example.com`))!;
    assert.deepEqual([banned.disabled, banned.email_verified], [true, false]);
  });
}

for (const [kind, file] of [["c", "django.csv"], ["j", "django.json"]] as const) {
  testOnPostgres(`X12 X72 user import --from django: ${file}`, async () => {
    const algorithms = ["pbkdf2_sha256", "pbkdf2_sha1", "argon2", "bcrypt_sha256", "bcrypt", "scrypt", "md5", "twin"];
    const people = [
      ...algorithms.map((name) => `dj${kind}.${name}`),
      `dj${kind}.off@example.com`,
      `dj${kind}.root@example.com`,
    ];
    const { tally } = await moves("django", file, people, {
      flags: ["--external-id-prefix", kind],
      expected: { without_password: 1, without_name: 2, without_role: 1 },
      dropped: ["first_name", "is_staff"],
    });
    assert.deepEqual(tally.privileged.map(({ roles }: { roles: string[] }) => roles), [["admin"]]);
    assert.deepEqual((await rowOf(`dj${kind}.root@example.com`))!.roles, ["user"]);
    const { external_id, roles } = (await rowOf(`dj${kind}.md5`))!;
    assert.deepEqual([external_id, roles], [`${kind}7`, kind === "j" ? ["content_editors", "user"] : ["user"]]);
    assert.equal((await rowOf(`dj${kind}.twin`))!.email, null, "two users had one address there");
    assert.equal((await rowOf(`dj${kind}.unusable`))!.password_hash, null);
  });
}

testOnPostgres("X12 user import --from django: a dump of a user model of the project's own", async () => {
  const hash = "md5$seasalt2$80fef0aa4805d23838480e040ce0f027";
  const columns = "id, password, last_login, is_superuser, email, is_active, date_joined";
  const row = `77\t${hash}\t\\N\tf\town.model@example.com\tt\t2020-01-02 03:04:05.678+00`;
  const stdin =
    `--\n-- PostgreSQL database dump\n--\n\nCOPY public.accounts_member (${columns}) FROM stdin;\n${row}\n\\.\n`;
  const args = ["user", "import", "--from", "django", "-", "--external-id-prefix", "own:"];
  const { out } = await runCommand(args, { stdin, env: settingsBeside(sentinel) });
  assert.deepEqual(out, ["1 imported, 0 already exist, 0 skipped."]);
  assert.equal(await login("own.model@example.com", password), 200);
  assert.equal((await rowOf("own.model@example.com"))!.created_at.toISOString(), "2020-01-02T03:04:05.678Z");
});

testOnPostgres("X13 user import --from zitadel", async () => {
  await moves("zitadel", "zitadel.json", ["zi.one", "zi.two@example.com"], {
    expected: { without_password: 1 },
    dropped: ["otpCode", "profile"],
  });
  const { external_id, email_verified } = (await rowOf("zi.one"))!;
  assert.deepEqual([external_id, email_verified], ["104133391271651848", true]);
});

testOnPostgres("X13 user import --from pocketbase", async () => {
  await moves("pocketbase", "pocketbase.json", ["pb.new@example.com", "pb_old"], { expected: {}, dropped: ["name"] });
  await moves("pocketbase", "pocketbase.csv", ["pb.csv@example.com"], { expected: {}, dropped: ["name"] });
  const { created_at, email_verified } = (await rowOf("pb.csv@example.com"))!;
  assert.deepEqual([created_at.toISOString(), email_verified], ["2023-01-02T03:04:05.678Z", true]);
});

testOnPostgres("X12 user import --from htpasswd", async () => {
  const people = ["apr1", "sha", "bcrypt", "sha512", "sha256", "md5"].map((name) => `ht.${name}`);
  const { items } = await moves("htpasswd", "htpasswd", people, {
    expected: { skipped: ["line 8 unknown_hash"] },
    dropped: [],
  });
  assert.match(items.at(-1).detail, /DES crypt/);
});

testOnPostgres("X17 user import refuses a hash that takes too long, and tells what the slowest one costs", async () => {
  const rows = ["04", "13"].map((cost) =>
    `cost${cost},,$2b$${cost}$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e`
  );
  const stdin = ["username,email,password_hash", ...rows].join("\n");
  const env = { ...settingsBeside(sentinel), SENTINEL_IMPORT_HASH_MS_MAX: "200" };
  const { code, out, err } = await runCommand(["user", "import", "--from", "csv", "-", "--dry-run"], { stdin, env });
  assert.equal(code, 1);
  assert.match(
    err.join(),
    /^line 3: Verifying the password hash takes \d+ ms on this machine, .* 200: .*\(costly_hash\)$/,
  );
  assert.match(
    out.at(-1)!,
    /^The slowest hash, \$2\$04, takes \d+ ms on this machine: every refused login takes at least \d+ ms/m,
  );
  assert.match(out[0]!, /^line 2: cost04: \$2\$04; roles user$/);
});

testOnPostgres("X16 user import reads the CSV of a European spreadsheet, and arrays in place of lines", async () => {
  const hash = "$2b$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e";
  const env = settingsBeside(sentinel);
  const csv = `\ufeffUser Name;E-Mail;Password Hash;Roles\r\nzoë;zoe@example.com;${hash};"a;b"\r\n`;
  const sheet = await runCommand(["user", "import", "--from", "csv", "-"], { stdin: csv, env });
  assert.match(sheet.out[0]!, /^1 imported/);
  assert.match(sheet.err[0]!, /^line 2: .*\(a, b\) \(unknown_role\)$/);
  assert.equal(await login("zoë", password), 200);
  const tabs = `email\tpassword_hash\nonly@example.com\t${hash}\n`;
  assert.match(
    (await runCommand(["user", "import", "--from", "csv", "-"], { stdin: tabs, env })).out[0]!,
    /^1 imported/,
  );
  const array = JSON.stringify([{ email: "array@example.com", password_hash: hash }], null, 2);
  const read = await runCommand(["user", "import", "--from", "jsonl", "-"], { stdin: array, env });
  assert.match(read.out[0]!, /^1 imported/);
});

testOnPostgres("X14 user import: a password hashed as typed elsewhere, in NFD, opens the account", async () => {
  const hash = "$2b$04$abcdefghijklmnopqrstuu.oMTCQjdCbYvSW3IQEvGWmdb6wOIFXe"; // of pyca/bcrypt 4.0.1
  const stdin = `email,password_hash\nnfd@example.com,${hash}\n`;
  await runCommand(["user", "import", "--from", "csv", "-"], { stdin, env: settingsBeside(sentinel) });
  assert.equal(await login("nfd@example.com", "caf\u00e9 au lait"), 401, "NFD is not made where it was not typed");
  assert.equal(await login("nfd@example.com", "cafe\u0301 au lait"), 200);
});

testOnPostgres(
  "user import of a file without users, or of another system, says what to do in one sentence",
  async () => {
    const env = settingsBeside(sentinel);
    const refused: [system: string, text: string, sentence: RegExp][] = [
      ["keycloak", '{"realm":"x","clients":[]}', /kc\.sh export --users/],
      ["keycloak", "username,email\nx,x@b.example\n", /^error: The file is not JSON\. Export with kc\.sh/],
      ["keycloak", '{"users":[{"id"', /ends inside of its JSON/],
      ["supabase", "id,email\n1,a@b.example\n", /must name the column encrypted_password/],
      ["supabase", "--\nCOPY public.users (id) FROM stdin;\n1\n\\.\n", /pg_dump --data-only -t auth\.users/],
      ["django", "username\nx\n", /must name the column password, is_active/],
      ["zitadel", '{"orgs":[]}', /withPasswords/],
    ];
    for (const [system, stdin, sentence] of refused) {
      const { code, out, err } = await runCommand(["user", "import", "--from", system, "-"], { stdin, env });
      assert.deepEqual([code, out, err.length], [1, [], 1], system);
      assert.match(err[0]!, sentence);
    }
  },
);
