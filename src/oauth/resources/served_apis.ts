import type { PrincipalClient } from "../../vocabulary/actor.ts";

/**
 * The APIs whose tokens the client may be asked to judge. To one that no administrator created, an API may be open: it
 * gets tokens for it like everybody else, and is told nothing of theirs.
 */
export function servedApis({ source, resources }: PrincipalClient): string[] {
  return source === "admin" ? [...resources.keys()] : [];
}
