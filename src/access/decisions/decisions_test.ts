import { localActor } from "../../vocabulary/actor.ts";
import { anyRevision } from "../grants/grants.ts";
import assert from "node:assert/strict";
import { type Init, startSentinel, test } from "../../testing/harness.ts";
import { statementsOf } from "../../testing/statements/statements.ts";
import { rowCounts } from "../../testing/traffic/traces.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db, grants, principals } = sentinel;

const actor = localActor;
const withToken = (token: string) => (path: string, init: Init = {}) =>
  sentinel.fetch(path, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } });
const asAda = withToken(await sentinel.tokenOf("ada"));
const asGrace = withToken(await sentinel.tokenOf("grace"));
const [ada, grace, nobody] = [
  await sentinel.settled("ada"),
  await sentinel.settled("grace"),
  await sentinel.settled("nobody"),
];

for (const name of ["documents:read", "documents:write", "invoices:pay"]) {
  await sentinel.permissionRegistry.register(name, "", actor);
}
for (
  const [name, permissions, parents] of [["viewer", ["documents:read"], []], ["editor", ["documents:write"], [
    "viewer",
  ]]]
) {
  const role = {
    name: name as string,
    description: "",
    permissions: permissions as string[],
    parents: parents as string[],
  };
  await sentinel.roles.create(role, actor);
}
await grants.grant(grace, "editor", null, anyRevision, actor);

const question = (id: string, permission: string, more: Record<string, unknown> = {}) => {
  const [type = "", name = ""] = permission.split(":");
  return { subject: { type: "user", id }, action: { name }, resource: { type, id: "1" }, ...more };
};
const evaluate = (json: unknown, as = asAda) => as("/access/v1/evaluation", { json });
const decide = async (...args: Parameters<typeof question>) => await (await evaluate(question(...args))).json();
const explain = { context: { explain: true } };

test("POST /access/v1/evaluation allows exactly what a grant gives, directly or by inheritance", async () => {
  assert.deepEqual(await decide(grace, "documents:write"), { decision: true });
  assert.deepEqual(await decide(grace, "documents:read"), { decision: true });
  assert.deepEqual(await decide(grace, "invoices:pay"), { decision: false });
  assert.deepEqual(await decide(nobody, "documents:read"), { decision: false });
  assert.deepEqual(await decide(grace.toUpperCase(), "documents:read"), { decision: true });
});

test("T168 everything unknown is denied, even to admin, and costs no query", async () => {
  const denials = async () => {
    for (const permission of ["documents:shred", "nothing:read", "documents:Read", "a:b:c", "*:*", "documents:*"]) {
      assert.deepEqual(await decide(ada, permission), { decision: false }, permission);
    }
    for (const id of ["1", "' or 1=1", "' or 1=1--", `${ada}@`, ada.repeat(9)]) {
      assert.deepEqual(await decide(id, "documents:read"), { decision: false }, id);
    }
    for (const type of ["User", "group", "service"]) {
      const { subject, ...rest } = question(grace, "documents:read");
      assert.deepEqual(await (await evaluate({ ...rest, subject: { ...subject, type } })).json(), { decision: false });
    }
  };
  const made = [await statementsOf(denials), await statementsOf(denials)]; // news of ada's creation may come meanwhile
  assert.ok(made.some((each) => Object.keys(each).length === 0), JSON.stringify(made));
  assert.deepEqual(await decide(crypto.randomUUID(), "documents:read"), { decision: false });
});

test("admin holds every existing permission, including those of applications", async () => {
  for (const permission of ["documents:read", "invoices:pay", "users:delete"]) {
    assert.deepEqual(await decide(ada, permission), { decision: true }, permission);
  }
});

test("a failure is neither an allow nor a deny", async () => {
  principals.forgetAll();
  const { query } = db;
  db.query = () => Promise.reject(new Error("out of order"));
  try {
    await assert.rejects(async () =>
      await sentinel.decisions.decide(question(grace, "documents:read"), { seesRoles: false })
    );
  } finally {
    db.query = query;
  }
  assert.deepEqual(await decide(grace, "documents:read"), { decision: true });
});

