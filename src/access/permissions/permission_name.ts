import { permissions } from "../../vocabulary/dictionary.ts";

/** `resource:action`, such as `documents:GET`. Neither part has wildcards or colons. */
export const permissionName = /^[a-z][a-z0-9_-]{0,62}:[A-Za-z0-9][A-Za-z0-9._~/-]{0,62}$/;

/** Whether the permission is on a resource of Sentinel itself: a later version may define further actions on it. */
export function isOfSentinel(name: string): boolean {
  return Object.keys(permissions).some((own) => resourceOf(own) === resourceOf(name));
}

function resourceOf(name: string): string {
  return name.slice(0, name.indexOf(":"));
}
