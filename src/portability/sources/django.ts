/**
 * Django: `auth_user` as CSV or by pg_dump, and `dumpdata`
 * (https://docs.djangoproject.com/en/5.2/ref/django-admin/#dumpdata).
 */
import { adminRole } from "../../access/roles/permission_evaluator.ts";
import {
  type Arrival,
  type BrokenRow,
  fittingNames,
  flagOf,
  leftOver,
  membersOf,
  type Row,
  textOf,
  timeOf,
} from "./arrival.ts";
import type { Layout } from "./rows.ts";

/** A project may have a user model of its own, whose table has these columns. */
export const djangoLayout: Layout = {
  isTable: (_, columns) => ["password", "last_login", "is_active"].every((column) => columns.includes(column)),
  paths: ["", "*"],
  table: "public.auth_user",
  required: ["password", "is_active"],
};

const taken = [
  "id",
  "password",
  "last_login",
  "is_superuser",
  "username",
  "email",
  "is_active",
  "date_joined",
  "groups",
];

/** Reads the rows in order; undefined for those of a dump that are no users. */
export function djangoReader() {
  const groups = new Map<string, string>();
  return (at: string, row: Row): Arrival | BrokenRow | undefined => {
    if (row.model === undefined) return fromUser(at, textOf(row.id), row, []);
    const fields = membersOf(row.fields), id = textOf(row.pk);
    if (row.model === "auth.group" && id) groups.set(id, textOf(fields.name) ?? "");
    if (!("password" in fields && "is_active" in fields)) return undefined;
    const member = (Array.isArray(fields.groups) ? fields.groups : []).map((each) => [each].flat()[0]);
    return fromUser(
      at,
      id,
      fields,
      member.map((each) => groups.get(String(each)) ?? (typeof each === "string" ? each : "")),
    );
  };
}

/** A superuser is an administrator, if privileged roles are imported. Groups are roles. */
function fromUser(at: string, id: string | null, row: Row, groups: string[]): Arrival | BrokenRow {
  const [active, superuser] = [flagOf(row.is_active), flagOf(row.is_superuser)];
  if (active === undefined || superuser === undefined) {
    return { at, broken: "has an is_active or is_superuser that is neither true nor false" };
  }
  const password = textOf(row.password);
  return {
    at,
    ...fittingNames(textOf(row.username), textOf(row.email)),
    password_hash: password?.startsWith("!") ? null : password,
    roles: [
      ...(superuser ? [adminRole] : []),
      ...groups.filter(Boolean).map((name) => name.toLowerCase().replace(/\s+/g, "_")),
    ],
    disabled: !active,
    external_id: id,
    created_at: timeOf(row.date_joined),
    dropped: leftOver(row, taken),
  };
}
