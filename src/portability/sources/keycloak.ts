/** Realm exports of Keycloak: https://www.keycloak.org/server/importExport */
import { orUndefined } from "../../platform/or_undefined.ts";
import {
  type Arrival,
  type BrokenRow,
  fittingNames,
  flagOf,
  leftOver,
  membersOf,
  rolesOf,
  type Row,
  textOf,
  timeOf,
} from "./arrival.ts";
import type { Layout } from "./rows.ts";

/** One realm, several, or one of several files, with its users. */
export const keycloakLayout: Layout = {
  paths: ["users.*", "*.users.*"],
  none: " Export with kc.sh export --users realm_file, as the partial export of the console leaves users out.",
};

const taken = ["id", "createdTimestamp", "username", "enabled", "emailVerified", "email", "credentials", "realmRoles"]
  .concat(["clientRoles", "disableableCredentialTypes", "notBefore", "access", "requiredActions", "totp"]);

/** Clients of Keycloak itself, whose roles say what one may do there. */
const ownClients = ["account", "account-console", "admin-cli", "broker", "realm-management", "security-admin-console"];

/** Roles that Keycloak itself gives to everyone. */
const ownRoles = /^(?:default-roles-.*|offline_access|uma_authorization)$/;

export function fromKeycloak(at: string, row: Row): Arrival | BrokenRow {
  if (textOf(row.serviceAccountClientId)) return { at, broken: "is the account of a client, not of a person" };
  const credentials = (Array.isArray(row.credentials) ? row.credentials : []).map(membersOf);
  const password = credentials.find(({ type }) => type === "password");
  const others = new Set(credentials.map(({ type }) => textOf(type)).filter((type) => type && type !== "password"));
  const actions = rolesOf(row.requiredActions);
  return {
    at,
    ...fittingNames(textOf(row.username), textOf(row.email)),
    password_hash: password ? hashOf(password) : null,
    roles: [
      ...rolesOf(row.realmRoles).filter((role) => !ownRoles.test(role)),
      ...clientRoles(membersOf(row.clientRoles)),
    ],
    disabled: flagOf(row.enabled ?? true) === false,
    email_verified: flagOf(row.emailVerified) === true,
    external_id: textOf(row.id),
    created_at: timeOf(row.createdTimestamp),
    dropped: [
      ...leftOver(row, taken),
      ...[...others].map((type) => `credentials.${type}`),
      ...actions.map((action) => `requiredActions.${action}`),
    ],
  };
}

/** A role `editor` of a client `shop` is Sentinel's role `shop-editor`. */
function clientRoles(clients: Row): string[] {
  return Object.entries(clients).filter(([client]) => !ownClients.includes(client))
    .flatMap(([client, roles]) => rolesOf(roles).map((role) => `${client.toLowerCase()}-${role}`));
}

/** The hash in PHC form. Before Keycloak 8 the parts were members of the credential itself. */
function hashOf(credential: Row): string {
  const secret = parsed(credential.secretData), data = parsed(credential.credentialData);
  const value = textOf(secret.value ?? credential.hashedSaltedValue) ?? "";
  const salt = textOf(secret.salt ?? credential.salt) ?? "";
  const rounds = textOf(data.hashIterations ?? credential.hashIterations) ?? "";
  const algorithm = textOf(data.algorithm ?? credential.algorithm) ?? "";
  const [, hash] = /^pbkdf2(|-sha256|-sha512)$/.exec(algorithm) ?? [];
  if (hash !== undefined) return `$pbkdf2${hash || "-sha1"}$i=${rounds}$${salt}$${value}`;
  if (algorithm !== "argon2") return value; // the hash of an extension, which spells its parameters itself
  const of = (name: string) => textOf([membersOf(data.additionalParameters)[name]].flat()[0]) ?? "";
  const version = of("version") === "1.3" ? "19" : "16";
  return `$argon2${of("type")}$v=${version}$m=${of("memory")},t=${rounds},p=${of("parallelism")}$${salt}$${value}`;
}

/** The object, which Keycloak writes as JSON text inside of JSON. */
function parsed(value: unknown): Row {
  return membersOf(typeof value === "string" ? orUndefined(() => JSON.parse(value)) : value);
}