test("context.explain shows the path from the user to the permission", async () => {
  const { decision, context } = await decide(grace, "documents:read", explain);
  assert.equal(decision, true);
  assert.deepEqual(context.explanation, {
    permission: "documents:read",
    path: [
      { type: "user", id: grace },
      { type: "grant", id: "editor", expires_at: null },
      { type: "role", id: "editor" },
      { type: "role", id: "viewer" },
      { type: "permission", id: "documents:read" },
    ],
  });
  const byRule = (await decide(ada, "invoices:pay", explain)).context.explanation.path.map(({ id }: { id: string }) =>
    id
  );
  assert.deepEqual(byRule, [ada, "admin", "admin", "invoices:pay"]);
});

test("context.explain shows what is missing, and which roles would give it", async () => {
  const lack = async (...[id, permission]: [string, string]) =>
    (await decide(id, permission, explain)).context.explanation;
  const roles = ["viewer", "editor", "admin"];
  assert.deepEqual(await lack(nobody, "documents:read"), {
    permission: "documents:read",
    missing: "grant",
    roles,
    expired: [],
  });
  assert.equal((await lack(nobody, "nothing:read")).missing, "permission");
  assert.deepEqual((await lack(nobody, "nothing:read")).roles, []);
  assert.equal((await lack(crypto.randomUUID(), "documents:read")).missing, "subject");
  await sentinel.users.setDisabled("nobody", true);
  assert.equal((await lack(nobody, "documents:read")).missing, "active_subject");
  await sentinel.users.setDisabled("nobody", false);
});

test("T169 an expired grant is in no decision, token, list or role, without any change", async () => {
  await grants.grant(nobody, "viewer", new Date(Date.now() + 3_600_000), anyRevision, actor);
  assert.deepEqual(await decide(nobody, "documents:read"), { decision: true });
  await db.query("test", "update grants set expires_at = now() - interval '1 second' where user_id = $1", [nobody]);
  principals.forgetUser(nobody);
  const { decision, context } = await decide(nobody, "documents:read", explain);
  assert.deepEqual([decision, context.explanation.missing], [false, "grant"]);
  assert.equal(context.explanation.expired[0].role, "viewer");
  const { roles, grants: all } = await (await asAda(`/users/${nobody}`)).json();
  assert.deepEqual([roles, all.length], [[], 1]);
  assert.deepEqual((await (await asAda("/users?role=viewer")).json()).items, []);
  assert.deepEqual((await (await asAda(`/users/${nobody}/permissions`)).json()).items, []);
  const { results } = await (await asAda("/access/v1/search/subject", { json: question("", "documents:read") })).json();
  assert.ok(!results.some(({ id }: { id: string }) => id === nobody));
  const { access_token } = await sentinel.login("nobody");
  assert.deepEqual(JSON.parse(atob(access_token.split(".")[1]!)).roles, []);
  await grants.revoke(nobody, "viewer", anyRevision, actor);
});

test("PUT /users/{id}/roles/{role} accepts an end in the future, and replaces it", async () => {
  const path = `/users/${nobody}/roles/viewer`;
  const ends = async () =>
    (await (await asAda(`/users/${nobody}`)).json()).grants.map((each: never) => each["expires_at"]);
  for (const expires_at of ["2020-01-01T00:00:00Z", "tomorrow", "2099-01-01", "2099-13-01T00:00:00Z", 1, ""]) {
    assert.equal((await asAda(path, { method: "PUT", json: { expires_at } })).status, 422, String(expires_at));
  }
  assert.deepEqual(await ends(), []);
  await asAda(path, { method: "PUT", json: { expires_at: "2099-01-01T02:00:00+02:00" } });
  assert.deepEqual(await ends(), ["2099-01-01T00:00:00.000Z"]);
  await asAda(path, { method: "PUT" });
  assert.deepEqual(await ends(), [null]);
  const before = await rowCounts(sentinel);
  await asAda(path, { method: "PUT" });
  assert.deepEqual(await rowCounts(sentinel), before);
  for (const gone of [204, 204]) assert.equal((await asAda(path, { method: "DELETE" })).status, gone);
  for (const nowhere of [`/users/${nobody}/roles/nothing`, `/users/${crypto.randomUUID()}/roles/viewer`]) {
    for (const method of ["PUT", "DELETE"]) assert.equal((await asAda(nowhere, { method })).status, 404, nowhere);
  }
});

