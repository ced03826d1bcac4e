import assert from "node:assert/strict";
import { join } from "node:path";
import { createLineSeal, formatVersion } from "../../portability/export_format.ts";
import { type Kind, tables } from "../../portability/table_store.ts";
import { localClient } from "../../vocabulary/actor.ts";
import { createSecrets } from "../../vocabulary/secrets.ts";
import { openText } from "../../platform/text/sealed_text.ts";
import { dropSchema, freshSchema, runSql } from "../../testing/database.ts";
import { newKey } from "../../testing/people/api_keys.ts";
import { startSentinel, test, testOnPostgres, testSecret } from "../../testing/harness.ts";
import { type App, newApp } from "../../testing/factors/factors.ts";
import { newPasskey, type OwnPasskey } from "../../testing/factors/passkeys.ts";
import { people } from "../../testing/people/people.ts";
import { runCommand, settingsBeside } from "../../testing/commands.ts";

const sentinel = await startSentinel();
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const recipientSecret = Uint8Array.from({ length: 32 }, (_, i) => 5 + i);
const recipient = createSecrets(recipientSecret);
const folder = await Deno.makeTempDir({ prefix: "sentinel-export-" });
Deno.test.afterAll(() => Deno.remove(folder, { recursive: true }));

const forRecipient = (): Record<string, string> => ({
  ...settingsBeside(sentinel),
  SENTINEL_RECIPIENT_SECRET: recipientSecret.toBase64(),
});
const exportTo = (file: string, env = forRecipient()) => runCommand(["db", "export", file, "--json"], { env });

const customRoles = `
  insert into permissions (name, description) values ('invoices:read', 'See "invoices" \\ {"mac":"x"}');
  insert into roles (name, description) values ('clerk', 'é🐎'), ('senior', ''), ('auditor', '');
  insert into role_permissions values ('clerk', 'invoices:read'), ('clerk', 'sessions:read');
  insert into role_parents values ('senior', 'clerk');
  insert into role_exclusions (id, at_most) values ('01a20aea-7309-7724-86ee-ada7db7275da', 1);
  insert into role_exclusion_members select id, unnest('{senior,auditor}'::text[]) from role_exclusions;
  insert into users (id, email, email_canonical) values ('01a20aea-7309-7724-86ee-ada7db7275db', 'I@x.org', 'i@x.org');
  insert into users (id, kind, service_name, service_description)
    values ('01a20aea-7309-7724-86ee-ada7db7275dc', 'service', 'backup', 'é');
  insert into api_resources (id, uri, name, scopes, alg, ttl_seconds)
    values ('01a20aea-7309-7724-86ee-ada7db7275dd', 'https://api.x.org', 'é', '{documents:read}', 'ES256', 600);
  insert into clients (id, name, grant_types, scopes, own_api, service_user_id) select
    '01a20aea-7309-7724-86ee-ada7db7275de', 'é', '{client_credentials}', '{documents:read}', false, id
    from users where kind = 'service';
  insert into client_resources values ('01a20aea-7309-7724-86ee-ada7db7275de', '01a20aea-7309-7724-86ee-ada7db7275dd');
  insert into clients (id, name, grant_types, scopes, own_api, token_endpoint_auth_method, application_type,
      redirect_uris, post_logout_redirect_uris, id_token_signed_response_alg, first_party, native_localhost,
      refresh_id_token, dpop_bound_access_tokens)
    values ('01a20aea-7309-7724-86ee-ada7db7275df', 'é', '{authorization_code}', '{openid}', false, 'none', 'native',
      '{com.example.app:/b,"http://127.0.0.1/a?x=%2C,"}', '{https://x.org/bye}', 'ES256', true, true, false, true);
  insert into consents (user_id, client_id, scopes, resources) select
    id, '01a20aea-7309-7724-86ee-ada7db7275df', '{openid}', '{https://api.x.org}' from users where username = 'grace';
  insert into grants (user_id, role, expires_at) select id, 'senior', now() + '1 day' from users where username = 'grace';`;

/** Of grace, who has it since before the export. */
let apiKey = "";

/** A user with a second factor. */
const moving = "01a20aea-7309-7724-86ee-ada7db7275db";
let app: App;
let passkey: OwnPasskey;

/** The lines of an export of the sentinel above, written once. */
let written: Promise<string[]> | undefined;
const exported = () => written ??= writeExport();

async function writeExport(): Promise<string[]> {
  await sentinel.login("ada");
  await sentinel.login("grace");
  await runSql(`set search_path to ${sentinel.schema}; ${customRoles}`);
  apiKey = (await newKey(sentinel, await sentinel.settled("grace"), ["users:read"])).key;
  app = await newApp(sentinel, moving);
  passkey = await newPasskey(sentinel, moving, { counter: 7 });
  const file = join(folder, "export.jsonl");
  assert.equal((await exportTo(file)).code, 0);
  assert.equal((await Deno.stat(file)).mode! & 0o777, 0o600);
  return (await Deno.readTextFile(file)).split("\n").slice(0, -1);
}

