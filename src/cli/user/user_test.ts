import assert from "node:assert/strict";
import { startSentinel, testOnPostgres } from "../../testing/harness.ts";
import { newApp } from "../../testing/factors/factors.ts";
import { people } from "../../testing/people/people.ts";
import { runCommand, settingsBeside, type Situation } from "../../testing/commands.ts";

const sentinel = await startSentinel();
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

for (const name of ["ada", "grace"] as const) await sentinel.settled(name);

const user = (args: string[], situation: Situation = {}) =>
  runCommand(["user", ...args], { env: settingsBeside(sentinel), ...situation });

const password = "correct horse battery staple";
const other = "staple battery horse correct";

function person(username: string, ...flags: string[]): string[] {
  return ["--username", username, "--email", `${username}@example.com`, ...flags];
}

type Row = { username: string; roles: string[]; disabled: boolean; sessions: number };

/** The user in the database; sessions are those that have not ended. */
async function rowOf(username: string): Promise<Row | undefined> {
  const rows = await sentinel.db.query<Row>(
    "test",
    `select username, disabled_at is not null as disabled,
            array(select role from grants where user_id = u.id order by role) as roles,
            (select count(*)::int from sessions where user_id = u.id and revoked_at is null) as sessions
     from users u where username = $1`,
    [username],
  );
  return rows[0];
}

async function auditedSince(earlier: Date): Promise<string[]> {
  const rows = await sentinel.db.query<{ action: string }>(
    "test",
    "select action from audit_events where occurred_at > $1 and actor_id is null order by occurred_at",
    [earlier],
  );
  return rows.map(({ action }) => action);
}

async function databaseNow(): Promise<Date> {
  const [row] = await sentinel.db.query<{ now: Date }>("test", "select clock_timestamp() as now");
  return row!.now;
}

async function loginStatus(username: string, password: string): Promise<number> {
  return (await sentinel.fetch("/login", { form: { username, password } })).status;
}

testOnPostgres("user create creates an account that can log in with the password from standard input", async () => {
  const earlier = await databaseNow();
  const created = await user(["create", ...person("joan", "--password-stdin")], { stdin: `${password}\n` });
  assert.deepEqual(created, { code: 0, out: ["Created joan with the role user."], err: [], asked: [] });
  assert.deepEqual(await rowOf("joan"), { username: "joan", roles: ["user"], disabled: false, sessions: 0 });
  assert.deepEqual(await auditedSince(earlier), ["user.registered"]);
  assert.equal(await loginStatus("joan", password), 200);
});

testOnPostgres("user create --json prints the account as one document, without the password", async () => {
  const { code, out } = await user(["create", ...person("hedy"), "--role", "admin", "--role", "user", "--json"], {
    typed: [password, password],
  });
  assert.equal(code, 0);
  assert.equal(out.length, 1);
  const document = JSON.parse(out[0]!);
  assert.deepEqual(Object.keys(document).sort(), ["created_at", "email", "email_verified", "id", "roles", "username"]);
  assert.deepEqual(document.roles, ["admin", "user"]);
  assert.deepEqual((await rowOf("hedy"))?.roles, ["admin", "user"]);
});

testOnPostgres("user create removes one newline from the end of standard input, and only one", async () => {
  await user(["create", ...person("mary", "--password-stdin")], { stdin: ` ${password} \r\n\n` });
  assert.equal(await loginStatus("mary", ` ${password} \r\n`), 200);
  assert.equal(await loginStatus("mary", ` ${password} `), 401);
});

testOnPostgres("user create asks twice on a terminal", async () => {
  const { code, asked } = await user(["create", ...person("karen")], { typed: [password, password] });
  assert.equal(code, 0);
  assert.deepEqual(asked, ["Password: ", "Repeat the password: "]);
  assert.equal(await loginStatus("karen", password), 200);
});

testOnPostgres(
  "user create creates no account when the two passwords differ or the question is cancelled",
  async () => {
    for (const typed of [[password, other], [undefined], [password, undefined]]) {
      const { code, out, err } = await user(["create", ...person("barbara")], { typed });
      assert.equal(code, 1);
      assert.deepEqual(out, []);
      assert.match(err.join("\n"), /^error: Nothing was changed: .*\.$/);
    }
    assert.equal(await rowOf("barbara"), undefined);
  },
);

testOnPostgres(
  "user create without a terminal asks for --password-stdin, and does not read standard input",
  async () => {
    const { code, err } = await user(["create", ...person("barbara")], { stdin: password });
    assert.equal(code, 2);
    assert.equal(
      err[0],
      'error: standard input is not a terminal: add --password-stdin. See "sentinel user create --help".',
    );
    assert.equal(await rowOf("barbara"), undefined);
  },
);

