import assert from "node:assert/strict";
import { runSql, testConnection } from "../../testing/database.ts";
import { startSentinel, testOnPostgres } from "../../testing/harness.ts";
import { people } from "../../testing/people/people.ts";
import { runCommand, settingsBeside, type Situation } from "../../testing/commands.ts";

const sentinel = await startSentinel({ cheapHashes: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const password = "correct horse";
/** Hashes of that password, made by pyca/bcrypt, Django 5.2.19 and passlib 1.7.4, as in `foreign_hash_test.ts`. */
const bcrypt = "$2b$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e";
const forms = {
  "django.pbkdf2":
    "pbkdf2_sha512$1000$seasalt2$Ie8zKRyrATdXtVnBfDGEpQ3YCrXjOl32s87b8PYh6ZKBYQeIAorWIE7UIqbDuxkjM39+KvUUJ4Is6CYLgsvh7Q==",
  "django.scrypt":
    "scrypt$1024$seasalt2$8$5$IV2J5ZSIAnUciMo6BcaHeigaMSbZXnlBIyvRnrJuVu+6g4FNdqdmUd3s8DMnFueA891q49pV9F8fPw2Bgl5MJg==",
  "passlib.pbkdf2": "$pbkdf2-sha256$1000$//79.3NhbHRzYWx0c2FsdA$pWPEf6lH0bsTcwnH2R3EXyZNGsjyLjjTytbp3NLoeVQ",
  "passlib.scrypt": "$scrypt$ln=10,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA$A9lBa6RTbfBovWqamVIqXKovIl4Vk6OZyVojLJmYmSI",
  "phc.pbkdf2":
    "$pbkdf2-sha512$i=2000,l=64$//79+3NhbHRzYWx0c2FsdA$vHg++gH4YfV47mn0tKHipWIrGpHPyJHlX6qZGuFsaVBQ9Zb0eo9CPnCeiur7+ag9yGRsDF63nhkx3wb2iOFCAg",
  "bcrypt.2a": bcrypt.replace("$2b$", "$2a$"),
  "bcrypt.2y": bcrypt.replace("$2b$", "$2y$"),
  "argon2id": "$argon2id$v=19$m=256,t=3,p=4$c2FsdHNhbHQ$pxDp8Mr922RVDVZM9WH/yg",
};

const userImport = (args: string[], situation: Situation = {}) =>
  runCommand(["user", "import", ...args], { ...situation, env: { ...settingsBeside(sentinel), ...situation.env } });

const importing = (kind: string, text: string, ...flags: string[]) =>
  userImport(["--from", kind, "-", ...flags], { stdin: text });

async function login(username: string, password: string): Promise<number> {
  return (await sentinel.fetch("/login", { form: { username, password } })).status;
}

type Row = { password_hash: string; roles: string[]; disabled: boolean };

async function rowOf(username: string): Promise<Row | undefined> {
  const [row] = await sentinel.db.query<Row>(
    "test",
    `select password_hash, disabled_at is not null as disabled,
            array(select role from grants where user_id = u.id order by role) as roles
     from users u where username = $1`,
    [username],
  );
  return row;
}

async function counts(): Promise<unknown> {
  const [row] = await sentinel.db.query(
    "test",
    `select (select count(*)::int from users) as users, (select count(*)::int from grants) as grants,
            (select count(*)::int from audit_events) as events`,
  );
  return row;
}

for (const [name, hash] of Object.entries(forms)) {
  testOnPostgres(
    `user import: a user with a hash of ${name} can log in, and then has a hash of the policy`,
    async () => {
      const { code, out } = await importing(
        "jsonl",
        JSON.stringify({ username: name, email: `${name}@x.org`, password_hash: hash }),
      );
      assert.deepEqual([code, out], [0, ["1 imported, 0 already exist, 0 skipped."]]);
      assert.equal(await login(name, password + "x"), 401);
      assert.notEqual((await rowOf(name))!.password_hash.slice(0, 30), "$argon2id$v=19$m=19456,t=2,p=1");
      assert.equal(await login(name, password), 200);
      assert.match((await rowOf(name))!.password_hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
      assert.equal(await login(name, password), 200);
    },
  );
}

/** The old table as `psql -c "\copy users to stdout csv header"` writes it. One of its values contains a newline. */
const seed = `id,username,email,hashed_password,role,is_active
1,joan,joan@example.com,${bcrypt},admin,t
2,Jean,JEAN@example.com,${bcrypt},user,t
3,gone,gone@example.com,${bcrypt},user,f
4,no spaces please,space@example.com,${bcrypt},user,t
5,joan,other@example.com,${bcrypt},user,t
6,"quo
ted",quoted@example.com,${bcrypt},user,t
7,mail,not an address,${bcrypt},user,t
8,md5,md5@example.com,5f4dcc3b5aa765d61d8327deb882cf99,user,t
9,chief,chief@example.com,${bcrypt},superuser,t
10,grace,grace.hopper@example.com,${bcrypt},user,t
11,hopper,Grace@Example.com,${bcrypt},user,t
12,torn,torn@example.com
13,last,last@example.com,${bcrypt},,t
`;

const findings = [
  ["line 5", "invalid_username"],
  ["line 6", "repeated"],
  ["line 8", "invalid_username"],
  ["line 9", "invalid_email"],
  ["line 10", "unknown_hash"],
  ["line 14", "malformed_row"],
  ["line 12", "username_taken"],
  ["line 13", "email_taken"],
  ["line 11", "unknown_role"],
  ["line 2", "privileged_role"],
].map(([at, code]) => `${at} ${code}`);

/** The summary without the line on the slowest hash, which depends on the machine. */
const withoutCost = (text: string) => text.replace(/^The slowest hash, .*\n?/m, "").trimEnd();

const found = (lines: string[]) => lines.map((line) => `${line.split(":")[0]} ${/\((\w+)\)$/.exec(line)?.[1]}`);

testOnPostgres(
  "user import of the old table: a dry run, the import, a repeated import; invalid rows are reported and skipped",
  async () => {
    await sentinel.settled("grace");
    const before = await counts();
    const rehearsal = await importing("seed", seed, "--dry-run");
    assert.equal(rehearsal.code, 1);
    assert.deepEqual(found(rehearsal.err).toSorted(), findings.toSorted());
    const withheld = "Privileged roles are imported only with --privileged-roles, which would grant:\n" +
      "  line 2: joan, with admin";
    assert.deepEqual(
      rehearsal.out.slice(0, -1).map((line) => line.split(":")[0]),
      [2, 3, 4, 11, 15].map((n) => `line ${n}`),
    );
    assert.deepEqual([withoutCost(rehearsal.out.at(-1)!)], [
      `5 would be imported, 0 already exist, 8 skipped; 2 lost a role that the source names.\n${withheld}`,
    ]);
    assert.deepEqual(await counts(), before, "a rehearsal writes nothing");

    const done = await importing("seed", seed);
    assert.equal(done.code, 1);
    assert.deepEqual(found(done.err), found(rehearsal.err));
    assert.deepEqual(done.out, [
      `5 imported, 0 already exist, 8 skipped; 2 lost a role that the source names.\n${withheld}`,
    ]);
    for (const name of ["joan", "jean", "JOAN@example.com", "chief", "last"]) {
      assert.equal(
        await login(name, password),
        200,
        name,
      );
    }
    assert.equal(await login("gone", password), 401, "who was not active is disabled");
    for (const name of ["joan", "Jean", "chief", "last"]) assert.deepEqual((await rowOf(name))!.roles, ["user"]);
    assert.equal((await rowOf("gone"))!.disabled, true);
    for (const name of ["md5", "mail", "torn", "hopper", "no spaces please"]) {
      assert.equal(
        await rowOf(name),
        undefined,
      );
    }
    assert.equal(await login("grace", people.grace.password), 200, "a namesake's hash replaces nothing");
    assert.equal(await login("grace", password), 401);
    for (const text of [...done.err, ...done.out, ...rehearsal.err]) assert.doesNotMatch(text, /\$2b|@|5f4dcc|jean/i);

    const after = await counts();
    const again = await importing("seed", seed);
    assert.equal(again.code, 1);
    assert.deepEqual(again.out, ["0 imported, 5 already exist, 8 skipped."]);
    assert.deepEqual(await counts(), after);
    assert.match((await rowOf("Jean"))!.password_hash, /^\$argon2id/, "the newer hash stays");
  },
);

testOnPostgres("user import records each user, with the names separate", async () => {
  const username = "recorded.one";
  const row = `username,email,password_hash,roles,disabled\n${username},r@x.org,${bcrypt},ADMIN user,false\n`;
  await importing("csv", row, "--privileged-roles");
  const rows = await sentinel.db.query<Record<string, unknown>>(
    "test",
    `select e.*, a.details, s.details as names from audit_events e
     join audit_details a on a.event_id = e.id and a.part = 'actor'
     join audit_details s on s.event_id = e.id and s.part = 'subject'
     where action = 'user.imported' and s.details ->> 'username' = $1`,
    [username],
  );
  assert.equal(rows.length, 1);
  const { facts, details, names, actor_id, outcome, subject_type } = rows[0]!;
  assert.deepEqual([actor_id, outcome, subject_type], [null, "success", "user"]);
  assert.deepEqual(facts, { roles: ["user", "admin"], disabled: false });
  assert.deepEqual(names, { username, email: "r@x.org" });
  assert.deepEqual(details, { ip: null, user_agent: null });
});

testOnPostgres("user import grants no roles that exclude each other, even by inheritance, and reports it", async () => {
  await runSql(`set search_path to ${sentinel.schema};
    insert into roles (name) values ('payer'), ('approver'), ('head');
    insert into role_parents values ('head', 'approver');
    insert into role_exclusions (id, at_most) values (gen_random_uuid(), 1);
    insert into role_exclusion_members select id, unnest('{payer,approver}'::text[]) from role_exclusions`);
  const person = (username: string, ...roles: string[]) =>
    JSON.stringify({ username, email: `${username}@x.org`, password_hash: bcrypt, roles });
  const people = [person("both", "payer", "approver"), person("above", "head", "payer"), person("one", "payer")];
  for (const flags of [["--dry-run"], []]) {
    const { code, err } = await importing("jsonl", people.join("\n"), ...flags);
    assert.equal(code, 1);
    assert.deepEqual(found(err), ["line 1 excluded_roles", "line 2 excluded_roles"]);
  }
  for (const name of ["both", "above"]) assert.deepEqual((await rowOf(name))!.roles, ["user"]);
  assert.deepEqual((await rowOf("one"))!.roles, ["payer", "user"]);
});

testOnPostgres(
  "X72 user import grants a role with permissions of Sentinel itself, even inherited ones, only with the flag",
  async () => {
    await runSql(`set search_path to ${sentinel.schema};
    insert into roles (name) values ('helpdesk'), ('lead'), ('editor');
    insert into permissions (name, description) values ('articles:edit', '');
    insert into role_permissions (role, permission) values ('helpdesk', 'users:write'), ('editor', 'articles:edit');
    insert into role_parents values ('lead', 'helpdesk')`);
    const rows = (suffix: string) =>
      [["boss", "admin"], ["desk", "helpdesk", "editor"], ["lead", "lead"], ["writer", "editor"], ["plain"]]
        .map(([name, ...roles]) => {
          const username = `${name}.${suffix}`;
          return JSON.stringify({ username, email: `${username}@x.org`, password_hash: bcrypt, roles });
        }).join("\n");
    const listed = (suffix: string) =>
      [`boss.${suffix}, with admin`, `desk.${suffix}, with helpdesk`, `lead.${suffix}, with lead`]
        .map((account, line) => `  line ${line + 1}: ${account}`);
    const rolesOf = async (suffix: string) =>
      await Promise.all(
        ["boss", "desk", "lead", "writer", "plain"].map(async (name) =>
          (await rowOf(`${name}.${suffix}`))?.roles.join(" ")
        ),
      );

    const heading = "Privileged roles are imported only with --privileged-roles, which would grant:";
    for (const flags of [["--dry-run"], []]) {
      const { code, out, err } = await importing("jsonl", rows("a"), ...flags);
      assert.equal(code, 1);
      assert.deepEqual(withoutCost(out.at(-1)!).split("\n").slice(1), [heading, ...listed("a")]);
      assert.deepEqual(
        found(err),
        [1, 2, 3].map((line) => `line ${line} privileged_role`),
      );
    }
    assert.deepEqual(await rolesOf("a"), ["user", "editor user", "user", "editor user", "user"]);

    const rehearsal = await importing("jsonl", rows("b"), "--dry-run", "--privileged-roles");
    assert.deepEqual([rehearsal.code, rehearsal.err], [0, []]);
    assert.deepEqual(withoutCost(rehearsal.out.at(-1)!).split("\n").slice(1), [
      "Privileged accounts that would be imported:",
      ...listed("b"),
    ]);
    assert.deepEqual(await rolesOf("b"), [undefined, undefined, undefined, undefined, undefined]);
    const done = await importing("jsonl", rows("b"), "--privileged-roles", "--json");
    assert.deepEqual([done.code, done.err], [0, []]);
    assert.deepEqual(JSON.parse(done.out.join("\n")).privileged, [
      { at: "line 1", name: "boss.b", roles: ["admin"] },
      { at: "line 2", name: "desk.b", roles: ["helpdesk"] },
      { at: "line 3", name: "lead.b", roles: ["lead"] },
    ]);
    assert.deepEqual(await rolesOf("b"), ["admin user", "editor helpdesk user", "lead user", "editor user", "user"]);
  },
);

testOnPostgres("X45 user import --json reports the findings and the counts in one document", async () => {
  const { code, out, err } = await importing("jsonl", `{"username":"x"}\nnull\n[`, "--json");
  assert.deepEqual([code, err], [1, []]);
  const { items: [first], ...rest } = JSON.parse(out.join("\n"));
  assert.deepEqual(Object.keys(first), ["at", "code", "detail"]);
  assert.equal(first.at, "line 1");
  const counts = {
    imported: 0,
    unchanged: 0,
    skipped: 3,
    without_role: 0,
    without_name: 0,
    without_password: 0,
    privileged: [],
    dropped: {},
    hashes: {},
    slowest: null,
  };
  assert.deepEqual(rest, { ...counts, dry_run: false, privileged_roles: false });
});

testOnPostgres("user import reads the old system's table itself, with any number of rows", async () => {
  const connection = testConnection();
  if (connection.kind !== "url") return;
  const name = `old_${crypto.randomUUID().slice(0, 8)}`;
  const url = new URL(connection.url);
  url.pathname = `/${name}`;
  await runSql(`create database ${name}`);
  try {
    await runSql(
      `create type user_role as enum ('user', 'admin');
       create table users (id serial primary key, username varchar, email varchar, hashed_password varchar,
         role user_role, is_active boolean);
       insert into users (username, email, hashed_password, role, is_active)
         select 'old' || i, 'old' || i || '@example.com', '${bcrypt}', 'user', i <> 2 from generate_series(1, 1203) i;
       insert into users (username, is_active) values (null, null)`,
      { kind: "url", url: url.href },
    );
    const env = { SENTINEL_IMPORT_DATABASE_URL: url.href };
    const { code, out, err } = await userImport(["--from", "seed"], { env });
    assert.deepEqual([code, out], [1, ["1203 imported, 0 already exist, 1 skipped."]]);
    assert.match(err.join(), /^id 1204: .*\(nameless\)$/);
    assert.equal(await login("old1203", password), 200);
    assert.equal(await login("old2", password), 401);
  } finally {
    await runSql(`drop database ${name} with (force)`);
  }
});

testOnPostgres(
  "T306 user import accepts no database as an argument, and requires the kind of the file",
  async () => {
    const url = "postgres://old:hunter2@127.0.0.1/old";
    const refused = [["--from", "seed", url], ["--from", "seed"], ["--from", "csv"], ["--from", "xml", "-"], ["-"], [
      "--from",
      "csv",
      "-",
      "-",
    ]];
    for (const args of refused) {
      const { code, out, err } = await userImport(args);
      assert.deepEqual([code, out], [2, []], args.join(" "));
      assert.doesNotMatch(err.join("\n"), /hunter2/);
    }
  },
);

testOnPostgres("user import of an invalid file imports nothing, with one message", async () => {
  const before = await counts();
  const absent = await userImport(["--from", "csv", "/etc/sentinel/no-such-file"]);
  assert.equal(absent.code, 1);
  assert.match(absent.err.join("\n"), /^error: The file cannot be read \(NotFound\)\. Sentinel may read .*\.$/);
  const wrong = await importing("csv", "name,address\nx,y\n");
  assert.deepEqual([wrong.code, wrong.err], [1, [
    "error: The first line must name the column password_hash, username or email.",
  ]]);
  assert.deepEqual(await counts(), before);
});