/** An empty installation with the recipient's secret. */
async function emptyTarget(): Promise<AsyncDisposable & { env: Record<string, string>; schema: string }> {
  const schema = freshSchema();
  const env = { ...settingsBeside({ schema }), SENTINEL_SECRET: recipientSecret.toBase64() };
  assert.equal((await runCommand(["migrate", "up"], { env })).code, 0);
  return { env, schema, [Symbol.asyncDispose]: () => dropSchema(schema) };
}

async function usersIn(schema: string): Promise<number> {
  const [row] = await sentinel.db.query<{ count: number }>(
    "test",
    `select count(*)::int as count from ${schema}.users`,
  );
  return row!.count;
}

testOnPostgres("db import turns an empty database into a copy of the other one, once, and logins work", async () => {
  const lines = await exported();
  await using target = await emptyTarget();
  const importing = () => runCommand(["db", "import", "-", "--json"], { env: target.env, stdin: lines.join("\n") });
  const first = await importing();
  assert.deepEqual(first.err, []);
  const { imported, counts } = JSON.parse(first.out[0]!);
  assert.equal(imported, true);
  const { counts: told } = JSON.parse(lines.at(-1)!).end;
  assert.deepEqual(counts, told);
  assert.equal(counts.user, 4);
  for (const kind of Object.keys(tables) as Kind[]) {
    if (kind.startsWith("audit") || kind === "signing_key" || kind === "totp_factor") continue;
    const { table, columns, order, rows = "true" }: typeof tables[Kind] & { rows?: string } = tables[kind];
    const all = (schema: string) =>
      sentinel.db.query("test", `select ${columns} from ${schema}.${table} where ${rows} order by ${order}`);
    const moved = await all(target.schema);
    assert.ok(moved.length > 0, kind);
    assert.deepEqual(moved, await all(sentinel.schema), kind);
  }
  const proof = await runCommand(["audit", "verify", "--json"], { env: target.env });
  const { valid, events, checkpoints } = JSON.parse(proof.out[0]!);
  assert.deepEqual([valid, events >= counts.audit_event], [true, true]);
  assert.equal(checkpoints, counts.audit_checkpoint);
  const second = await importing();
  assert.deepEqual([second.code, JSON.parse(second.out[0]!).imported], [0, false]);
  assert.equal(await usersIn(target.schema), 4);

  await using moved = await startSentinel({
    schema: target.schema,
    settings: { SENTINEL_SECRET: recipientSecret.toBase64() },
  });
  for (const name of ["ada", "grace"] as const) {
    const { username, password } = people[name];
    assert.equal((await moved.fetch("/login", { form: { username, password } })).status, 200);
    assert.equal((await moved.fetch("/login", { form: { username, password: password + "x" } })).status, 401);
  }
  assert.equal((await moved.fetch("/users/me", { headers: { "x-api-key": apiKey } })).status, 200);
  for (
    const proof of [{ type: "totp", code: app.code() }, { type: "recovery_code", code: app.recoveryCodes[0]! }] as const
  ) {
    const prove = () => moved.db.transaction((tx) => moved.factors.verifyIn(tx, moving, proof, localClient));
    assert.deepEqual([await prove(), await prove()], [{ amr: ["otp"] }, undefined]);
  }
  const asked = moved.passkeys.requestOptions();
  const question = { assertion: passkey.authenticator.get(asked), challenge: asked.challenge, client: localClient };
  const proved = await moved.db.transaction((tx) => moved.passkeys.verifyIn(tx, question));
  assert.deepEqual(proved, { userId: moving, passkeyId: passkey.id, uv: true, amr: ["pop", "user"] });
  const { access_token, refresh_token } = await sentinel.login("grace");
  const headers = { authorization: `Bearer ${access_token}` };
  assert.equal((await moved.fetch("/users/me", { headers })).status, 401, "sessions stay where they were");
  const form = { grant_type: "refresh_token", refresh_token };
  assert.equal((await moved.fetch("/oauth/token", { form })).status, 400);
  const jwks = async (of: typeof moved) => await (await of.fetch("/.well-known/jwks.json")).json();
  assert.deepEqual(await jwks(moved), await jwks(sentinel), "verifiers go on with the keys they know");
});

