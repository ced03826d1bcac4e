import { localClient } from "../audit/audit.ts";
import { UnstorableInput } from "../platform/db_errors.ts";
import { Problem } from "../problems.ts";
import { configOf, withServices } from "./setup.ts";
import { type Io, jsonFlag, readArguments, UsageError, type Verb } from "./verb.ts";

const usage = `sentinel sessions list NAME [--json]
sentinel sessions revoke ID
sentinel sessions revoke-all NAME
sentinel sessions revoke-all --everybody

  list         a user's live sessions, newest first; --json writes one document per line
  revoke       end one session, with all its tokens
  revoke-all   end every session of a user, or, for instance after restoring a dump, of everybody

  NAME is a username or an e-mail address.`;

const commands: Record<string, (args: string[], io: Io) => Promise<void>> = {
  list,
  revoke,
  "revoke-all": revokeAll,
};

/** `sessions list|revoke|revoke-all` */
export const sessionsVerb: Verb = {
  name: "sessions",
  summary: "List and end sessions",
  usage,
  async run([word = "", ...args], io) {
    if (!Object.hasOwn(commands, word)) throw new UsageError();
    await commands[word]!(args, io);
    return 0;
  },
};

async function list(args: string[], io: Io): Promise<void> {
  const { values: { json }, words: [name = ""] } = readArguments(args, jsonFlag, 1);
  await withServices(configOf(io), io, async ({ users, sessionLists }) => {
    const { id } = await users.named(name);
    for await (const session of sessionLists.all(id)) {
      const { id, created_at, last_seen_at, ip, user_agent } = session;
      const agent = printable(user_agent ?? "");
      const line = [id, created_at.toISOString(), last_seen_at.toISOString(), ip ?? "", agent].join("\t");
      io.out(json ? printable(JSON.stringify(session)) : line);
    }
  });
}

/** Whoever logs in chooses their agent's name, and a terminal obeys control characters: they are shown as JSON has them. */
function printable(text: string): string {
  const escaped = (c: string) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, escaped);
}

async function revoke(args: string[], io: Io): Promise<void> {
  const [id = ""] = readArguments(args, {}, 1).words;
  const by = { actor_id: null, client: localClient };
  await withServices(configOf(io), io, ({ endings }) => endings.endSession(id, by).catch(noSuchSession));
  io.out("The session has ended.");
}

function noSuchSession(cause: unknown): never {
  const unknown = cause instanceof UnstorableInput || (cause instanceof Problem && cause.code === "not_found");
  if (!unknown) throw cause;
  throw new Problem("not_found", { detail: "There is no such session, or it has ended already.", cause });
}

async function revokeAll(args: string[], io: Io): Promise<void> {
  const everybody = args.includes("--everybody");
  const [name] = readArguments(args, { everybody: { type: "boolean" } }, everybody ? 0 : 1).words;
  const by = { actor_id: null, client: localClient };
  const count = await withServices(configOf(io), io, async ({ db, users, endings }) => {
    if (name === undefined) return await endings.endEverySession(by);
    const { id } = await users.named(name);
    return await db.transaction((tx) => endings.endSessionsIn(tx, id, by));
  });
  io.out(`${count} ${count === 1 ? "session has" : "sessions have"} ended.`);
}
