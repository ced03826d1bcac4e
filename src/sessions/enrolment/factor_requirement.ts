import type { PermissionEvaluator } from "../../access/roles/permission_evaluator.ts";
import type { RoleGraph } from "../../access/roles/role_graph.ts";
import type { Db } from "../../platform/db/db.ts";
import { listRolesOf } from "./enrolment_store.ts";

/** Who must have a second factor, besides the holders of roles that require one: nobody, administrators, everyone. */
export type FactorPolicy = "optional" | "admins" | "required";

export type FactorRequirement = ReturnType<typeof createFactorRequirement>;

/** Decides who must have a second factor. Only persons are asked, as service accounts never log in. */
export function createFactorRequirement({ db, evaluator, policy }: {
  db: Db;
  evaluator: PermissionEvaluator;
  policy: FactorPolicy;
}) {
  return { isRequiredOf, rolesAsked };

  /** Whether the user must have a second factor now. An expired grant does not count. */
  async function isRequiredOf(userId: string): Promise<boolean> {
    if (policy === "required") return true;
    const graph = await evaluator.graph();
    if (policy === "optional" && graph.rolesWithFactor.size === 0) return false;
    const roles = await listRolesOf(db, userId);
    return roles.some((role) => isRequiredBy(graph, role));
  }

  /** The roles whose holders must have a second factor. */
  async function rolesAsked(): Promise<string[] | "all"> {
    if (policy === "required") return "all";
    const graph = await evaluator.graph();
    return [...graph.roles].filter((role) => isRequiredBy(graph, role));
  }

  function isRequiredBy(graph: RoleGraph, role: string): boolean {
    return graph.rolesWithFactor.has(role) || policy === "admins" && graph.givesEverything(role);
  }
}
