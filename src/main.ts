import { auditCommands } from "./cli/audit/audit.ts";
import type { Io } from "./cli/command.ts";
import { clientCommands } from "./cli/client/client.ts";
import { configCommands } from "./cli/config/config.ts";
import { dbCommands } from "./cli/db/db.ts";
import { dispatch, type Entries } from "./cli/dispatch.ts";
import { healthcheckCommand } from "./cli/healthcheck/healthcheck.ts";
import { keyCommands } from "./cli/key/key.ts";
import { keysCommands } from "./cli/keys/keys.ts";
import { logoutTokenCommands } from "./cli/logout_token/logout_token.ts";
import { mailCommands } from "./cli/mail/mail.ts";
import { migrateCommands } from "./cli/migrate/migrate.ts";
import { openapiCommand } from "./cli/openapi/openapi.ts";
import { permissionCommands } from "./cli/permission/permission.ts";
import { resourceCommands } from "./cli/resource/resource.ts";
import { roleCommands } from "./cli/role/role.ts";
import { secretCommands } from "./cli/secret/secret.ts";
import { serveCommand } from "./cli/serve/serve.ts";
import { serviceAccountCommands } from "./cli/service_account/service_account.ts";
import { sessionsCommands } from "./cli/sessions/sessions.ts";
import { processIo } from "./cli/terminal.ts";
import { userCommands } from "./cli/user/user.ts";
import { versionCommand } from "./cli/version/version.ts";

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

/** Runs the command that `args` name, `serve` if none, and returns the exit code. */
export function run(args: string[], io: Io): Promise<number> {
  const [first = "serve", ...rest] = args;
  return dispatch(commands, [first === "--version" ? "version" : first, ...rest], io);
}

if (import.meta.main) Deno.exit(await run(Deno.args, processIo()));
