import { configVerb } from "./cli/config.ts";
import { healthcheckVerb } from "./cli/healthcheck.ts";
import { migrateVerb } from "./cli/migrate.ts";
import { openapiVerb } from "./cli/openapi.ts";
import { serveVerb } from "./cli/serve.ts";
import { userVerb } from "./cli/user.ts";
import type { Io, Verb } from "./cli/verb.ts";
import { versionVerb } from "./cli/version.ts";
import { ConfigError, environment, EX_CONFIG } from "./config.ts";

/** Every verb of the binary. */
export const verbs: readonly Verb[] = [
  serveVerb,
  migrateVerb,
  userVerb,
  healthcheckVerb,
  configVerb,
  openapiVerb,
  versionVerb,
];

/** Runs the verb that `args` name, `serve` if none, and answers the exit code. */
export async function run(args: string[], io: Io): Promise<number> {
  const [first = "serve", ...rest] = args;
  if (first === "--help" || first === "-h") return help(io);
  if (first === "--version") return await versionVerb.run([], io);
  const verb = verbs.find(({ name }) => name === first);
  if (!verb) {
    io.err(`There is no verb of that name. Try "sentinel --help".`);
    return 2;
  }
  if (rest.includes("--help") || rest.includes("-h")) {
    io.out(verb.usage);
    return 0;
  }
  return await verb.run(rest, io).catch((error) => failed(error, io));
}

function help(io: Io): number {
  io.out("sentinel [verb] [--help]\n");
  for (const { name, summary } of verbs) io.out(`  ${name.padEnd(12)} ${summary}`);
  io.out("\nExit codes: 0 ok, 1 failed, 2 usage, 78 bad configuration.");
  return 0;
}

/** One sentence for the operator; what a driver said stays out of it. */
function failed(error: unknown, io: Io): number {
  if (error instanceof ConfigError) {
    for (const warning of error.warnings) io.err(`warning: ${warning}`);
    for (const { setting, problem } of error.issues) io.err(`error: ${setting} ${problem}`);
    return EX_CONFIG;
  }
  io.err(`error: ${error instanceof Error ? error.message : String(error)}`);
  return 1;
}

if (import.meta.main) {
  const encoder = new TextEncoder();
  const io: Io = {
    out: (line) => void Deno.stdout.writeSync(encoder.encode(line + "\n")),
    err: (line) => void Deno.stderr.writeSync(encoder.encode(line + "\n")),
    stdin: () => new Response(Deno.stdin.readable).text(),
    env: environment(),
  };
  Deno.exit(await run(Deno.args, io));
}
