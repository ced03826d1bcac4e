import { parseArgs } from "node:util";
import { ConfigError, describeConfig, EX_CONFIG, type SettingLine } from "../config.ts";
import type { Io, Verb } from "./verb.ts";

const usage = `sentinel config check|print [--json]

  check   tell everything that is wrong with the settings, and start nothing
  print   show each setting and where it comes from; secrets are never shown`;

/** `config check|print [--json]`: findings go to standard error, or into the JSON document. */
export const configVerb: Verb = {
  name: "config",
  summary: "Check or print the settings",
  usage,
  run: (args, io) => Promise.resolve(run(args, io)),
};

function run(args: string[], io: Io): number {
  const command = parse(args);
  if (!command) {
    io.err(usage);
    return 2;
  }
  const report = examine(io.env);
  if (command.json) io.out(JSON.stringify(command.print ? report : { ...report, settings: undefined }, null, 2));
  else show(report, command.print, io);
  return report.ok ? 0 : EX_CONFIG;
}

function parse(args: string[]): { print: boolean; json: boolean } | undefined {
  try {
    const { values, positionals } = parseArgs({ args, options: { json: { type: "boolean" } }, allowPositionals: true });
    const word = positionals.length === 1 ? positionals[0] : undefined;
    return word === "check" || word === "print" ? { print: word === "print", json: values.json ?? false } : undefined;
  } catch {
    return undefined; // an unknown flag; its text may hold a secret and is not repeated
  }
}

/** What both words report. */
function examine(env: Io["env"]) {
  try {
    return { ok: true, issues: [], ...describeConfig(env) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { ok: false, issues: error.issues, settings: [], warnings: error.warnings };
  }
}

function show({ ok, issues, warnings, settings }: ReturnType<typeof examine>, print: boolean, io: Io): void {
  for (const { setting, problem } of issues) io.err(`error: ${setting} ${problem}`);
  for (const warning of warnings) io.err(`warning: ${warning}`);
  if (print) { for (const line of settings) io.out(row(line)); }
  else if (ok) io.out("The configuration is good.");
}

function row({ setting, value, source }: SettingLine): string {
  return `${setting}=${value ?? ""}  # ${source}`;
}
