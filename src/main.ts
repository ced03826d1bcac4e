import { auditVerb } from "./cli/audit.ts";
import { configVerb } from "./cli/config.ts";
import { dbVerb } from "./cli/db.ts";
import { sentencesOf } from "./cli/failure.ts";
import { healthcheckVerb } from "./cli/healthcheck.ts";
import { keysVerb } from "./cli/keys.ts";
import { migrateVerb } from "./cli/migrate.ts";
import { openapiVerb } from "./cli/openapi.ts";
import { roleVerb } from "./cli/role.ts";
import { serveVerb } from "./cli/serve.ts";
import { processIo } from "./cli/terminal.ts";
import { sessionsVerb } from "./cli/sessions.ts";
import { userVerb } from "./cli/user.ts";
import { type Io, UsageError, type Verb } from "./cli/verb.ts";
import { versionVerb } from "./cli/version.ts";
import { ConfigError, EX_CONFIG } from "./config.ts";

/** Every verb of the binary. */
export const verbs: readonly Verb[] = [
  serveVerb,
  migrateVerb,
  userVerb,
  roleVerb,
  sessionsVerb,
  keysVerb,
  auditVerb,
  dbVerb,
  healthcheckVerb,
  configVerb,
  openapiVerb,
  versionVerb,
];

/** Runs the verb that `args` name, `serve` if none, and answers the exit code. */
export async function run(args: string[], io: Io): Promise<number> {
  const [first = "serve", ...rest] = args;
  const verb = first === "--version" ? versionVerb : verbs.find(({ name }) => name === first);
  try {
    if (first === "--help" || first === "-h") return help(io);
    if (!verb) {
      io.err(`There is no verb of that name. Try "sentinel --help".`);
      return 2;
    }
    if (!asksForHelp(rest)) return await verb.run(rest, io);
    io.out(verb.usage);
    return 0;
  } catch (error) {
    return failed(error, verb, io);
  }
}

/** After `--` come words only (POSIX.1-2024 §12.2, guideline 10). */
function asksForHelp(args: string[]): boolean {
  const end = args.indexOf("--");
  const flags = end < 0 ? args : args.slice(0, end);
  return flags.includes("--help") || flags.includes("-h");
}

function help(io: Io): number {
  io.out("sentinel [verb] [--help]\n");
  for (const { name, summary } of verbs) io.out(`  ${name.padEnd(12)} ${summary}`);
  io.out("\nA verb that opens a database says on standard error which one it is.");
  io.out("Exit codes: 0 ok, 1 failed, 2 usage, 78 bad configuration.");
  return 0;
}

function failed(error: unknown, verb: Verb | undefined, io: Io): number {
  if (error instanceof UsageError) {
    if (error.message) io.err(`error: ${error.message}`);
    if (verb) io.err(verb.usage);
    return 2;
  }
  if (error instanceof ConfigError) {
    for (const warning of error.warnings) io.err(`warning: ${warning}`);
    for (const { setting, problem } of error.issues) io.err(`error: ${setting} ${problem}`);
    return EX_CONFIG;
  }
  // Whoever read the output has gone, as `head` does: there is nobody to tell.
  if (!(error instanceof Deno.errors.BrokenPipe)) {
    for (const sentence of sentencesOf(error)) io.err(`error: ${sentence}`);
  }
  return 1;
}

if (import.meta.main) Deno.exit(await run(Deno.args, processIo()));
