import { serve } from "../cli/serve/serve.ts";
import { environment, readConfig } from "../compose/config.ts";
import { Problem } from "../vocabulary/problems.ts";
import type { Services } from "../compose/services.ts";
import { people, settle } from "../testing/people/people.ts";

/**
 * Serves like `sentinel serve`, with two users whose passwords are known: Ada, an administrator, and Grace. Its data is
 * separate from that of `deno task start`.
 */
const { ada, grace } = people;
const env = {
  SENTINEL_DATA_DIR: "./data/dev",
  SENTINEL_LOG_LEVEL: "debug",
  SENTINEL_ADMIN_USERNAME: ada.username,
  SENTINEL_ADMIN_EMAIL: ada.email,
  SENTINEL_ADMIN_PASSWORD: ada.password,
  ...environment(),
};
const nothing = { stdin: () => Promise.resolve(""), stdinStream: () => new Blob([]).stream() };
const io = { out: console.log, err: console.error, ...nothing, env };

const untilKilled = new Promise<never>(() => {});
await serve(readConfig(env), io, untilKilled, seed);

async function seed(services: Services): Promise<void> {
  try {
    await settle("grace", services);
  } catch (error) {
    if (!(error instanceof Problem && error.code === "username_taken")) throw error;
  }
  for (const { username, password } of [ada, grace]) io.err(`  ${username.padEnd(9)} ${password}`);
}