test(
  "T161 a caller without decisions:evaluate can ask only about themselves, in one evaluation or several",
  async () => {
    const own = question(grace, "documents:read");
    assert.deepEqual(await (await evaluate(own, asGrace)).json(), { decision: true });
    assert.equal((await evaluate(question(ada, "documents:read"), asGrace)).status, 403);
    assert.equal((await evaluate({ ...own, subject: { type: "group", id: grace } }, asGrace)).status, 403);
    const mixed = { ...own, evaluations: [{}, { subject: { type: "user", id: ada } }] };
    assert.equal((await asGrace("/access/v1/evaluations", { json: mixed })).status, 403);
    assert.equal((await asGrace("/access/v1/search/subject", { json: own })).status, 403);
    assert.equal((await asGrace("/access/v1/search/action", { json: question(ada, "documents:read") })).status, 403);
    assert.deepEqual((await (await asGrace("/access/v1/search/action", { json: own })).json()).results, [
      { name: "read" },
      { name: "write" },
    ]);
  },
);

test("POST /access/v1/evaluations answers in order, with each of the three semantics", async () => {
  const [yes, no] = [{ resource: { type: "documents", id: "1" } }, { resource: { type: "invoices", id: "1" } }];
  const ask = async (evaluations: unknown[], evaluations_semantic?: string) => {
    const options = evaluations_semantic && { options: { evaluations_semantic } };
    const json = { subject: { type: "user", id: grace }, action: { name: "read" }, evaluations, ...options };
    const body = await (await asAda("/access/v1/evaluations", { json })).json();
    return body.evaluations.map(({ decision }: { decision: boolean }) => decision);
  };
  assert.deepEqual(await ask([yes, no, yes]), [true, false, true]);
  assert.deepEqual(await ask([yes, no, yes], "execute_all"), [true, false, true]);
  assert.deepEqual(await ask([yes, no, yes], "deny_on_first_deny"), [true, false]);
  assert.deepEqual(await ask([no, yes, yes], "permit_on_first_permit"), [false, true]);
  assert.deepEqual(await ask([yes, yes], "deny_on_first_deny"), [true, true]);
});

test("T051 X73 ignored members may be nested up to 64 levels, and deeper nesting is refused", async () => {
  const nesting = async (levels: number, innermost: string) => {
    const context = '{"a":'.repeat(levels - 1) + innermost + "}".repeat(levels - 1);
    const asked = JSON.stringify({ ...question(grace, "documents:read"), context: "deep" });
    const body = asked.replace('"deep"', context);
    const headers = { "content-type": "application/json" };
    return await asAda("/access/v1/evaluation", { method: "POST", body, headers });
  };
  const answer = await nesting(64, String.raw`"\u0061"`);
  assert.equal(answer.status, 200);
  assert.deepEqual(await answer.json(), { decision: true });
  for (const levels of [65, 8_000]) {
    const refused = await nesting(levels, String.raw`"\u0000"`);
    assert.equal(refused.status, 400);
    assert.ok((await refused.text()).length < 1_000);
  }
});

test("POST /access/v1/evaluations looks up unknown subjects once, with every semantic", async () => {
  const evaluations = Array.from({ length: 50 }, () => ({ subject: { type: "user", id: crypto.randomUUID() } }));
  const options = { evaluations_semantic: "permit_on_first_permit" };
  const json = { action: { name: "read" }, resource: { type: "documents", id: "1" }, evaluations, options };
  const made = await statementsOf(async () => {
    const body = await (await asAda("/access/v1/evaluations", { json })).json();
    assert.deepEqual(body.evaluations, Array(50).fill({ decision: false }));
  });
  assert.equal(made.find_live_users, 1);
});

test(
  "POST /access/v1/evaluations without evaluations is one evaluation, and only incomplete evaluations are denied",
  async () => {
    const whole = question(grace, "documents:read");
    for (const more of [{}, { evaluations: [] }]) {
      const body = await (await asAda("/access/v1/evaluations", { json: { ...whole, ...more } })).json();
      assert.deepEqual(body, { decision: true });
    }
    const { action: _, ...partial } = whole;
    assert.equal((await asAda("/access/v1/evaluations", { json: partial })).status, 400);
    const json = { ...partial, evaluations: [{}, { action: { name: "read" } }] };
    const { evaluations } = await (await asAda("/access/v1/evaluations", { json })).json();
    assert.deepEqual([evaluations[0].decision, evaluations[0].context.error.status], [false, 400]);
    assert.deepEqual(evaluations[1], { decision: true });
  },
);