testOnPostgres("T306 user create accepts no password as an argument, and then creates no account", async () => {
  const refused = [["--password", password], [`--password=${password}`], [`--password-stdin=${password}`], [password]];
  for (const flags of refused) {
    const { code, out, err } = await user(["create", ...person("barbara", ...flags)], {
      typed: [password, password],
      stdin: password,
    });
    assert.equal(code, 2);
    assert.deepEqual(out, []);
    assert.match(err.join("\n"), /^error: .*"sentinel user create --help"\.$/);
  }
  assert.equal(await rowOf("barbara"), undefined);
});

testOnPostgres("user create prints one line for each broken rule, and creates no account", async () => {
  const flags = ["--username", "a b", "--email", "nowhere", "--password-stdin"];
  const { code, out, err } = await user(["create", ...flags], { stdin: "sh0rt!" });
  assert.equal(code, 1);
  assert.deepEqual(out, []);
  assert.deepEqual(err.map((line) => line.split(":", 2).join(":")), [
    "error: username",
    "error: email",
    "error: password",
  ]);
  assert.equal(await rowOf("a b"), undefined);
});

testOnPostgres("user create refuses a name or address that is in use", async () => {
  await sentinel.settled("grace");
  const name = ["--username", "GRACE", "--email", "other@example.com"];
  const address = ["--username", "other", "--email", "Grace@example.com"];
  const [taken, addressTaken] = [
    await user(["create", ...name, "--password-stdin"], { stdin: password }),
    await user(["create", ...address, "--password-stdin"], { stdin: password }),
  ];
  assert.equal(taken.code, 1);
  assert.deepEqual(taken.err, [
    "error: Another account has this username, or one that looks the same. Choose another one.",
  ]);
  assert.equal(addressTaken.code, 1);
  assert.deepEqual(addressTaken.err, ["error: Another account has this e-mail address, or one that looks the same."]);
  assert.equal(await rowOf("GRACE"), undefined);
  assert.equal(await rowOf("other"), undefined);
  assert.equal(await loginStatus("grace", password), 401);
});

testOnPostgres("user create refuses a role that does not exist, and creates no account", async () => {
  const flags = person("barbara", "--role", "captain", "--password-stdin");
  const earlier = await databaseNow();
  const { code, err } = await user(["create", ...flags], { stdin: password });
  assert.equal(code, 1);
  assert.deepEqual(err, ['error: role: There is no role "captain".']);
  assert.equal(await rowOf("barbara"), undefined);
  assert.deepEqual(await auditedSince(earlier), []);
});

testOnPostgres("user create-admin creates another administrator even if there is one", async () => {
  await sentinel.settled("ada");
  const { code, out } = await user(["create-admin", ...person("radia", "--password-stdin")], { stdin: password });
  assert.equal(code, 0);
  assert.deepEqual(out, ["Created radia with the roles admin, user."]);
  assert.deepEqual((await rowOf("radia"))?.roles, ["admin", "user"]);
  assert.deepEqual((await rowOf("ada"))?.roles, ["admin", "user"]);
});

testOnPostgres("user set-password replaces the password and ends every session, by username or e-mail", async () => {
  await sentinel.login("grace");
  const earlier = await databaseNow();
  assert.ok((await rowOf("grace"))!.sessions > 0);
  const set = await user(["set-password", "Grace", "--password-stdin"], { stdin: other });
  assert.deepEqual(set, { code: 0, out: ["Set the password of grace and revoked every session."], err: [], asked: [] });
  assert.equal((await rowOf("grace"))!.sessions, 0);
  assert.deepEqual(await auditedSince(earlier), ["user.sessions_revoked", "user.password_changed"]);
  assert.equal(await loginStatus("grace", people.grace.password), 401);
  assert.equal(await loginStatus("grace", other), 200);
  const { code } = await user(["set-password", people.grace.email], {
    typed: [people.grace.password, people.grace.password],
  });
  assert.equal(code, 0);
  assert.equal(await loginStatus("grace", people.grace.password), 200);
});

testOnPostgres(
  "user set-password keeps the old password if the new one breaks a rule, and refuses an unknown user",
  async () => {
    const short = await user(["set-password", "grace", "--password-stdin"], { stdin: "sh0rt!" });
    assert.equal(short.code, 1);
    assert.deepEqual(short.err, ["error: password: A password has at least 8 characters."]);
    assert.equal(await loginStatus("grace", people.grace.password), 200);
    const stranger = await user(["set-password", "odysseus", "--password-stdin"], { stdin: password });
    assert.equal(stranger.code, 1);
    assert.deepEqual(stranger.err, ["error: There is no such user."]);
  },
);

