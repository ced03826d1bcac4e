import { auditCommands } from "./audit/audit.ts";
import { clientCommands } from "./client/client.ts";
import { configCommands } from "./config/config.ts";
import { dbCommands } from "./db/db.ts";
import { healthcheckCommand } from "./healthcheck/healthcheck.ts";
import { keyCommands } from "./key/key.ts";
import { keysCommands } from "./keys/keys.ts";
import { logoutTokenCommands } from "./logout_token/logout_token.ts";
import { mailCommands } from "./mail/mail.ts";
import { migrateCommands } from "./migrate/migrate.ts";
import { openapiCommand } from "./openapi/openapi.ts";
import { permissionCommands } from "./permission/permission.ts";
import { resourceCommands } from "./resource/resource.ts";
import { roleCommands } from "./role/role.ts";
import { secretCommands } from "./secret/secret.ts";
import { serveCommand } from "./serve/serve.ts";
import { serviceAccountCommands } from "./service_account/service_account.ts";
import { sessionsCommands } from "./sessions/sessions.ts";
import { userCommands } from "./user/user.ts";
import { versionCommand } from "./version/version.ts";
import type { Entries } from "./dispatch.ts";

/** Every command of the binary. */
export const commands: Entries = [
  serveCommand,
  migrateCommands,
  userCommands,
  serviceAccountCommands,
  roleCommands,
  permissionCommands,
  sessionsCommands,
  keyCommands,
  clientCommands,
  resourceCommands,
  keysCommands,
  mailCommands,
  logoutTokenCommands,
  secretCommands,
  auditCommands,
  dbCommands,
  healthcheckCommand,
  configCommands,
  openapiCommand,
  versionCommand,
];
