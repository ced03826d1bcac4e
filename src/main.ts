import type { Io } from "./cli/command.ts";
import { dispatch } from "./cli/dispatch.ts";
import { serveCommand } from "./cli/serve/serve.ts";
import { processIo } from "./cli/terminal/terminal.ts";
import { lazily } from "./platform/once.ts";

/** A server does without them: importing users loads readers of other systems' files. */
const otherCommands = lazily(() => import("./cli/commands.ts"));

/** Runs the command that `args` name, `serve` if none, and returns the exit code. */
export async function run(args: string[], io: Io): Promise<number> {
  const [first = "serve", ...rest] = args;
  const entries = first === serveCommand.name ? [serveCommand] : (await otherCommands()).commands;
  return await dispatch(entries, [first === "--version" ? "version" : first, ...rest], io);
}

if (import.meta.main) Deno.exit(await run(Deno.args, processIo()));