testOnPostgres("user disable locks the account and ends its sessions; user enable unlocks it", async () => {
  await sentinel.login("grace");
  const disabled = await user(["disable", "grace@example.com"]);
  assert.deepEqual(disabled, {
    code: 0,
    out: ["Disabled grace and revoked every session."],
    err: [],
    asked: [],
  });
  assert.equal(await loginStatus("grace", people.grace.password), 401);
  const row = await rowOf("grace");
  assert.deepEqual([row?.disabled, row?.sessions], [true, 0]);
  const enabled = await user(["enable", "grace"]);
  assert.deepEqual(enabled, { code: 0, out: ["Enabled grace."], err: [], asked: [] });
  assert.equal(await loginStatus("grace", people.grace.password), 200);
});

testOnPostgres("user disable and enable refuse an unknown user", async () => {
  for (const word of ["disable", "enable"]) {
    const { code, out, err } = await user([word, "odysseus"]);
    assert.equal(code, 1);
    assert.deepEqual(out, []);
    assert.deepEqual(err, ["error: There is no such user."]);
  }
});

testOnPostgres("user disable keeps the last administrator", async () => {
  const ada = await sentinel.settled("ada");
  await sentinel.db.query("test", "delete from grants where role = 'admin' and user_id <> $1", [ada]);
  const earlier = await databaseNow();
  const { code, out, err } = await user(["disable", "ada"]);
  assert.equal(code, 1);
  assert.deepEqual(out, []);
  assert.deepEqual(err, [
    "error: There must always be an active administrator, with a grant that does not expire.",
  ]);
  assert.equal((await rowOf("ada"))?.disabled, false);
  assert.deepEqual(await auditedSince(earlier), []);
});

testOnPostgres("user list shows one line for each account", async () => {
  for (const name of ["ada", "grace"] as const) await sentinel.settled(name);
  assert.equal((await user(["disable", "grace"])).code, 0);
  const { code, out } = await user(["list"]);
  assert.equal((await user(["enable", "grace"])).code, 0);
  assert.equal(code, 0);
  assert.ok(out.includes("ada\tada@example.com\tadmin,user\tactive"));
  assert.match(out.find((line) => line.startsWith("grace\t"))!, /\tuser\tdisabled since \d{4}-.*Z$/);
});

testOnPostgres("user create accepts a username, an address or both, and user list shows them", async () => {
  const made = await user(["create", "--email", "solo@example.com", "--password-stdin"], { stdin: password });
  assert.deepEqual([made.code, made.out], [0, ["Created solo@example.com with the role user."]]);
  const named = await user(["create", "--username", "unposted", "--password-stdin"], { stdin: password });
  assert.deepEqual([named.code, named.out], [0, ["Created unposted with the role user."]]);
  const neither = await user(["create", "--password-stdin"], { stdin: password });
  assert.equal(neither.code, 2);
  assert.match(neither.err[0]!, /^error: give --username, --email or both\./);
  const { out } = await user(["list"]);
  assert.ok(out.includes("-\tsolo@example.com\tuser\tactive"));
  assert.ok(out.includes("unposted\t-\tuser\tactive"));
  assert.deepEqual((await user(["disable", "solo@example.com"])).out, [
    "Disabled solo@example.com and revoked every session.",
  ]);
});

testOnPostgres("X45 user list --json prints every page as one document, without passwords", async () => {
  await sentinel.db.query(
    "test",
    `insert into users (id, username, username_canonical, email, email_canonical, password_hash)
     select gen_random_uuid(), name, name, name || '@example.com', name || '@example.com', password_hash
     from users, lateral (select 'crowd' || n as name from generate_series(1, 400) n) crowd where username = 'grace'`,
  );
  const { code, out } = await user(["list", "--json"]);
  assert.equal(code, 0);
  const [{ count }] = await sentinel.db.query<{ count: number }>("test", "select count(*)::int from users") as [
    { count: number },
  ];
  const listed: Record<string, string>[] = JSON.parse(out.join("\n")).items;
  assert.equal(new Set(listed.map(({ id }) => id)).size, count);
  assert.equal(listed.length, count);
  const members = [
    "created_at",
    "disabled_at",
    "email",
    "email_verified",
    "external_id",
    "grants",
    "id",
    "roles",
    "username",
  ];
  for (const document of listed) assert.deepEqual(Object.keys(document).sort(), members);
  assert.ok(!out.join("\n").includes("$argon2id$"));
  const ada = listed.find(({ username }) => username === "ada");
  assert.deepEqual(ada, await (await sentinel.fetch(`/users/${ada!.id}`, {}, "ada")).json());
});

