import assert from "node:assert/strict";
import { run } from "../main.ts";
import { lengthenDeadlines } from "../platform/deadlines.ts";
import { testConnection } from "./database.ts";
import { testSecret } from "./harness.ts";
import { patience } from "./run/patience.ts";

/** The result of a command: its exit code, and the lines of both outputs without the line that names the database. */
export type Outcome = { code: number; out: string[]; err: string[]; asked: string[] };

/** The input of a command: settings, standard input, and the answer to each question (undefined: Ctrl-C). */
export type Situation = {
  env?: Record<string, string>;
  stdin?: string;
  typed?: (string | undefined)[];
  isTerminal?: boolean;
  /** Called with the line that names the database. */
  named?: (line: string) => void;
};

/**
 * Runs the binary's command in this process, with patience for its database. No run may show what was typed or piped
 * in, or a secret of the settings.
 */
export async function runCommand(
  args: string[],
  { env = {}, stdin = "", typed, isTerminal = false, named = () => {} }: Situation = {},
): Promise<Outcome> {
  lengthenDeadlines(patience);
  const [out, err, asked]: string[][] = [[], [], []] as const;
  const answers = [...typed ?? []];
  const code = await run(args, {
    out: (line) => out!.push(line),
    isTerminal,
    err: (line) => err!.push(line),
    stdin: () => Promise.resolve(stdin),
    stdinStream: () => new Blob([stdin]).stream(),
    env,
    ...(typed && {
      secretPrompt: (question) => {
        asked!.push(question);
        return Promise.resolve(answers.shift());
      },
    }),
  });
  const shown = [...out!, ...err!].join("\n");
  const secrets = [stdin.trim(), ...typed ?? [], env.SENTINEL_SECRET, passwordIn(env.DATABASE_URL)];
  for (const secret of secrets) assert.ok(!secret || !shown.includes(secret), `${args.join(" ")} shows a secret`);
  const isName = (line: string) => line.startsWith("database: ");
  err!.filter(isName).forEach(named);
  return { code, out: out!, err: err!.filter((line) => !isName(line)), asked: asked! };
}

/**
 * The settings for a command beside `startSentinel()`, on the same schema. On PostgreSQL only, because the command
 * opens its own connections.
 */
export function settingsBeside({ schema }: { schema: string }): Record<string, string> {
  const connection = testConnection();
  if (connection.kind !== "url") throw new Error("a command beside a server needs a test on PostgreSQL");
  return {
    DATABASE_URL: connection.url,
    SENTINEL_DB_SCHEMA: schema,
    SENTINEL_SECRET: testSecret.toBase64(),
    SENTINEL_PUBLIC_URL: "http://localhost:8000",
  };
}

function passwordIn(url: string | undefined): string | undefined {
  return url === undefined ? undefined : new URL(url).password;
}
