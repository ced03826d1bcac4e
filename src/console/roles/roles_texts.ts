import { german } from "./roles_texts_de.ts";

const count = (number: number, one: string, many: string) => number === 1 ? `1 ${one}` : `${number} ${many}`;

const english = {
  title: "Roles",
  searchHint: "Name starts with",
  createRole: "Create role",
  permissionsLink: "Permissions",
  role: "Role",
  description: "Description",
  inherits: "Inherits",
  users: "Users",
  own: "Own",
  permissions: "Permissions",
  nothing: "Nothing",
  noRole: "No role",
  allFound: (n: number) => `${count(n, "role", "roles")}, by name. Permissions include what a role inherits.`,
  firstOfMany: (n: number) => `The first ${n} roles, by name. Permissions include what a role inherits.`,
  nextOfMany: (n: number) =>
    `The next ${count(n, "role", "roles")}, by name. Permissions include what a role inherits.`,
  noneFound: "No role has a name that starts so.",
  done: {
    created: "Role created.",
    changed: "Change saved.",
    deleted: "Role deleted.",
    exclusion_created: "Exclusion created.",
    exclusion_deleted: "Exclusion deleted.",
  },
  exclusions: "Exclusions",
  addExclusion: "Add an exclusion",
  noExclusions: "No roles exclude each other. An exclusion separates duties: of its roles, a user may hold only some.",
  exclusionsAre: (n: number) => `${count(n, "exclusion", "exclusions")}, the oldest first. Inherited roles count.`,
  exclusionName: "Name",
  noDescription: "No description",
  userMayHold: "A user may hold",
  atMost: (n: number) => `at most ${n}`,
  ofTheseRoles: "Of these roles",
  delete: "Delete",
  deleteExclusionOf: (name: string) => `Delete exclusion ${name}`,
  changeRole: "Change role",
  inheritedBy: "Inherited by",
  secondFactor: "Second factor",
  required: "Required of all who have the role",
  requiredBy: "Required, because of",
  notRequired: "Not required",
  created: "Created",
  builtIn: "Built in, cannot be changed",
  andMore: (n: number) => `and ${n} more`,
  itself: "The role itself",
  gives: "What the role gives",
  givesNothing: "This role gives no permission yet.",
  permission: "Permission",
  byPath: "By this path",
  permissionsAre: (n: number) => `${count(n, "permission", "permissions")}, by name.`,
  firstPermissions: (n: number, all: number) => `The first ${n} of ${all} permissions, by name.`,
  graphTitle: "Who inherits from whom",
  graphOfRole: "What it inherits, and what inherits it",
  zoomIn: "Zoom in",
  zoomOut: "Zoom out",
  graphAbout:
    "An arrow points to the role that is inherited. A user with the role on the left has everything to its right. A dashed role has an exclusion.",
  nodeTitle: (name: string, n: number, parents: string) =>
    `${name} gives ${count(n, "permission", "permissions")} and inherits ${parents || "nothing"}`,
  permissionCount: (n: number) => count(n, "permission", "permissions"),
  events: "See it in the audit log",
  members: "Who has it",
  noMembers: "The role is granted to nobody. Grant it on the page of a user.",
  user: "User",
  granted: "Granted",
  expires: "Expires",
  state: "State",
  active: "Active",
  disabled: "Disabled",
  serviceAccount: "Service account",
  membersAre: (n: number) =>
    `Granted to ${
      count(n, "user", "users")
    }, the oldest account first. Times are UTC. Users of roles that inherit it have it, too.`,
  someMembers: (n: number) => `${count(n, "user", "users")} of several pages, the oldest account first. Times are UTC.`,
};

export type RolesTexts = typeof english;

/** What was just done, to be said on the page that follows. */
export type RolesDone = keyof RolesTexts["done"];

/** The texts of the pages that show roles. */
export const rolesTexts: Readonly<Record<"en" | "de", RolesTexts>> = { en: english, de: german };