testOnPostgres(
  "T307 an export has no session, no token, and no key that anyone but the recipient can use",
  async () => {
    const text = (await exported()).join("\n");
    const seeds = await sentinel.db.query<{ seed: string }>(
      "test",
      "select encode(refresh_seed, 'hex') as seed from sessions",
    );
    assert.ok(seeds.length >= 2);
    for (const { seed } of seeds) assert.ok(!text.includes(seed));
    for (const secret of [testSecret, recipientSecret]) {
      for (const spelling of [secret.toBase64(), secret.toHex()]) assert.ok(!text.includes(spelling));
    }
    assert.doesNotMatch(text, /"session":|"d":|refresh_seed|eyJ/);
    const keys = (await exported()).map((line) => JSON.parse(line).signing_key).filter(Boolean);
    assert.ok(keys.length >= 2);
    for (const { kid, private_key, secret_id } of keys) {
      const sealed = Uint8Array.fromHex(private_key.slice(2));
      assert.equal(secret_id, recipient.id);
      assert.match(openText(recipient.subkey("keys"), kid, sealed), /"d":/);
      assert.throws(() => openText(createSecrets(testSecret).subkey("keys"), kid, sealed));
    }
  },
);

const swapped = (lines: string[], i: number) => [...lines.slice(0, i), lines[i + 1]!, lines[i]!, ...lines.slice(i + 2)];
const promoted = (line: string) => line.replace(/"role":"user"/, '"role":"admin"');

