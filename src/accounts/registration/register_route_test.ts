import { localActor } from "../../vocabulary/actor.ts";
import assert from "node:assert/strict";
import { type Init, startSentinel, test, testOnPostgres } from "../../testing/harness.ts";
import { rowCounts } from "../../testing/traffic/traces.ts";

const sentinel = await startSentinel({ cheapHashes: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

let registered = 0;

/** The names and password of a new user. */
function newcomer(changes: Record<string, unknown> = {}) {
  const username = `person${++registered}`;
  return { username, email: `${username}@example.com`, password: "a long enough password", ...changes };
}

const register = (json: unknown, as?: "ada" | "grace" | "nobody") => sentinel.fetch("/register", { json }, as);

/** Sends exactly this body. */
const registerText = (body: string, type = "application/json") =>
  sentinel.fetch("/register", {
    method: "POST",
    body: new TextEncoder().encode(body),
    headers: { "content-type": type },
  });

const withToken = (token: string): Init => ({ headers: { authorization: `Bearer ${token}` } });

/** The problem of the answer: its code, and the pointer and code of each error. */
async function problemOf(response: Response) {
  const { type, errors = [] } = await response.json();
  return {
    code: type.replace("/problems/", ""),
    errors: errors.map(({ pointer, code }: Fault) => `${pointer} ${code}`),
  };
}
type Fault = { pointer: string; code: string };

/** Fails if `work` adds a row to any table. */
async function leavesNoTrace(work: () => Promise<void>, { db } = sentinel): Promise<void> {
  const before = await rowCounts({ db });
  await work();
  assert.deepEqual(await rowCounts({ db }), before);
}

/** The user's row in the database. */
async function userRow(id: string) {
  const [row] = await sentinel.db.query<Record<string, string>>(
    "find_user",
    `select u.*, array(select role from grants where user_id = u.id order by role) as roles from users u where id = $1`,
    [id],
  );
  return row;
}

const eventsOf = (id: string) =>
  sentinel.db.query<Record<string, string | null>>(
    "list_events",
    "select action, outcome, actor_id from audit_events where subject_id = $1",
    [id],
  );

const countUsers = async (where: string, params: unknown[]) => {
  const [row] = await sentinel.db.query<{ count: number }>(
    "count_users",
    `select count(*)::int as count from users where ${where}`,
    params,
  );
  return row!.count;
};

test("POST /register answers 201 with the person and the Location, and starts no session", async () => {
  const person = newcomer();
  const before = await rowCounts(sentinel);
  const response = await register(person);
  assert.equal(response.status, 201);
  const text = await response.text();
  const { id, created_at, ...rest } = JSON.parse(text);
  assert.deepEqual(rest, {
    username: person.username,
    email: person.email,
    email_verified: false,
    roles: ["user"],
  });
  assert.equal(new Date(created_at).toISOString(), created_at);
  assert.equal(response.headers.get("location"), `/users/${id}`);
  assert.equal(response.headers.get("cache-control"), "no-store");
  assert.ok(!text.includes(person.password));
  assert.ok(!text.includes("argon2"));
  assert.deepEqual(await rowCounts(sentinel), {
    ...before,
    users: before.users! + 1,
    grants: before.grants! + 1,
    audit_events: before.audit_events! + 1,
  });
});

test("POST /register stores an argon2id hash of the policy and records one event without an actor", async () => {
  const { id } = await (await register(newcomer())).json();
  const { password_hash, password_scheme, roles } = (await userRow(id))!;
  assert.match(password_hash!, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  assert.equal(password_scheme, "$argon2id$v=19$m=19456,t=2,p=1");
  assert.deepEqual(roles, ["user"]);
  assert.deepEqual(await eventsOf(id), [{ action: "user.registered", outcome: "success", actor_id: null }]);
});

test("T046 POST /register refuses unknown members, and without them gives the default role", async () => {
  const members = [
    "roles",
    "permissions",
    "isAdmin",
    "is_admin",
    "id",
    "email_verified",
    "status",
    "tenant_id",
    "created_at",
    "password_hash",
    "failed_attempts",
    "disabled_at",
  ];
  await leavesNoTrace(async () => {
    for (const member of members) {
      for (const value of ["admin", ["admin"], true]) {
        const response = await register(newcomer({ [member]: value }));
        assert.equal(response.status, 422);
        assert.deepEqual(await problemOf(response), {
          code: "invalid_request",
          errors: [`#/${member} unrecognized_keys`],
        });
      }
    }
  });
  const { username, ...person } = newcomer();
  assert.equal((await register({ username, ...person })).status, 201);
  const { access_token } = await (await sentinel.fetch("/login", { form: { username, password: person.password } }))
    .json();
  const me = await (await sentinel.fetch("/users/me", withToken(access_token))).json();
  assert.deepEqual(me.roles, ["user"]);
});

test("T048 POST /register reads no role from a nested object, a list or a form", async () => {
  await leavesNoTrace(async () => {
    for (
      const member of [
        { user: { role: "admin" } },
        { profile: { role: "admin" } },
        { "user.role": "admin" },
        {
          "role[]": "admin",
        },
        { role: ["admin"] },
        { role: { name: "admin" } },
      ]
    ) {
      assert.equal((await register(newcomer(member))).status, 422);
    }
    const { username, email, password } = newcomer();
    for (const name of ["role[]", "user.role", "role"]) {
      const form = { username, email, password, [name]: "admin" };
      assert.equal((await sentinel.fetch("/register", { form })).status, 415);
    }
  });
});

test("T049 POST /register is not affected by names of Object's own members", async () => {
  const { username, email, password } = newcomer();
  const inner = JSON.stringify({ username, email, password }).slice(1, -1);
  await leavesNoTrace(async () => {
    for (
      const member of [
        `"__proto__":{"role":"admin"}`,
        `"__proto__":null`,
        `"constructor":{"prototype":{"role":"admin"}}`,
        `"constructor.prototype":"admin"`,
        `"toString":"x"`,
        `"hasOwnProperty":1`,
      ]
    ) {
      assert.equal((await registerText(`{${inner},${member}}`)).status, 422, member);
    }
    for (const nested of [`{"__proto__":{"role":"admin"}}`, `{"constructor":{"prototype":{}}}`, `{"toString":"x"}`]) {
      assert.equal((await registerText(`{${inner},"role":${nested}}`)).status, 422, nested);
    }
  });
  const { id, roles } = await (await register({ username, email, password })).json();
  assert.deepEqual(roles, ["user"]);
  assert.deepEqual((await userRow(id))!.roles, ["user"]);
  assert.equal(Object.hasOwn(Object.prototype, "role"), false);
});

test("T057 T058 T059 POST /register refuses a lone surrogate and NUL in every member", async () => {
  await leavesNoTrace(async () => {
    for (const member of ["username", "email", "password", "role"]) {
      for (const text of ["person\ud800@example.com", "person\udc00 and more", "person\u0000@example.com", "\u0000"]) {
        const { username, ...rest } = newcomer({ [member]: text });
        // JSON.stringify escapes lone surrogates, so they arrive as they are.
        const response = await register({ username, ...rest });
        assert.equal(response.status, 422, `${member} ${JSON.stringify(text)}`);
        const { errors } = await problemOf(response);
        assert.ok(errors.every((error: string) => error.startsWith(`#/${member} `)), errors.join());
      }
    }
  });
});

test("T062 POST /register accepts passwords of 64 and 128 characters and of 1024 bytes, but not of 1025", async () => {
  const start = "warm rain and cold brew ";
  for (const filled of [40, 104, 1000].map((length) => "p".repeat(length)).concat("€".repeat(333) + "p")) {
    const password = start + filled;
    assert.equal((await register(newcomer({ password }))).status, 201);
  }
  await leavesNoTrace(async () => {
    for (const password of ["p".repeat(1025), "€".repeat(341) + "pp"]) {
      const response = await register(newcomer({ password }));
      assert.equal(response.status, 422);
      assert.deepEqual((await problemOf(response)).errors, ["#/password password_too_long"]);
    }
  });
});

test("T063 POST /register counts 8 characters of any kind, and has no composition rules", async () => {
  for (const password of ["k3jh4g5f", "93817462", "🐎🐇🦔🐢🐙🦉🐝🐞", " qx 7 kvz ", " q7kzr! ", "kq zx wv"]) {
    assert.equal((await register(newcomer({ password }))).status, 201, password);
  }
  await leavesNoTrace(async () => {
    for (const password of ["abcdefg", "🐎🐎🐎🐎🐎🐎🐎", "", "cafe\u0301abc", "       "]) {
      const response = await register(newcomer({ password }));
      assert.equal(response.status, 422, password);
      assert.deepEqual((await problemOf(response)).errors, ["#/password password_too_short"]);
    }
  });
});

test("POST /register refuses common passwords and the user's own names, whatever surrounds them", async () => {
  const email = "augusta.king@example.com";
  const cases: [password: string, code: string][] = [
    ["12345678", "password_common"],
    ["PassWord1", "password_common"],
    ["ｐａｓｓｗｏｒｄ１", "password_common"],
    ["Augusta-King", "password_is_name"],
    [email, "password_is_name"],
    ["augusta.king12345678", "password_guessable"],
    ["augusta-king x7q9k", "password_is_name"],
  ];
  await leavesNoTrace(async () => {
    for (const [password, code] of cases) {
      const response = await register({ username: "augusta-king", email, password });
      assert.equal(response.status, 422, password);
      assert.deepEqual((await problemOf(response)).errors, [`#/password ${code}`]);
    }
  });
  const good = { username: "augusta-king", email, password: "augusta-king of the analytical engine" };
  assert.equal((await register(good)).status, 201);
});

test(
  "X11 POST /register and POST /users refuse mixed scripts, reserved names and UUIDs; an operator may use a reserved one",
  async () => {
    const { access_token } = await sentinel.login("ada");
    const headers = { authorization: `Bearer ${access_token}` };
    const before = await rowCounts(sentinel);
    const cases = [
      ["gr\u0430ce", "invalid_username"],
      ["r\u03bfot", "invalid_username"],
      ["01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e", "invalid_username"],
      ["admin", "reserved_username"],
      ["Root", "reserved_username"],
      ["null", "reserved_username"],
    ];
    for (const [username, code] of cases) {
      for (const [path, init] of [["/register", {}], ["/users", { headers }]] as const) {
        const response = await sentinel.fetch(path, { ...init, json: newcomer({ username: username! }) });
        assert.equal(response.status, 422, username!);
        assert.deepEqual((await response.json()).errors.map((error: { code: string }) => error.code), [code]);
      }
    }
    assert.deepEqual(await rowCounts(sentinel), before);
    const actor = localActor;
    const { username } = await sentinel.registrations.create({ ...newcomer(), username: "support" }, ["user"], actor);
    assert.equal(username, "support");
  },
);

test("X15 POST /register accepts one mailbox once, in Unicode or Punycode, and both log in", async () => {
  const person = newcomer({ username: "munich", email: "j1@münchen.example" });
  assert.equal((await register(person)).status, 201);
  const twin = await register({ ...person, username: "munich2", email: "J1@xn--mnchen-3ya.example" });
  assert.equal((await problemOf(twin)).code, "email_taken");
  for (const username of ["j1@münchen.example", "j1@xn--mnchen-3ya.example"]) {
    assert.equal((await sentinel.fetch("/login", { form: { username, password: person.password } })).status, 200);
  }
});

testOnPostgres("T063 POST /register requires as many characters as SENTINEL_PASSWORD_MIN_LENGTH says", async () => {
  await using strict = await startSentinel({ settings: { SENTINEL_PASSWORD_MIN_LENGTH: "15" } });
  await leavesNoTrace(async () => {
    const response = await strict.fetch("/register", { json: newcomer({ password: "fourteen chars" }) });
    assert.equal(response.status, 422);
    assert.match((await response.json()).errors[0].detail, /15/);
  }, strict);
  assert.equal((await strict.fetch("/register", { json: newcomer({ password: "fifteen chars.." }) })).status, 201);
});

test("T066 T069 T072 POST /register refuses invalid e-mail addresses and usernames, and names the member", async () => {
  const bad = [
    { email: "a@b.c\r\nBcc: x@y" },
    { email: "a@b.co,e@v.il" },
    { email: '"x" <e@v.il>' },
    { email: "a@[127.0.0.1]" },
    { email: `${"a".repeat(65)}@example.com` },
    { email: `a@${"b.".repeat(125)}com` },
    { email: "a@b..co" },
    { email: "a@example.com." },
    { email: "a@b.co＠evil.io" },
    { email: " a@example.com" },
    { email: "a@example.com\n" },
    { username: " ada" },
    { username: "ada\t" },
    { username: "ada\n" },
    { username: "ad" },
    { username: "a".repeat(65) },
  ];
  await leavesNoTrace(async () => {
    for (const change of bad) {
      const response = await register(newcomer(change));
      assert.equal(response.status, 422, JSON.stringify(change));
      const [member] = Object.keys(change);
      assert.deepEqual((await problemOf(response)).errors, [`#/${member} invalid_${member}`]);
    }
  });
});

test("POST /register reports all errors at once and repeats no value", async () => {
  const response = await register({ username: "a b", email: "nobody at all", password: "hunter2" });
  const text = await response.text();
  assert.equal(response.status, 422);
  assert.deepEqual(JSON.parse(text).errors.map(({ pointer }: Fault) => pointer), [
    "#/username",
    "#/email",
    "#/password",
  ]);
  for (const sent of ["a b", "nobody at all", "hunter2"]) assert.ok(!text.includes(sent));
});

test("T073 POST /register refuses values that are not strings", async () => {
  await leavesNoTrace(async () => {
    for (const member of ["username", "email", "password", "role"]) {
      for (const value of [{ $gt: "" }, ["a@b.co"], 1, true, null]) {
        const response = await register(newcomer({ [member]: value }));
        assert.equal(response.status, 422);
        assert.deepEqual((await problemOf(response)).errors, [`#/${member} invalid_type`]);
      }
    }
  });
});

test("T067 T068 POST /register refuses names that are equal to existing ones in canonical form", async () => {
  const same: [one: string, other: string][] = [
    ["alice", "ALICE"],
    ["karl", "\u212aarl"],
    ["samuel", "\u017famuel"],
    ["grosse", "gro\u00dfe"],
    ["strasse", "stra\u1e9ee"],
    ["finn", "\ufb01nn"],
    ["adele", "\uff41dele"],
    ["ren\u00e9", "rene\u0301"],
  ];
  for (const [one, other] of same) {
    const email = `${one}@example.com`;
    assert.equal((await register(newcomer({ username: one, email }))).status, 201);
    await leavesNoTrace(async () => {
      const byName = await register(newcomer({ username: other }));
      assert.equal(byName.status, 409, other);
      assert.equal((await problemOf(byName)).code, "username_taken");
      const byEmail = await register(newcomer({ email: `${other}@EXAMPLE.com` }));
      assert.equal(byEmail.status, 409, other);
      assert.equal((await problemOf(byEmail)).code, "email_taken");
    });
  }
});

test("T068 POST /register does not treat İ as i, because names have no such mark", async () => {
  await leavesNoTrace(async () => {
    assert.equal((await register(newcomer({ username: "\u0130lker" }))).status, 422);
    assert.equal((await register(newcomer({ email: "\u0130lker@example.com" }))).status, 422);
  });
});

test("POST /register keeps both names as they were typed", async () => {
  const person = newcomer({ username: "Augusta.Ada", email: "Augusta.Ada@Example.COM" });
  const { id, username, email } = await (await register(person)).json();
  assert.deepEqual([username, email], ["Augusta.Ada", "Augusta.Ada@Example.COM"]);
  const { username_canonical, email_canonical } = (await userRow(id))!;
  assert.deepEqual([username_canonical, email_canonical], ["augusta.ada", "augusta.ada@example.com"]);
});

test("T071 POST /register never accepts an e-mail address as a username", async () => {
  const { email } = await (await register(newcomer())).json();
  await leavesNoTrace(async () => {
    for (const username of [email, email.toUpperCase(), email.replace("@", "＠")]) {
      assert.equal((await register(newcomer({ username }))).status, 422, username);
    }
  });
});

test("T074 T081 POST /register treats SQL and templates as text", async () => {
  for (const password of ["' OR 1=1--", "'; select pg_sleep(5)--", "${7*7}{{7*7}}%s%n"]) {
    const { id } = await (await register(newcomer({ password }))).json();
    assert.equal(await countUsers("id = $1", [id]), 1);
  }
  for (const local of ["{{7*7}}", "${7*7}", "o'--", "%s%n", "'/**/or/**/1=1"]) {
    const email = `${local}@example.com`;
    const { id, email: answered } = await (await register(newcomer({ email }))).json();
    assert.equal(answered, email);
    assert.equal((await userRow(id))!.email, email);
  }
  await leavesNoTrace(async () => {
    for (const username of ["' OR 1=1--", "'; drop table users--", "{{7*7}}", "${7*7}", "%s%n"]) {
      assert.equal((await register(newcomer({ username }))).status, 422);
    }
  });
});

test("POST /register gives the role user on request, and no other role to an anonymous caller", async () => {
  const { roles } = await (await register(newcomer({ role: "user" }))).json();
  assert.deepEqual(roles, ["user"]);
  await leavesNoTrace(async () => {
    for (const role of ["admin", "superuser", "Admin", "user ", "", "' OR 1=1--"]) {
      const response = await register(newcomer({ role }));
      assert.equal(response.status, 403, role);
      assert.equal((await problemOf(response)).code, "forbidden");
    }
  });
});

test("POST /register answers an anonymous caller alike for existing and unknown roles", async () => {
  const details = await Promise.all(["admin", "nadmi"].map(async (role) => {
    const { detail } = await (await register(newcomer({ role }))).json();
    return detail.replace(role, "");
  }));
  assert.equal(details[0], details[1]);
});

test("POST /register gives no role beyond user to callers without roles:grant", async () => {
  for (const person of ["grace", "nobody"] as const) {
    const { access_token } = await sentinel.login(person);
    await leavesNoTrace(async () => {
      for (const role of ["admin", "superuser"]) {
        const response = await sentinel.fetch("/register", { json: newcomer({ role }), ...withToken(access_token) });
        assert.equal(response.status, 403, role);
      }
    });
    const answer = await sentinel.fetch("/register", { json: newcomer({ role: "user" }), ...withToken(access_token) });
    assert.deepEqual((await answer.json()).roles, ["user"]);
  }
});

test("POST /register by ada gives a role that she holds, and records it", async () => {
  const ada = await sentinel.settled("ada");
  const response = await register(newcomer({ role: "admin" }), "ada");
  assert.equal(response.status, 201);
  const { id, roles } = await response.json();
  assert.deepEqual(roles, ["admin", "user"]);
  assert.deepEqual((await userRow(id))!.roles, ["admin", "user"]);
  assert.deepEqual(await eventsOf(id), [{ action: "user.registered", outcome: "success", actor_id: ada }]);
});

test("POST /register by ada refuses a role that does not exist", async () => {
  const { access_token } = await sentinel.login("ada");
  await leavesNoTrace(async () => {
    for (const role of ["superuser", "Admin", "", "__proto__", "toString"]) {
      const response = await sentinel.fetch("/register", { json: newcomer({ role }), ...withToken(access_token) });
      assert.equal(response.status, 422, role);
      assert.deepEqual((await problemOf(response)).errors, ["#/role unknown_role"]);
    }
  });
});

test("POST /register lets a caller who is no administrator grant only what the caller holds", async () => {
  await sentinel.db.query(
    "insert_roles",
    `with made as (insert into roles (name) values ('clerk'), ('auditor') returning name)
     insert into role_permissions values ('clerk', 'roles:grant'), ('auditor', 'admin_area:enter')`,
  );
  sentinel.evaluator.forget();
  const clerk = { username: "bob.clerk", email: "bob.clerk@example.com", password: "four and twenty" };
  await sentinel.registrations.create(clerk, ["clerk"], localActor);
  const { username, password } = clerk;
  const { access_token } = await (await sentinel.fetch("/login", { form: { username, password } })).json();
  const statusFor = async (role: string) =>
    (await sentinel.fetch("/register", { json: newcomer({ role }), ...withToken(access_token) })).status;
  await leavesNoTrace(async () => {
    assert.equal(await statusFor("admin"), 403);
    assert.equal(await statusFor("auditor"), 403);
  });
  assert.equal(await statusFor("clerk"), 201);
});

test("POST /register by an administrator whose grant has expired gives no role", async () => {
  const former = { username: "former.admin", email: "former.admin@example.com", password: "once upon a time" };
  const { id } = await sentinel.registrations.create(former, ["admin"], localActor);
  await sentinel.db.query("end_grant", "update grants set expires_at = now() - interval '1 s' where user_id = $1", [
    id,
  ]);
  const { username, password } = former;
  const { access_token } = await (await sentinel.fetch("/login", { form: { username, password } })).json();
  await leavesNoTrace(async () => {
    const response = await sentinel.fetch("/register", {
      json: newcomer({ role: "admin" }),
      ...withToken(access_token),
    });
    assert.equal(response.status, 403);
  });
});

test("POST /register with an invalid token is refused, even for the role user", async () => {
  await leavesNoTrace(async () => {
    const response = await sentinel.fetch("/register", { json: newcomer(), ...withToken("not.a.token") });
    assert.equal(response.status, 401);
    assert.equal((await problemOf(response)).code, "invalid_token");
  });
});

test("POST /register is counted by its outcome", async () => {
  const counted = async (outcome: string) => {
    const text = await (await sentinel.fetch("/metrics")).text();
    return Number(new RegExp(`^sentinel_registrations_total\\{outcome="${outcome}"\\} (\\d+)$`, "m").exec(text)?.[1]);
  };
  const before = [await counted("succeeded"), await counted("taken")];
  const person = newcomer();
  await register(person);
  await register(person);
  await register({ ...person, username: "ab" });
  assert.deepEqual([await counted("succeeded"), await counted("taken")], [before[0]! + 1, before[1]! + 1]);
});

testOnPostgres("T061 POST /register under bcrypt keeps all 73 bytes of a password", async () => {
  await using old = await startSentinel({
    settings: { SENTINEL_PASSWORD_HASH: "bcrypt", SENTINEL_BCRYPT_COST: "10" },
  });
  const start = "日月火水木金土山川田口目手足耳人子女男犬猫鳥魚花"; // 72 bytes
  const person = newcomer({ password: start + "x" });
  assert.equal((await old.fetch("/register", { json: person })).status, 201);
  const statusWith = async (password: string) =>
    (await old.fetch("/login", { form: { username: person.username, password } })).status;
  assert.equal(await statusWith(start + "x"), 200);
  assert.equal(await statusWith(start + "y"), 401);
  assert.equal(await statusWith(start), 401);
});

test("F21 no sorted text follows the locale of the cluster", async () => {
  const found = await sentinel.db.query<{ column: string }>(
    "test",
    `select table_name || '.' || column_name as column from information_schema.columns
     where table_schema = current_schema() and data_type = 'text' and collation_name is distinct from 'C'
       and column_name <> all($1)`,
    [["checksum", "description", "ip", "state", "user_agent"]], // equal or not, whatever the locale; never sorted
  );
  assert.deepEqual(found.map(({ column }) => column), []);
});
