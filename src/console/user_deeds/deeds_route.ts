import { z } from "@hono/zod-openapi";
import type { Users } from "../../accounts/users/users.ts";
import type { UserFactors } from "../../accounts/factors/user_factors.ts";
import { requireRevision } from "../../accounts/users/user_revision.ts";
import type { Grants } from "../../access/grants/grants.ts";
import type { PermissionEvaluator } from "../../access/roles/permission_evaluator.ts";
import type { PrincipalCache } from "../../access/principals/principal_cache.ts";
import type { ApiKeys } from "../../credentials/api_keys/api_keys.ts";
import type { Factors } from "../../credentials/factors/factors.ts";
import {
  form,
  formPage,
  Id,
  inConsole,
  operation,
  page,
  problems,
  resource,
  RoleReference,
} from "../../http/contract/contract.ts";
import { onward } from "../../http/pages/frame.ts";
import type { Db } from "../../platform/db/db.ts";
import { type Expected, expectedBy, revisionOf } from "../../platform/revision.ts";
import type { SessionLists } from "../../sessions/sessions/session_lists.ts";
import type { SessionRevocation } from "../../sessions/sessions/session_revocation.ts";
import type { Actor } from "../../vocabulary/actor.ts";
import type { Permission } from "../../vocabulary/dictionary.ts";
import { shownName } from "../../vocabulary/identifiers.ts";
import { lossOf } from "./access_change.ts";
import { type Concerned, countedMax, type DeedName, deedNames } from "./deed.ts";
import { deedPage } from "./deed_page.ts";
import { deedTexts } from "./deed_texts.ts";

export interface DeedDeps {
  users: Users;
  db: Db;
  factors: Factors;
  userFactors: UserFactors;
  grants: Grants;
  apiKeys: ApiKeys;
  sessionLists: SessionLists;
  sessionRevocation: SessionRevocation;
  principals: PrincipalCache;
  evaluator: PermissionEvaluator;
}

/** The role or the key that a deed is about. */
type Thing = { role?: string | undefined; key?: string | undefined };

type Deed = {
  summary: string;
  permission: Permission;
  isFresh?: true;
  perform: (deps: DeedDeps, id: string, thing: Thing, expected: Expected, actor: Actor) => Promise<unknown>;
};

const person = (id: string) => ({ id, kind: "person" }) as const;

const deeds: Record<DeedName, Deed> = {
  disable: {
    summary: "Disable a user",
    permission: "users:write",
    perform: ({ users }, id, _, expected, actor) => users.change(id, { disabled: true }, expected, actor),
  },
  enable: {
    summary: "Enable a user",
    permission: "users:write",
    perform: ({ users }, id, _, expected, actor) => users.change(id, { disabled: false }, expected, actor),
  },
  delete: {
    summary: "Delete a user and erase their personal data",
    permission: "users:delete",
    isFresh: true,
    perform: ({ users }, id, _, expected, actor) => users.remove(id, expected, actor),
  },
  "verify-email": {
    summary: "Vouch for the address of a user",
    permission: "users:write",
    perform: ({ users }, id, _, expected, actor) => users.change(id, { email_verified: true }, expected, actor),
  },
  "revoke-sessions": {
    summary: "Revoke all sessions of a user",
    permission: "sessions:revoke",
    perform: ({ sessionRevocation }, id, _, __, actor) => sessionRevocation.revokeSessionsAsAdministrator(id, actor),
  },
  "reset-factors": {
    summary: "Remove the second factors of a user who has lost them",
    permission: "users:write",
    isFresh: true,
    perform: ({ userFactors }, id, _, __, actor) => userFactors.reset(id, actor),
  },
  "revoke-key": {
    summary: "Revoke an API key of a user",
    permission: "api_keys:revoke",
    perform: ({ apiKeys }, id, { key = "" }, _, actor) => apiKeys.revokeOf(person(id), key, actor),
  },
  revoke: {
    summary: "Revoke a role from a user",
    permission: "roles:grant",
    perform: ({ grants }, id, { role = "" }, expected, actor) =>
      grants.revoke(id, role, (tx) => requireRevision(tx, id, expected), actor),
  },
};

/** `GET|POST /console/users/{id}/…`: each deed has a page that names its effect, and a form. */
export const deedRoutes = deedNames.map((name) => deedRoute(name, deeds[name]));

function deedRoute(name: DeedName, { summary, permission, isFresh, perform }: Deed) {
  const params = z.strictObject({ id: Id });
  const id = name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
  const access = inConsole(permission, { fresh: isFresh ?? false, shows: "users:read" });
  const shared = { tags: ["pages"] as ["pages"], params, ...access };
  const thing = { role: RoleReference.optional(), key: Id.optional() };
  const show = operation(`GET /console/users/{id}/${name}`, {
    operationId: `ask${id}OfUser`,
    summary: `${summary}: what will happen, and the form`,
    query: z.object(thing),
    ...shared,
    ...page("What will happen, and the form"),
    ...problems("not_found", "unavailable"),
  });
  const submit = operation(`POST /console/users/{id}/${name}`, {
    operationId: `do${id}OfUser`,
    summary,
    ...shared,
    ...form(z.strictObject({ ...thing, revision: z.string().max(64), confirm: z.string().max(254).optional() })),
    ...formPage("Done"),
    ...problems("not_found", "precondition_failed", "last_admin", "invalid_token", "unavailable"),
  });
  return resource([show, submit], (app, deps: DeedDeps) => {
    app.addPage(show, async ({ params: { id }, query, visit, caller, may }) => {
      const concerned = await concernedBy(deps, id, query);
      return deedPage({ visit, caller, may }, name, concerned, { revision: revisionOf(concerned.user) });
    });
    app.addPage(
      submit,
      async ({ params: { id }, body: { revision, confirm, ...thing }, visit, caller, may, actor }) => {
        const concerned = await concernedBy(deps, id, thing);
        const shown = shownName(concerned.user);
        if (name === "delete" && confirm?.trim() !== shown) {
          return deedPage({ visit, caller, may }, name, concerned, { revision, wrong: confirm ?? "" });
        }
        await perform(deps, id, thing, expectedBy(`"${revision}"`), actor());
        const { done } = deedTexts[visit.language].deeds(
          shown,
          concerned.role?.name ?? concerned.key?.name ?? "",
        )[name]!;
        return onward(visit, { title: done, next: name === "delete" ? "/console/users" : `/console/users/${id}` });
      },
    );
  });
}

/** @throws {Problem} `not_found`, also for a key of another user. */
async function concernedBy(deps: DeedDeps, id: string, { role, key }: Thing): Promise<Concerned> {
  const user = await deps.users.find(id);
  return {
    user,
    hasSecondFactor: (await deps.factors.kindsOf(deps.db, id)).length > 0,
    sessions: await deps.sessionLists.page(id, null, countedMax + 1),
    keys: await deps.apiKeys.list(id, null, countedMax + 1),
    ...(role !== undefined && { role: { name: role, change: await lossOf(deps, id, role) } }),
    ...(key !== undefined && { key: await deps.apiKeys.find(person(id), key) }),
  };
}