testOnPostgres("T306 no command changes anything when its standard input is empty", async () => {
  for (
    const args of [["create", ...person("barbara", "--password-stdin")], ["set-password", "grace", "--password-stdin"]]
  ) {
    const { code, err } = await user(args, { stdin: "\n" });
    assert.equal(code, 1);
    assert.deepEqual(err, ["error: password: A password has at least 8 characters."]);
  }
  assert.equal(await rowOf("barbara"), undefined);
  assert.equal(await loginStatus("grace", people.grace.password), 200);
});

testOnPostgres(
  "user show prints one user, by name or by external id; user list --external-id finds the same",
  async () => {
    const id = await sentinel.settled("grace");
    await sentinel.db.query("test", "update users set external_id = $2 where id = $1", [id, "old\u001b[31m|7"]);
    const flag = ["--external-id", "old\u001b[31m|7"];
    const shown = await user(["show", "Grace"]);
    assert.equal(shown.code, 0);
    assert.match(
      shown.out.join("\n"),
      /^id +[0-9a-f-]{36}\nusername +grace\ne-mail address +grace@example.com \(not verified\)/,
    );
    assert.ok(shown.out.join("\n").includes("old\\u001b[31m|7"), "what a terminal would obey is escaped");
    assert.deepEqual((await user(["show", ...flag])).out, shown.out);
    const [document] = (await user(["show", "grace", "--json"])).out;
    assert.deepEqual(JSON.parse(document!), await (await sentinel.fetch(`/users/${id}`, {}, "ada")).json());
    assert.deepEqual((await user(["list", ...flag])).out, ["grace\tgrace@example.com\tuser\tactive"]);
    assert.deepEqual((await user(["list", "--external-id", "none"])).out, []);
    assert.deepEqual((await user(["show", "--external-id", "none"])).err, ["error: There is no such user."]);
    for (const args of [["show"], ["show", "grace", ...flag]]) assert.equal((await user(args)).code, 2);
    await sentinel.db.query("test", "update users set external_id = null where id = $1", [id]);
  },
);

testOnPostgres("user verify-email vouches for the address of a user, and refuses an unknown user", async () => {
  await sentinel.settled("grace");
  const verified = await user(["verify-email", "grace"]);
  assert.deepEqual(verified, { code: 0, out: ["The address grace@example.com is verified."], err: [], asked: [] });
  assert.match((await user(["show", "grace"])).out.join(), /grace@example\.com \(verified\)/);
  assert.deepEqual((await user(["verify-email", "odysseus"])).err, ["error: There is no such user."]);
  await sentinel.db.query("test", "update users set email_verified_at = null where username = 'grace'");
});

testOnPostgres("user reset-factors removes the second factors of a user, and refuses an unknown one", async () => {
  const id = await sentinel.settled("nobody");
  await newApp(sentinel, id);
  const earlier = await databaseNow();
  const reset = await user(["reset-factors", people.nobody.email]);
  assert.deepEqual(reset, { code: 0, out: ["Removed the second factors of nobody."], err: [], asked: [] });
  assert.deepEqual(await auditedSince(earlier), ["factor.reset"]);
  assert.deepEqual(await sentinel.factors.kindsOf(sentinel.db, id), []);
  assert.deepEqual((await user(["reset-factors", "odysseus"])).err, ["error: There is no such user."]);
});

testOnPostgres("user unlock resets the failed logins of an account, and refuses an unknown user", async () => {
  const settings = { SENTINEL_RATE_LIMIT: "on", SENTINEL_RATE_LIMIT_LOGIN_ACCOUNT: "2/900" };
  await using limited = await startSentinel({ settings, schema: sentinel.schema });
  const attempt = async (password: string) =>
    (await limited.fetch("/login", { form: { username: "ada", password } })).status;
  await sentinel.settled("ada");
  for (const status of [401, 401, 429]) assert.equal(await attempt("not hers"), status);
  const earlier = await databaseNow();
  const unlocked = await user(["unlock", people.ada.email]);
  const forgotten = "Unlocked ada. Addresses with too many failed logins must still wait.";
  assert.deepEqual(unlocked, { code: 0, out: [forgotten], err: [], asked: [] });
  assert.deepEqual(await auditedSince(earlier), ["user.unlocked"]);
  assert.equal(await attempt(people.ada.password), 200);
  assert.deepEqual((await user(["unlock", "odysseus"])).err, ["error: There is no such user."]);
});