const damages: [
  what: string,
  damage: (lines: string[], at: number) => string[],
  line: (at: number, size: number) => number,
][] = [
  ["a row was changed", (lines, at) => lines.with(at, promoted(lines[at]!)), (at) => at + 1],
  ["a row is missing", (lines, at) => lines.toSpliced(at, 1), (at) => at + 1],
  ["two rows were swapped", (lines, at) => swapped(lines, at), (at) => at + 1],
  ["a row was repeated", (lines, at) => lines.toSpliced(at, 0, lines[at]!), (at) => at + 2],
  ["a MAC was changed", (lines, at) => lines.with(at, lines[at]!.replace(/.{5}"\}$/, 'AAAAA"}')), (at) => at + 1],
  ["a line is no line of an export", (lines, at) => lines.with(at, "{}"), (at) => at + 1],
  ["the file was cut off between two lines", (lines, at) => lines.slice(0, at), (at) => at + 1],
  [
    "the file was cut off inside a line",
    (lines, at) => [...lines.slice(0, at), lines[at]!.slice(0, 20)],
    (at) => at + 1,
  ],
  ["the end is missing", (lines) => lines.slice(0, -1), (_, size) => size],
  ["something follows the end marker", (lines) => [...lines, lines.at(-1)!], (_, size) => size + 1],
  ["the first line is no JSON", (lines) => lines.with(0, lines[0]!.replace(/"id":"/, '"id":')), () => 1],
  ["the first line was changed", (lines) => lines.with(0, lines[0]!.replace(/"id":"./, '"id":"f')), () => 1],
];

testOnPostgres(
  "db import refuses a changed file, names the line, and imports nothing",
  async () => {
    const lines = await exported();
    const at = lines.findIndex((line) => line.startsWith('{"grant":') && promoted(line) !== line);
    await using target = await emptyTarget();
    for (const [what, damage, line] of damages) {
      const stdin = damage(lines, at).join("\n");
      const { code, out, err } = await runCommand(["db", "import", "-"], { env: target.env, stdin });
      assert.deepEqual([code, out], [1, []], what);
      assert.match(err.join("\n"), new RegExp(`^error: Line ${line(at, lines.length)} [^\n]*\\.$`), what);
      assert.equal(await usersIn(target.schema), 0, what);
    }
    const { code } = await runCommand(["db", "import", "-"], { env: target.env, stdin: lines.join("\n") });
    assert.equal(code, 0, "what was refused before left nothing behind");
  },
);

testOnPostgres("db import refuses an export for another recipient, and a database that is in use", async () => {
  const lines = await exported();
  await using target = await emptyTarget();
  const stdin = lines.join("\n");
  const stranger = { ...target.env, SENTINEL_SECRET: Uint8Array.from({ length: 32 }, (_, i) => 9 + i).toBase64() };
  const notForUs = await runCommand(["db", "import", "-"], { env: stranger, stdin });
  assert.equal(notForUs.code, 1);
  assert.match(notForUs.err.join("\n"), /^error: Line 1 names another secret .*SENTINEL_RECIPIENT_SECRET\.$/);

  const person = ["--username", "first", "--email", "first@example.com", "--password-stdin"];
  await runCommand(["user", "create", ...person], { env: target.env, stdin: "correct horse battery" });
  const inUse = await runCommand(["db", "import", "-"], { env: target.env, stdin });
  assert.equal(inUse.code, 1);
  assert.match(inUse.err.join("\n"), /^error: The database is not empty: .*\.$/);
  assert.equal(await usersIn(target.schema), 1);
});

testOnPostgres("T309 db import refuses the export of a newer version, in one sentence", async () => {
  await using target = await emptyTarget();
  const header = JSON.parse((await exported())[0]!).header;
  const newer = [{ ...header, version: formatVersion + 1 }, { ...header, schema: "9999_unheard_of" }];
  for (const each of newer) {
    const stdin = createLineSeal(recipient.subkey("export")).seal("header", JSON.stringify(each));
    const { code, err } = await runCommand(["db", "import", "-"], { env: target.env, stdin });
    assert.equal(code, 1);
    assert.match(
      err.join("\n"),
      /^error: Line 1 says that Sentinel \S+ wrote it, which is newer than this version: upgrade Sentinel first\.$/,
    );
  }
});

testOnPostgres("db export overwrites no file, and leaves none after a failure", async () => {
  const file = join(folder, "mine.jsonl");
  await Deno.writeTextFile(file, "mine");
  const over = await exportTo(file);
  assert.deepEqual([over.code, over.err], [1, [
    "error: The file already exists. Choose another name, or delete it first.",
  ]]);
  assert.equal(await Deno.readTextFile(file), "mine");
  const unwritten = join(folder, "unwritten.jsonl");
  const failed = await exportTo(unwritten, { ...forRecipient(), SENTINEL_DB_SCHEMA: "nothing_there" });
  assert.equal(failed.code, 1);
  await assert.rejects(Deno.stat(unwritten), Deno.errors.NotFound);
});

testOnPostgres("T306 db export accepts no secret as an argument", async () => {
  for (const flag of ["--recipient-secret", "--secret", "--passphrase"]) {
    const { code, err } = await runCommand(["db", "export", flag, recipientSecret.toBase64()], { env: forRecipient() });
    assert.equal(code, 2);
    assert.doesNotMatch(err.join("\n"), new RegExp(recipientSecret.toBase64().replaceAll("+", "\\+")));
  }
});

/** What came later than service accounts. */
const later = {
  client: 0,
  client_resource: 0,
  api_resource: 0,
  consent: 0,
  totp_factor: 0,
  passkey: 0,
  recovery_code: 0,
};

/** The export as a Sentinel with this schema would have written it, without these columns of users. */
function asOlder(lines: string[], schema: string, lacking: string[]): string {
  const seal = createLineSeal(recipient.subkey("export"));
  const older = lines.map((line) => Object.entries<Record<string, unknown>>(JSON.parse(line))[0]!).filter((
    [name, row],
  ) => !(name in later) && (name !== "user" || row.kind === "person")).map(
    ([name, row]): [string, Record<string, unknown>] => {
      if (name === "header") return [name, { ...row, schema }];
      if (name === "end") return [name, { counts: { ...row.counts as Record<string, number>, user: 3, ...later } }];
      if (name !== "user") return [name, row];
      return [name, Object.fromEntries(Object.entries(row).filter(([column]) => !lacking.includes(column)))];
    },
  );
  return older.map(([name, row]) => seal.seal(name, JSON.stringify(row))).join("\n");
}

testOnPostgres("db import accepts the export of an older schema: missing columns get their defaults", async () => {
  await using target = await emptyTarget();
  const stdin = asOlder(await exported(), "0020_audit_retention", ["kind", "service_name", "service_description"]);
  const { err } = await runCommand(["db", "import", "-"], { env: target.env, stdin });
  assert.deepEqual(err, []);
  const rows = await sentinel.db.query("test", `select distinct kind, service_name from ${target.schema}.users`);
  assert.deepEqual(rows, [{ kind: "person", service_name: null }]);
});

/** What is not exported, and what follows from other columns. */
const staying = [
  "sessions",
  "tickets",
  "outbox",
  "ended_sessions",
  "used_once",
  "throttle_buckets",
  "client_refusals",
  "role_graph",
  "schema_migrations",
  "users.password_scheme",
];

test("every column of the schema is exported, or is on the list of those that are not", async () => {
  const rows = await sentinel.db.query<{ table: string; column: string }>(
    "test",
    `select table_name as table, column_name as column
     from information_schema.columns join information_schema.tables using (table_schema, table_name)
     where table_schema = current_schema() and table_type = 'BASE TABLE'`,
  );
  const moving = Object.values(tables).flatMap(({ table, columns }) =>
    columns.split(/,\s+/).map((column) => `${table}.${column.trim()}`)
  );
  const forgotten = rows.map(({ table, column }) => ({ table, name: `${table}.${column}` }))
    .filter(({ table, name }) => !moving.includes(name) && !staying.includes(table) && !staying.includes(name));
  assert.deepEqual(forgotten, []);
});