test("AuthZEN's errors are 400 and 401, X-Request-ID is echoed, and unknown members are ignored", async () => {
  const whole = question(grace, "documents:read");
  const wrong = [{}, [], null, { ...whole, subject: 1 }, { ...whole, subject: { type: "user" } }];
  for (const json of wrong) assert.equal((await evaluate(json)).status, 400, JSON.stringify(json));
  const unknown = { ...whole, options: { evaluations_semantic: "perhaps" }, evaluations: [{}] };
  assert.equal((await asAda("/access/v1/evaluations", { json: unknown })).status, 400);
  assert.equal((await sentinel.fetch("/access/v1/evaluation", { json: whole })).status, 401);
  const context = { explain: { of: "the caller's own" } };
  assert.deepEqual(await (await evaluate({ ...whole, context })).json(), { decision: true });
  const headers = { "x-request-id": "bfe9eb29-ab87-4ca3-be83-a1d5d8305716" };
  const json = { ...whole, subject: { ...whole.subject, properties: { department: "Navy" } }, extra: true };
  const answer = await asAda("/access/v1/evaluation", { json, headers });
  assert.equal(answer.headers.get("x-request-id"), headers["x-request-id"]);
  assert.deepEqual(await answer.json(), { decision: true });
});

test("AuthZEN's X-Request-ID is echoed unchanged, and only a well-formed one is logged", async () => {
  const ask = (id: string, path = "/access/v1/evaluation") =>
    asAda(path, { json: question(grace, "documents:read"), headers: { "x-request-id": id } });
  const echoed = async (...asked: Parameters<typeof ask>) => (await ask(...asked)).headers.get("x-request-id");
  const loose = ['{"a": "canary"}/=+;,', "canary of spaces", `canary${"x".repeat(194)}`];
  for (const id of loose) {
    assert.equal(await echoed(id), id);
    const refused = await sentinel.fetch("/access/v1/evaluations", { json: {}, headers: { "x-request-id": id } });
    assert.deepEqual([refused.status, refused.headers.get("x-request-id")], [401, id]);
    assert.match((await refused.json()).request_id, /^[\w-]{1,64}$/);
    assert.notEqual(await echoed(id, "/permissions"), id);
  }
  for (const id of [`canary${"x".repeat(195)}`, "canary\x7f", "canary\xe9"]) assert.notEqual(await echoed(id), id);
  assert.doesNotMatch(await sentinel.logs(), /canary/);
});

test("POST /access/v1/search/subject and /action return all results, page by page", async () => {
  await grants.grant(nobody, "viewer", null, anyRevision, actor);
  const all = async (path: string, json: Record<string, unknown>) => {
    const found: { id?: string; name?: string }[] = [];
    for (let token: string | undefined = ""; token !== undefined;) {
      const { results, page } = await (await asAda(path, { json: { ...json, page: { limit: 1, token } } })).json();
      found.push(...results);
      token = page.next_token || undefined;
    }
    return found;
  };
  const subjects = await all(
    "/access/v1/search/subject",
    question("", "documents:read", { subject: { type: "user" } }),
  );
  assert.deepEqual(new Set(subjects.map(({ id }) => id)), new Set([ada, grace, nobody]));
  const actions = await all("/access/v1/search/action", question(grace, "documents:"));
  assert.deepEqual(actions, [{ name: "read" }, { name: "write" }]);
  assert.deepEqual(await all("/access/v1/search/action", question(crypto.randomUUID(), "documents:")), []);
  assert.deepEqual(
    await all("/access/v1/search/subject", question("", "nothing:read", { subject: { type: "user" } })),
    [],
  );
  const misplaced = { ...question(grace, "documents:"), page: { token: "bm90IG9uZSBvZiBvdXJzIGF0IGFsbA" } };
  assert.equal((await asAda("/access/v1/search/action", { json: misplaced })).status, 400);
  await grants.revoke(nobody, "viewer", anyRevision, actor);
});

