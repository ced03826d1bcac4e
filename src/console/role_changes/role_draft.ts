import type { RoleChange } from "../../access/roles/roles.ts";
import type { RoleDetailRow } from "../../access/roles/roles.ts";

/** A change of a role that is not saved yet. It is what the address of its pages says. */
export interface RoleDraft {
  add: string[];
  remove: string[];
  addParents: string[];
  removeParents: string[];
  description: string | undefined;
  mfaRequired: boolean | undefined;
}

/** The names of checkboxes that remove a permission or a parent: each occurs once, so its name holds the value. */
export const dropPermission = "drop.";
export const dropParent = "leave.";

/** The members of a draft in an address and in a form. Names have spaces, commas or line breaks between them. */
export interface DraftMembers {
  add: string;
  remove: string;
  add_parents: string;
  remove_parents: string;
  description?: string | undefined;
  mfa?: "yes" | "no" | undefined;
}

/** The draft that a query or a form describes. */
export function draftOf(given: DraftMembers): RoleDraft {
  const dropped = (prefix: string) =>
    Object.keys(given).filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
  return {
    add: namesIn(given.add),
    remove: [...new Set([...namesIn(given.remove), ...dropped(dropPermission)])],
    addParents: namesIn(given.add_parents),
    removeParents: [...new Set([...namesIn(given.remove_parents), ...dropped(dropParent)])],
    description: given.description,
    mfaRequired: given.mfa === undefined ? undefined : given.mfa === "yes",
  };
}

/** The names in a text, each once. */
export function namesIn(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter(Boolean))];
}

/** The members that describe the draft, without those that change nothing. */
export function membersOf(draft: RoleDraft): Record<string, string> {
  const { add, remove, addParents, removeParents, description, mfaRequired } = draft;
  const lists = { add, remove, add_parents: addParents, remove_parents: removeParents };
  return {
    ...Object.fromEntries(
      Object.entries(lists).filter(([, list]) => list.length > 0).map(([k, v]) => [k, v.join(" ")]),
    ),
    ...(description !== undefined && { description }),
    ...(mfaRequired !== undefined && { mfa: mfaRequired ? "yes" : "no" }),
  };
}

/** What the role becomes by the draft. */
export function changeBy(draft: RoleDraft, role: RoleDetailRow): Required<RoleChange> {
  const listBy = (current: string[], added: string[], removed: string[]) => [
    ...new Set([...current, ...added]).difference(new Set(removed)),
  ];
  return {
    permissions: listBy(role.permissions, draft.add, draft.remove),
    parents: listBy(role.parents, draft.addParents, draft.removeParents),
    description: draft.description ?? role.description,
    mfa_required: draft.mfaRequired ?? role.mfa_required,
  };
}
