import type { Principal, PrincipalUser } from "../../vocabulary/actor.ts";
import type { Db } from "../../platform/db/db.ts";
import { createDecisions } from "./decisions.ts";
import { createEvaluations } from "./evaluations.ts";
import type { PrincipalCache } from "../principals/principal_cache.ts";
import type { RoleRow } from "../roles/role_store.ts";
import { createPermissionEvaluator } from "../roles/permission_evaluator.ts";

const depth = 10;
const roleCount = 10_000;

/** Lines of ten roles, each inheriting from the one before it; of each permission one role is the holder. */
const rows: RoleRow[] = Array.from({ length: roleCount }, (_, n) => ({
  name: `role-${n}`,
  mfa_required: false,
  permissions: [`document-${n}:read`],
  parents: n % depth === 0 ? [] : [`role-${n - 1}`],
}));
const permissions = rows.flatMap((row) => row.permissions.map((name) => ({ name })));
const db: Db = {
  query: <Row>(name: string) => Promise.resolve((name === "list_roles" ? rows : permissions) as Row[]),
};

const ada: PrincipalUser = {
  id: "019a0000-0000-7000-8000-000000000001",
  kind: "person",
  username: "ada",
  email: "ada@example.com",
  email_verified: true,
  created_at: "2026-01-01T00:00:00.000Z",
  disabled: false,
  has_factor: false,
  grants: ["user", "role-5", "role-105", "role-209"].map((role) => ({ role, expires_at: null })),
};
const principals = { knownUser: (id: string) => id === ada.id ? ada : undefined } as Partial<
  PrincipalCache
> as PrincipalCache;
const evaluator = createPermissionEvaluator({ db, clock: { now: () => 0 }, cacheValidity: { trusted: true } });
await evaluator.graph();
const decisions = createDecisions({ db, principals, evaluator, countDecision: () => {} });

const ask = (document: number, explain = false) => ({
  subject: { type: "user", id: ada.id },
  action: { name: "read" },
  resource: { type: `document-${document}`, id: "1" },
  context: { explain },
});
const asker = { seesRoles: true };
const [own, inherited, denied, explained] = [ask(5), ask(200), ask(9_999), ask(200, true)];
if (!(await decisions.decide(inherited, asker)).decision || (await decisions.decide(denied, asker)).decision) {
  throw new Error("what is measured is wrong");
}

/** As many as one request usually asks. */
const batch = { evaluations: Array.from({ length: 100 }, (_, n) => ask(n)) };
const caller: Principal = {
  user: ada,
  session: {
    id: "019a0000-0000-7000-8000-000000000002",
    user_id: ada.id,
    kind: "api",
    client_id: null,
    revoked: false,
    expires_at: Infinity,
    auth_time: 0,
    aal: 1,
  },
};
const byValues = createEvaluations({ decisions });
const byPromises = createEvaluations({
  decisions: { ...decisions, decide: async (question, asker) => await decisions.decide(question, asker) },
});

Deno.bench({
  name: "each a promise",
  group: "a hundred decisions of one request",
  baseline: true,
  fn: async () => void await byPromises.evaluateSeveral(batch, caller),
});
Deno.bench({
  name: "each a value if memory has the subject",
  group: "a hundred decisions of one request",
  fn: async () => void await byValues.evaluateSeveral(batch, caller),
});

Deno.bench({
  name: "yes: a role of hers holds it",
  group: "decision, subject in memory",
  baseline: true,
  fn: async () => void await decisions.decide(own, asker),
});
Deno.bench({
  name: "yes: the last of her four roles inherits it from the tenth in line",
  group: "decision, subject in memory",
  fn: async () => void await decisions.decide(inherited, asker),
});
Deno.bench({
  name: "no: none of her four roles gives it",
  group: "decision, subject in memory",
  fn: async () => void await decisions.decide(denied, asker),
});
Deno.bench({
  name: "yes, and why",
  group: "decision, subject in memory",
  fn: async () => void await decisions.decide(explained, asker),
});