test("AuthZEN's page token is valid for its own search, and a limit of 0 returns nothing", async () => {
  const search = (page: unknown, resource = { type: "documents", id: "1" }) =>
    asAda("/access/v1/search/action", { json: { ...question(grace, "documents:"), resource, page } });
  const { page: { next_token: token } } = await (await search({ limit: 1 })).json();
  const none = await (await search({ limit: 0, token })).json();
  assert.deepEqual(none, { results: [], page: { next_token: token } });
  assert.equal((await search({ limit: 1, token })).status, 200);
  assert.equal((await search({ limit: 2, token })).status, 400);
  assert.equal((await search({ limit: 1, token }, { type: "documents", id: "2" })).status, 400);
  assert.equal((await search({ limit: -1 })).status, 400);
});

test("GET /.well-known/authzen-configuration lists the endpoints with the public URL", async () => {
  const metadata = await (await sentinel.fetch("/.well-known/authzen-configuration")).json();
  assert.equal(metadata.policy_decision_point, "http://localhost:8000");
  for (const [name, url] of Object.entries(metadata)) {
    if (name === "policy_decision_point") continue;
    const { pathname } = new URL(url as string);
    assert.equal((await asAda(pathname, { json: {} })).status, 400, pathname);
  }
});

test("a decision about a user in memory costs no query, about any other one", async () => {
  await decide(grace, "documents:read");
  const known = await statementsOf(async () => {
    for (let i = 0; i < 3; i++) await decide(grace, "documents:read", explain);
  });
  assert.deepEqual(known, {});
  principals.forgetUser(grace);
  const evaluations = Array.from({ length: 10 }, () => ({}));
  const json = { ...question(grace, "documents:read"), evaluations };
  assert.deepEqual(await statementsOf(() => asAda("/access/v1/evaluations", { json })), { find_live_users: 1 });
});

test(
  "decisions about several users who are not in memory cost one query, and each is about the right user",
  async () => {
    principals.forgetAll();
    await decide(ada, "documents:read"); // and the graph
    const subjects = [grace, nobody, crypto.randomUUID(), grace.toUpperCase()].map((id) => ({
      subject: { type: "user", id },
    }));
    const { action, resource } = question("", "documents:read");
    const json = { action, resource, evaluations: subjects };
    const made = await statementsOf(async () => {
      const { evaluations } = await (await asAda("/access/v1/evaluations", { json })).json();
      assert.deepEqual(evaluations.map((each: { decision: boolean }) => each.decision), [true, false, false, true]);
    });
    assert.deepEqual(made, { find_live_users: 1 });
  },
);

test(
  "questions that decisions accept without the schema are accepted by the schema too, with the same answer",
  async () => {
    const authorization = `Bearer ${await sentinel.tokenOf("ada")}`;
    const words = [undefined, null, "", "x", 1, [], {}, "user"];
    const parts = (word: unknown) => [
      { subject: { type: word, id: grace }, action: { name: "read" }, resource: { type: "documents", id: "1" } },
      { subject: { type: "user", id: word }, action: { name: "read" }, resource: { type: "documents", id: word } },
      { subject: word, action: { name: word, properties: word }, resource: word },
      {
        subject: { type: "user", id: grace },
        action: { name: "read" },
        resource: { type: "documents", id: "1" },
        context: word,
      },
    ];
    for (const each of words.flatMap(parts)) {
      // An escape forces the use of the schema: the answers must be the same.
      const plain = JSON.stringify(each);
      const escaped = plain.replace('"name"', '"\\u006eame"').replace('"subject"', '"\\u0073ubject"');
      for (const path of ["evaluation", "evaluations"]) {
        const [one, other] = await Promise.all([plain, escaped].map(async (body) => {
          const text = path === "evaluations" ? `{"evaluations":[${body}]}` : body;
          const headers = { "content-type": "application/json", authorization };
          const response = await sentinel.fetch(`/access/v1/${path}`, { method: "POST", headers, body: text });
          const { request_id: _id, ...answer } = await response.json();
          return { status: response.status, answer };
        }));
        assert.deepEqual(one, other, plain);
      }
    }
  },
);
